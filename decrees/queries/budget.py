"""What a programme may still promise, and how much a decree names. Totals come from here alone (design, law 7)."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, F, Max, Min, QuerySet, Sum, Value

from decrees.models import OPEN, Correction, Decree, DraftLine, Recipient, Removal
from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.ui.indonesian import rupiah
from verification.queries import objections


class Totals(NamedTuple):
    count: int
    amount: int  # Rupiah


class Room(NamedTuple):
    """What a programme may still promise: budget and quota less everything decreed or standing in a draft."""

    amount: int  # Rupiah; below zero when the programme was cut afterwards
    count: int


class Headroom(NamedTuple):
    """Whether one more household can be found eligible before budget or quota run out."""

    room: Room  # not yet promised by a decree or a draft
    waiting: Totals  # eligible, and on no draft yet
    left: Room  # the room once all of these are on a decree
    fits: bool  # this household too


def sizes_of(decrees: Iterable[Decree]) -> dict[int, Totals]:
    """Count and sum for a page of decrees, in two queries."""
    decrees = list(decrees)
    signed = Recipient.objects.named().filter(decree__in=[d.pk for d in decrees if d.is_signed]).order_by()
    drafts = DraftLine.objects.filter(decree__in=[d.pk for d in decrees if not d.is_signed]).order_by()
    rows = [
        *signed.values("decree").annotate(n=Count("pk"), sum=Sum("amount")),
        *drafts.values("decree").annotate(n=Count("pk"), sum=Sum("proposal__amount_requested")),
    ]
    return {d.pk: Totals(0, 0) for d in decrees} | {row["decree"]: Totals(row["n"], row["sum"] or 0) for row in rows}


def eligible_for(programme) -> QuerySet[Proposal]:
    """What may be put on a draft now, oldest decision first: neither in an open objection window nor objected to."""
    rows = Proposal.objects.filter(programme=programme, state=State.ELIGIBLE).exclude(objections.disputed())
    return rows.select_related("village__parent").order_by("moved_at", "pk")


def held_back(programme) -> list[tuple[Proposal, str]]:
    """Eligible households that no draft may name yet, each with the sentence why. One query."""
    return objections.disputes(Proposal.objects.filter(programme=programme, state=State.ELIGIBLE))


def has_eligible(programme) -> bool:
    """Could something be put on a draft now? Asks nothing where programmes_with_eligible has counted already."""
    counted = getattr(programme, "eligible", None)
    return eligible_for(programme).exists() if counted is None else counted > 0


def eligible_by_village(programme) -> list[dict]:
    """Villages with eligible households: `village`, `place`, `district`, `n`, `sum`."""
    rows = eligible_for(programme).select_related(None).order_by()
    return list(
        rows.values("village", place=F("village__name"), district=F("village__parent__name"))
        .annotate(n=Count("pk"), sum=Sum("amount_requested"))
        .order_by("district", "place")
    )


def that_fit(programme, room: Room) -> list[int]:
    """Keys of the eligible households, longest waiting first, as many as budget and quota hold."""
    left, chosen = room.amount, []
    for pk, amount in eligible_for(programme).values_list("pk", "amount_requested"):
        if len(chosen) >= room.count or amount > left:
            break
        chosen.append(pk)
        left -= amount
    return chosen


def totals(decree) -> Totals:
    """Count and sum of whom the decree itself names: frozen recipients once signed, the draft's households before."""
    if decree.is_signed:
        row = decree.recipients.named().aggregate(count=Count("pk"), amount=Sum("amount"))
    else:
        row = decree.proposals.aggregate(count=Count("pk"), amount=Sum("amount_requested"))
    return Totals(row["count"], row["amount"] or 0)


def still_in_force(decree) -> Totals:
    """Of a signed decree: its lines that no amending decree has taken off."""
    row = decree.recipients.in_force().aggregate(count=Count("pk"), amount=Sum("amount"))
    return Totals(row["count"], row["amount"] or 0)


def root_of(decree) -> Decree:
    """The decree that this one, or what it amends, first amended: itself for an original."""
    while decree.amends_id:
        decree = decree.amends
    return decree


def family_of(root) -> set[int]:
    """Keys of a decree and of the signed decrees that amend it, or amend those; one query for each generation."""
    found, newest = {root.pk}, {root.pk}
    while newest:
        rows = Decree.objects.signed().filter(amends__in=newest, kind=Decree.Kind.AMENDMENT)
        newest = set(rows.values_list("pk", flat=True)) - found
        found |= newest
    return found


def in_force_of_family(decree) -> int:
    """Rupiah that the decree it amends, and all that amends that, will have in force once this draft is signed."""
    lines = Recipient.objects.in_force().filter(decree__in=family_of(root_of(decree)))
    total = lines.aggregate(sum=Sum("amount"))["sum"] or 0
    if decree.is_signed:
        return total
    off = decree.removals.filter(recipient__removed_at__isnull=True).aggregate(sum=Sum("recipient__amount"))["sum"] or 0
    better = decree.corrections.aggregate(sum=Sum(F("amount") - F("recipient__amount")))["sum"] or 0
    return total - off + better + totals(decree).amount


