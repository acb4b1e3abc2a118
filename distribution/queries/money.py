"""Payment lists and what became of each line (SOP step 6)."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from decrees.models import Recipient
from distribution.models import AccountCheck, Disbursement, DisbursementAgreement, Payment, ResultFile
from distribution.queries.accounts import account_is_valid, account_rows, agreement_in_force, pays_in_cash
from distribution.queries.books import Share
from proposals.flow import State
from proposals.models import Attachment, Requirement
from proposals.requirements import ORDER, is_needed
from uep.access.access import granted


def payable(decree) -> QuerySet[Recipient]:
    """Briefed, account valid (or cash at the counter), and on no list that is still open."""
    open_line = Payment.objects.filter(
        recipient=OuterRef("pk"), status__in=[Payment.Status.WAITING, Payment.Status.PAID]
    )
    rows = account_rows(decree).filter(proposal__state=State.BRIEFED).exclude(Exists(open_line))
    agreement = agreement_in_force(decree)
    if agreement and agreement.method == DisbursementAgreement.Method.TRANSFER:
        rows = rows.filter(account_verdict=AccountCheck.Verdict.VALID)
    return rows


def papers_after_decree(programme) -> list[Requirement]:
    """What a household brings only after the decree: due before the money, or at the handover. One query."""
    rows = Requirement.objects.filter(programme=programme, owner=Requirement.Owner.HOUSEHOLD)
    return [paper for paper in rows if ORDER.index(State(paper.needed_from)) >= ORDER.index(State.DECREED)]


def papers_lacking_at_handover(recipient) -> list[Requirement]:
    """Required papers that are due with the handover and not attached yet. Two queries."""
    due = [paper for paper in papers_after_decree(recipient.decree.programme) if paper.is_required]
    held = set(
        Attachment.objects.current().filter(proposal=recipient.proposal_id).values_list("requirement_id", flat=True)
    )
    return [paper for paper in due if paper.pk not in held]


def lacking_papers(recipients: QuerySet[Recipient], programme) -> QuerySet[Recipient]:
    """Those of `recipients` whose file still lacks a paper that is due before payment (pakta integritas). One query."""
    household = Requirement.objects.filter(programme=programme, owner=Requirement.Owner.HOUSEHOLD, is_required=True)
    lacks = Q(pk__in=[])
    for requirement in household:
        if is_needed(requirement, State.BRIEFED):
            held = Attachment.objects.current().filter(proposal=OuterRef("proposal"), requirement=requirement)
            lacks |= ~Q(Exists(held))
    return recipients.filter(lacks)


def lines_of(disbursement) -> QuerySet[Payment]:
    """The lines as sent, in their order."""
    return disbursement.payments.select_related("recipient__village__parent", "recipient__proposal").order_by(
        "position"
    )


def open_lines(disbursement) -> QuerySet[Payment]:
    """Lines that the bank may still settle: waiting, and the recipient not taken off by an amending decree."""
    return lines_of(disbursement).filter(status=Payment.Status.WAITING, recipient__removed_at__isnull=True)


def on_open_lists(decree) -> dict[str, int]:
    """Recipients in force on a list that the bank has not settled ("at_bank"), and on one still to be released; one query."""
    lines = Payment.objects.filter(disbursement__decree=decree, status=Payment.Status.WAITING)
    released = Q(disbursement__released_at__isnull=False)
    return lines.filter(recipient__removed_at__isnull=True).aggregate(
        at_bank=Count("pk", filter=released), to_release=Count("pk", filter=~released)
    )


def changed_since_sealed(lines) -> list[str]:
    """Sentences about lines of a sealed list that no longer hold: the person, the account, the bank's word on it."""
    faults, fresh = [], {}
    if lines and lines[0].account_number is not None:
        rows = account_rows(lines[0].disbursement.decree).filter(account_verdict=AccountCheck.Verdict.VALID)
        fresh = {row.pk: (row.proposal.account_number, row.proposal.account_name) for row in rows}
    for line in lines:
        if line.recipient.removed_at or line.recipient.proposal.state != State.BRIEFED:
            faults.append(f"{line.recipient.name} tidak lagi menunggu pembayaran.")
        elif line.account_number is not None and fresh.get(line.recipient_id) != (
            line.account_number,
            line.account_name,
        ):
            faults.append(f"Rekening {line.recipient.name} berubah atau dinyatakan salah.")
    return faults


def lists_to_release(user) -> QuerySet[Disbursement]:
    """Sealed lists that wait for this person: not those that the person sealed."""
    if not granted(user, "distribution.release_list"):
        return Disbursement.objects.none()
    rows = Disbursement.objects.visible_to(user).to_release().exclude(sent_by=user)
    return rows.select_related("decree").order_by("sent_at", "pk")


def line_totals(disbursement) -> dict[str, Share]:
    """Count and Rupiah of a list: "all" = "waiting" + "paid" + "failed" + "withdrawn" (waiting, but taken off since)."""
    gone = Q(status=Payment.Status.WAITING, recipient__removed_at__isnull=False)
    parts = {status: Q(status=status) & ~gone for status in Payment.Status.values} | {"withdrawn": gone, "all": Q()}
    columns = {f"{name}_count": Count("pk", filter=q) for name, q in parts.items()}
    columns |= {f"{name}_amount": Sum("amount", filter=q) for name, q in parts.items()}
    row = disbursement.payments.aggregate(**columns)
    return {name: Share(row[f"{name}_count"], row[f"{name}_amount"] or 0) for name in parts}


def disbursements(decree) -> QuerySet[Disbursement]:
    """The decree's lists, newest first, with how much of each the bank has settled."""
    of_status = {status: Count("payments", filter=Q(payments__status=status)) for status in Payment.Status.values}
    return decree.disbursements.select_related("sent_by", "released_by").annotate(**of_status).order_by("-position")


def result_files(disbursement) -> QuerySet[ResultFile]:
    """What the bank sent about this list, newest first."""
    return disbursement.result_files.select_related("file", "by").order_by("-at", "-pk")


def failure_is_mended(recipient) -> bool:
    """After a failed payment: nothing to mend at the counter or after the bank's own fault, else a fresh "valid"."""
    ended = recipient.payments.filter(status__in=[Payment.Status.FAILED, Payment.Status.REVERSED])
    failed = ended.annotate(ended_at=Coalesce("reversed_at", "settled_at")).order_by("-ended_at").first()
    if failed is None:
        return False
    if failed.failure in (Payment.Failure.BANK, Payment.Failure.ABSENT) or pays_in_cash(recipient.decree):
        return True
    fresh = recipient.account_checks.filter(verdict=AccountCheck.Verdict.VALID, at__gt=failed.ended_at)
    return fresh.exists() and account_is_valid(recipient)
