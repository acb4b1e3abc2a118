"""Decrees and their lines: on a draft, frozen, taken off, coming in."""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from decrees.models import OPEN, Decree, Recipient, Removal
from proposals.flow import ON_DECREE_UNPAID, State
from proposals.models import Proposal
from proposals.queries.registered import stale_matches
from uep.documents.queries import document_of

ANNEX_ORDER = ("village__parent_id", "village_id", "sort_name", "pk")  # district, village, name


def decrees(user, *, search: str = "", stage: str = "", programme=None) -> QuerySet[Decree]:
    """The decrees one sees, narrowed by words of number or title, stage, programme."""
    rows = Decree.objects.visible_to(user).select_related("programme", "amends")
    if search:
        rows = rows.filter(Q(number__icontains=search) | Q(title__icontains=search))
    if stage:
        rows = rows.filter(stage=stage)
    return rows.filter(programme=programme) if programme else rows


def drafted(decree) -> QuerySet[Proposal]:
    """The households of a draft in the order of the annex: district, village, name."""
    rows = decree.proposals.select_related("village__parent").annotate(sort_name=Lower("name"))
    return rows.order_by(*ANNEX_ORDER)


def address_of(proposal) -> str:
    """As the annex prints it: street and RT/RW."""
    block = f"RT {proposal.rt or '-'}/RW {proposal.rw or '-'}" if proposal.rt or proposal.rw else ""
    return ", ".join(part for part in (proposal.address, block) if part)


def removable(decree) -> QuerySet[Recipient]:
    """Recipients of the amended decree that are not paid yet, and neither taken off nor put right by this draft already."""
    rows = Recipient.objects.in_force().filter(decree=decree.amends_id, proposal__state__in=ON_DECREE_UNPAID)
    rows = rows.exclude(removals__decree=decree.pk).exclude(corrections__decree=decree.pk)
    return rows.select_related("proposal", "village__parent").order_by("position")


def removed(decree) -> QuerySet[Recipient]:
    """Recipients whom this amending decree takes off, as lines of the old annex."""
    return Recipient.objects.filter(removals__decree=decree).select_related("village__parent").order_by("position")


def concerned(decree) -> list[int]:
    """Keys of the households that a draft names, takes off or puts right."""
    named = decree.lines.values_list("proposal_id", flat=True)
    off = decree.removals.values_list("recipient__proposal_id", flat=True)
    better = decree.corrections.values_list("recipient__proposal_id", flat=True)
    return sorted({*named, *off, *better})


def leaving(decree) -> list[Removal]:
    """Whom an amending decree takes off, why, and who comes in instead."""
    rows = decree.removals.select_related("recipient__village__parent", "recipient__proposal", "replaced_by__village")
    return list(rows.order_by("recipient__position"))


def stands_in_for(decree) -> dict[int, Removal]:
    """Incoming proposal -> the removal whose place it takes."""
    rows = decree.removals.filter(replaced_by__isnull=False).select_related("recipient")
    return {removal.replaced_by_id: removal for removal in rows}


def in_force(decree) -> list[Recipient]:
    """The list that governs now: the decree's own lines not taken off, in the annex's order."""
    return list(decree.recipients.filter(removed_at__isnull=True).select_related("proposal", "village__parent"))


def signed_lines(decree) -> QuerySet[Recipient]:
    """The frozen annex, people taken off later included.

    `gone_by` is the number of the decree that took one off, or revoked
    it; `corrected_with` that of the decree whose line stands instead."""
    gone = Removal.objects.filter(recipient=OuterRef("pk"), decree__stage=Decree.Stage.SIGNED).order_by(
        "decree__signed_at"
    )
    better = Recipient.objects.filter(corrects=OuterRef("pk"))
    rows = decree.recipients.select_related("proposal", "village__parent", "corrects__decree")
    return rows.annotate(
        gone_by=Subquery(gone.values("decree__number")[:1]),
        corrected_with=Subquery(better.values("decree__number")[:1]),
    )


def standing_of(proposal, *, drafts: bool) -> dict | None:
    """Where a household stands in decrees, for its own page: the line of the newest signed decree, else its draft.

    {"decree", "line" or None, "removal" or None}; None when no decree names it. Two or three queries.
    """
    line = (
        Recipient.objects.filter(proposal=proposal)
        .select_related("decree__programme")
        .order_by("-decree__signed_at")
        .first()
    )
    if line is not None:
        taken_off = (
            line.removals.filter(decree__stage=Decree.Stage.SIGNED).select_related("decree", "replaced_by").first()
        )
        stands_in = (
            Removal.objects.filter(replaced_by=proposal, decree=line.decree_id).select_related("recipient").first()
        )
        return {
            "decree": line.decree,
            "line": line,
            "taken_off": taken_off,
            "stands_in": stands_in,
            "extract": document_of("petikan_sk", line),
        }
    decree = proposal.decrees.filter(stage__in=OPEN).first() if drafts else None
    return {"decree": decree, "line": None, "taken_off": None, "stands_in": None} if decree else None


def why_off(recipient) -> str:
    """The sentence why a line is in force no more; empty while it is, and for one that was paid before a revocation."""
    if recipient.removed_at is None:
        return ""
    removal = recipient.removals.filter(decree__stage=Decree.Stage.SIGNED).select_related("decree").first()
    if removal is None:
        return "Data penerima ini diperbaiki dengan SK perubahan; baris barunya yang berlaku."
    return f"Penerima ini sudah dikeluarkan dengan SK {'pencabutan' if removal.decree.is_revocation else 'perubahan'}."


def must_pay_back(recipient) -> bool:
    """Was the decree revoked after this recipient had been paid?"""
    if recipient.removed_at or recipient.proposal.state not in (State.PAID, State.HANDED_OVER):
        return False
    return recipient.removals.filter(decree__stage=Decree.Stage.SIGNED, decree__kind=Decree.Kind.REVOCATION).exists()


def stale_on(decree) -> list[tuple[Proposal, str]]:
    """Households on a draft that is being written whose match with the social registry has grown old, each with why."""
    if decree.stage != Decree.Stage.DRAFT:
        return []
    return stale_matches(decree.proposals.defer("nik", "kk_number", "account_number").order_by("name", "pk"))
