"""Reads of step 3. Totals come from here alone (design, law 7)."""

import hashlib
import json
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from decrees.models import Decree, Endorsement, Recipient
from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.access.access import RULES
from uep.access.roles import Role


class Totals(NamedTuple):
    count: int
    amount: int  # Rupiah


class Room(NamedTuple):
    """What a programme may still promise: budget and quota less everything decreed or standing in a draft."""

    amount: int  # Rupiah
    count: int


def decrees(user, *, search: str = "") -> QuerySet[Decree]:
    rows = Decree.objects.visible_to(user).select_related("programme", "drafted_by", "amends")
    return rows.filter(Q(number__icontains=search) | Q(title__icontains=search)) if search else rows


def drafted(decree) -> QuerySet[Proposal]:
    """The households of a draft in the order of the annex: district, village, name."""
    return decree.proposals.select_related("village__parent").order_by("village__parent_id", "village_id", "name", "pk")


def eligible_for(programme) -> QuerySet[Proposal]:
    """What may be put on a draft now, oldest decision first."""
    rows = Proposal.objects.filter(programme=programme, state=State.ELIGIBLE)
    return rows.select_related("village__parent").order_by("moved_at", "pk")


def totals(decree) -> Totals:
    """Count and sum of the decree as it stands: frozen recipients once signed, the draft's households before."""
    if decree.stage == Decree.Stage.SIGNED:
        row = decree.recipients.aggregate(count=Count("pk"), amount=Sum("amount"))
    else:
        row = decree.proposals.aggregate(count=Count("pk"), amount=Sum("amount_requested"))
    return Totals(row["count"], row["amount"] or 0)


def totals_by_village(decree) -> list[dict]:
    """Per village: district, village, count, amount; the same rows as the annex."""
    rows = decree.recipients if decree.stage == Decree.Stage.SIGNED else decree.proposals
    amount = "amount" if decree.stage == Decree.Stage.SIGNED else "amount_requested"
    return list(
        rows.values(district=F("village__parent__name"), place=F("village__name"))
        .annotate(count=Count("pk"), amount=Sum(amount))
        .order_by("district", "place")
    )


def room_of(programme: Programme) -> Room:
    """Budget and quota not yet promised. In force or in a draft counts; taken off by an amending decree does not."""
    decreed = (
        Recipient.objects.in_force()
        .filter(decree__programme=programme)
        .aggregate(count=Count("pk"), amount=Sum("amount"))
    )
    drafts = Proposal.objects.filter(programme=programme, state=State.IN_DECREE).aggregate(
        count=Count("pk"), amount=Sum("amount_requested")
    )
    return Room(
        programme.budget - (decreed["amount"] or 0) - (drafts["amount"] or 0),
        programme.quota - decreed["count"] - drafts["count"],
    )


def draft_hash(decree) -> str:
    """What an endorsement binds to: every word and every line of the draft."""
    lines = drafted(decree).values_list("pk", "name", "amount_requested", "village_id", "business", "address")
    content = {
        "programme": decree.programme_id,
        "title": decree.title,
        "considerations": decree.considerations,
        "lines": [list(line) for line in lines],
        "removes": sorted(decree.removes.values_list("pk", flat=True)),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def valid_endorsements(decree) -> QuerySet[Endorsement]:
    return decree.endorsements.filter(voided_at__isnull=True).select_related("by")


def removable(decree) -> QuerySet[Recipient]:
    """Recipients of the amended decree that are not paid yet and may be taken off."""
    return (
        Recipient.objects.in_force()
        .filter(
            decree=decree.amends, proposal__state__in=[State.DECREED, State.AGREED, State.BRIEFED, State.PAYMENT_FAILED]
        )
        .select_related("proposal", "village")
        .order_by("position")
    )


def in_force(decree) -> list[Recipient]:
    """The list that governs now: the decree's own lines not taken off, in the annex's order."""
    return list(decree.recipients.filter(removed_at__isnull=True).select_related("proposal", "village__parent"))


def signed_lines(decree) -> QuerySet[Recipient]:
    """The frozen annex, people taken off later included."""
    return decree.recipients.select_related("proposal", "village__parent")


def programmes_with_eligible() -> QuerySet[Programme]:
    """Programmes in which a decree could be drafted now, with how many households wait for one."""
    waiting = Count("proposals", filter=Q(proposals__state=State.ELIGIBLE))
    return Programme.objects.annotate(eligible=waiting).filter(eligible__gt=0)


def journey(decree) -> list[dict]:
    """The decree's own steps, newest first, as timeline entries."""
    return [
        {
            "title": RULES[note.act].label,
            "who": f"{note.by}, {note.post}",
            "when": note.at,
            "note": note.note,
            "tone": "warning"
            if note.act in {"decrees.return_draft", "decrees.recall", "decrees.cancel"}
            else "success",
        }
        for note in decree.notes.select_related("by")
    ]


TURNS = {
    Decree.Stage.DRAFT: ((Role.DIVISION_HEAD,), "Periksa pratinjau, lalu ajukan ke Sekretaris."),
    Decree.Stage.GOING_UP: ((Role.SECRETARY,), "Periksa draf, lalu paraf atau kembalikan."),
    Decree.Stage.ENDORSED: ((Role.OFFICE_HEAD,), "Periksa draf, lalu tanda tangani, paraf, atau kembalikan."),
    Decree.Stage.AT_REGENT: (
        (Role.REGENT, Role.DIVISION_HEAD),
        "Tanda tangan Bupati, langsung atau dicatat dari naskah bertanda tangan.",
    ),
}


def turn(decree, user) -> dict | None:
    """Whose turn it is: {"text", "whose"}, `whose` empty when it is the reader's own; None once it is over."""
    if decree.stage not in TURNS:
        return None
    roles, text = TURNS[decree.stage]
    mine = bool(user.roles_today & set(roles))
    return {"text": text, "whose": "" if mine else Role(roles[0]).label}