def amount_of_each(decree) -> int | None:
    """Rupiah, when every line has the same amount; None when they differ or there is none."""
    if decree.is_signed:
        row = decree.recipients.named().aggregate(least=Min("amount"), most=Max("amount"))
    else:
        row = decree.proposals.aggregate(least=Min("amount_requested"), most=Max("amount_requested"))
    return row["least"] if row["least"] == row["most"] else None


def totals_by_village(decree) -> list[dict]:
    """Per village: district, village, count, amount; the same rows as the annex."""
    rows = decree.recipients.named() if decree.is_signed else decree.proposals
    amount = "amount" if decree.is_signed else "amount_requested"
    return list(
        rows.values(district=F("village__parent__name"), place=F("village__name"))
        .annotate(count=Count("pk"), amount=Sum(amount))
        .order_by("district", "place")
    )


def rooms_of(programmes: Iterable[Programme], *, own: Decree | None = None) -> dict[int, Room]:
    """Budget and quota not yet promised, by programme; four queries for any number of them.

    An amending draft takes only what it adds beyond what it takes off, since its removals are not sure before they
    are signed; a draft that revokes gives nothing back before it is signed; `own` is the draft that asks, which may use all that it takes off itself.
    """
    programmes = list(programmes)
    in_force = Recipient.objects.in_force().filter(decree__programme__in=programmes).order_by()
    promised = {
        row["decree__programme"]: (row["sum"], row["n"])
        for row in in_force.values("decree__programme").annotate(n=Count("pk"), sum=Sum("amount"))
    }
    added = DraftLine.objects.filter(decree__programme__in=programmes, decree__stage__in=OPEN).order_by()
    off = Removal.objects.filter(
        decree__programme__in=programmes,
        decree__stage__in=OPEN,
        decree__kind=Decree.Kind.AMENDMENT,
        recipient__removed_at__isnull=True,
    ).order_by()
    better = Correction.objects.filter(decree__programme__in=programmes, decree__stage__in=OPEN).order_by()
    difference = Sum(F("amount") - F("recipient__amount"))
    net: dict[tuple[int, int], list[int]] = {}
    for sign, rows in (
        (1, added.values("decree", "decree__programme").annotate(n=Count("pk"), sum=Sum("proposal__amount_requested"))),
        (-1, off.values("decree", "decree__programme").annotate(n=Count("pk"), sum=Sum("recipient__amount"))),
        (1, better.values("decree", "decree__programme").annotate(n=Value(0), sum=difference)),
    ):
        for row in rows:
            use = net.setdefault((row["decree__programme"], row["decree"]), [0, 0])
            use[0] += sign * (row["sum"] or 0)
            use[1] += sign * row["n"]
    rooms = {}
    for programme in programmes:
        amount, count = promised.get(programme.pk, (0, 0))
        for (key, decree), use in net.items():
            if key == programme.pk:
                floor = None if own is not None and decree == own.pk else 0
                amount += use[0] if floor is None else max(floor, use[0])
                count += use[1] if floor is None else max(floor, use[1])
        rooms[programme.pk] = Room(programme.budget - amount, programme.quota - count)
    return rooms


def room_of(programme: Programme, *, own: Decree | None = None) -> Room:
    """The room of one programme; see rooms_of."""
    return rooms_of([programme], own=own)[programme.pk]


def headroom_for(proposal) -> Headroom:
    """What Kabid weighs before one more is found eligible; four queries besides its programme."""
    room = room_of(proposal.programme)
    row = eligible_for(proposal.programme).order_by().aggregate(count=Count("pk"), amount=Sum("amount_requested"))
    waiting = Totals(row["count"], row["amount"] or 0)
    left = Room(room.amount - waiting.amount, room.count - waiting.count)
    return Headroom(room, waiting, left, left.count > 0 and (proposal.amount_requested or 0) <= left.amount)


def over_budget(decree, room: Room | None = None) -> list[str]:
    """Sentences when the programme does not hold its drafts any more (it was cut, or a removal taken back)."""
    room = room or room_of(decree.programme, own=decree)
    faults = []
    if room.amount < 0:
        faults.append(f"Melebihi anggaran program sebesar {rupiah(-room.amount)}.")
    if room.count < 0:
        faults.append(f"Melebihi kuota program sebanyak {-room.count} penerima.")
    return faults


def programmes_with_eligible() -> list[Programme]:
    """Programmes in which a decree could be drafted now, with how many households wait for one (`eligible`)."""
    waiting = dict(
        Proposal.objects.filter(state=State.ELIGIBLE)
        .exclude(objections.disputed())
        .order_by()
        .values_list("programme")
        .annotate(n=Count("pk"))
    )
    programmes = list(Programme.objects.filter(pk__in=waiting))
    for programme in programmes:
        programme.eligible = waiting[programme.pk]
    return programmes
