"""What changes a decree that is in force: its family, what is put right, what is revoked and what then stays to be recovered."""

from django.db.models import Q, QuerySet

from decrees.models import OPEN, Correction, Decree, Recipient
from decrees.queries.budget import Totals, family_of, root_of
from proposals.flow import ON_DECREE_UNPAID, State

Kind = Decree.Kind
PAID = (State.PAID, State.HANDED_OVER)


def change_under_way(decree) -> Decree | None:
    """The draft that changes a decree of this family; there is one at a time for each, and none beside a revocation."""
    return Decree.objects.filter(amends__in=family_of(root_of(decree)), stage__in=OPEN).first()


def revocation_of(decree) -> Decree | None:
    """The signed decree that revokes this one, with everything that amends it; None while it stands."""
    return Decree.objects.signed().filter(amends=root_of(decree), kind=Kind.REVOCATION).first()


def is_revoked(decree) -> bool:
    return revocation_of(decree) is not None


def revoked_among(decrees) -> set[int]:
    """Keys of those of a page of decrees that are revoked; one query for each generation of amendments, and one."""
    roots = {decree.pk: decree.amends_id or decree.pk for decree in decrees}
    while True:
        above = dict(Decree.objects.filter(pk__in=roots.values(), amends__isnull=False).values_list("pk", "amends"))
        if not above:
            break
        roots = {pk: above.get(root, root) for pk, root in roots.items()}
    signed = Decree.objects.signed().filter(kind=Kind.REVOCATION, amends__in=roots.values())
    revoked = set(signed.values_list("amends", flat=True))
    own = {decree.pk for decree in decrees if decree.is_revocation}
    return {pk for pk, root in roots.items() if root in revoked} - own


# Recovery -------------------------------------------------------------------------------------------------------------


def to_recover(revocation) -> QuerySet[Recipient]:
    """Whose money has gone out and is not undone by this revocation: as it stands in a draft, for good once signed."""
    rows = Recipient.objects.in_force().filter(removals__decree=revocation, proposal__state__in=PAID)
    return rows.select_related("proposal", "decree", "village__parent").order_by(
        "decree__date", "decree_id", "position"
    )


def lines_to_revoke(decree) -> QuerySet[Recipient]:
    """Every line in force of a decree and of what amends it: what its revocation would end."""
    rows = Recipient.objects.in_force().filter(decree__in=family_of(root_of(decree)))
    return rows.select_related("village__parent", "decree").order_by("decree__date", "decree_id", "position")


def already_paid(lines: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Those of the lines whose money has gone out."""
    return lines.filter(proposal__state__in=PAID)


def recovery(revocation) -> Totals:
    """How many recipients, and how much money."""
    rows = list(to_recover(revocation).order_by().values_list("amount", flat=True))
    return Totals(len(rows), sum(rows))


def set_free(revocation) -> QuerySet[Recipient]:
    """Whom this revocation takes off: unpaid in a draft, taken off once signed."""
    unpaid = Q(removed_at__isnull=False) | Q(proposal__state__in=ON_DECREE_UNPAID)
    rows = Recipient.objects.filter(unpaid, removals__decree=revocation)
    return rows.select_related("proposal", "decree", "village__parent").order_by(
        "decree__date", "decree_id", "position"
    )


# Corrections ----------------------------------------------------------------------------------------------------------


def correctable(decree) -> QuerySet[Recipient]:
    """Lines of the amended decree that this draft may put right: in force, staying, and not yet agreed on with the bank.

    From the agreement on, account checks, invitations and payment lists rest on the line as it is.
    """
    rows = Recipient.objects.in_force().filter(decree=decree.amends_id, proposal__state=State.DECREED)
    return rows.exclude(removals__decree=decree.pk).select_related("proposal", "village__parent").order_by("position")


def corrections(decree) -> list[Correction]:
    """What an amending decree puts right, in the order of the old annex."""
    rows = decree.corrections.select_related("recipient__village__parent", "recipient__proposal", "recipient__decree")
    return list(rows.order_by("recipient__position"))


def draft_that_corrects(recipient) -> Decree | None:
    """The amending draft, still in Kabid's hands, of the decree on which this line stands."""
    drafts = Decree.objects.filter(amends=recipient.decree_id, kind=Kind.AMENDMENT, stage=Decree.Stage.DRAFT)
    return drafts.select_related("amends", "programme").first()
