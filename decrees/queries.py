"""Reads of step 3. Totals come from here alone (design, law 7)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date as Date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Lower
from django.utils import timezone

from decrees.models import OPEN, Decree, DraftChange, DraftLine, Endorsement, Recipient, Removal
from proposals.flow import ON_DECREE_UNPAID, State
from proposals.models import Programme, Proposal
from uep.access.access import RULES
from uep.access.roles import Role
from uep.documents.queries import documents_of_many
from uep.office import queries as office
from uep.registry.fields import BlindIndex
from uep.ui.indonesian import rupiah
from verification.models import Minutes

Stage = Decree.Stage
# Whoever did one of these has written the draft, and neither endorses nor signs it (design, law 2).
WRITING = ("decrees.draft", "decrees.amend", "decrees.edit", "decrees.add", "decrees.strike", "decrees.remove",
           "decrees.keep", "decrees.replace")  # fmt: skip
BACK = ("decrees.return_draft", "decrees.recall")
ANNEX_ORDER = ("village__parent_id", "village_id", "sort_name", "pk")  # district, village, name


class Totals(NamedTuple):
    count: int
    amount: int  # Rupiah


class Room(NamedTuple):
    """What a programme may still promise: budget and quota less everything decreed or standing in a draft."""

    amount: int  # Rupiah; below zero when the programme was cut afterwards
    count: int


def decrees(user, *, search: str = "", stage: str = "", programme=None) -> QuerySet[Decree]:
    """The decrees one sees, with how many they name and for how much (`named`, `worth`); frozen lines once signed."""
    rows = Decree.objects.visible_to(user).select_related("programme", "amends")
    if search:
        rows = rows.filter(Q(number__icontains=search) | Q(title__icontains=search))
    if stage:
        rows = rows.filter(stage=stage)
    return rows.filter(programme=programme) if programme else rows


def sizes_of(decrees: Iterable[Decree]) -> dict[int, Totals]:
    """Count and sum for a page of decrees, in two queries."""
    decrees = list(decrees)
    signed = Recipient.objects.filter(decree__in=[d.pk for d in decrees if d.is_signed]).order_by()
    drafts = DraftLine.objects.filter(decree__in=[d.pk for d in decrees if not d.is_signed]).order_by()
    rows = [
        *signed.values("decree").annotate(n=Count("pk"), sum=Sum("amount")),
        *drafts.values("decree").annotate(n=Count("pk"), sum=Sum("proposal__amount_requested")),
    ]
    return {d.pk: Totals(0, 0) for d in decrees} | {row["decree"]: Totals(row["n"], row["sum"] or 0) for row in rows}


def drafted(decree) -> QuerySet[Proposal]:
    """The households of a draft in the order of the annex: district, village, name."""
    rows = decree.proposals.select_related("village__parent").annotate(sort_name=Lower("name"))
    return rows.order_by(*ANNEX_ORDER)


def address_of(proposal) -> str:
    """As the annex prints it: street and RT/RW."""
    block = f"RT {proposal.rt or '-'}/RW {proposal.rw or '-'}" if proposal.rt or proposal.rw else ""
    return ", ".join(part for part in (proposal.address, block) if part)


def eligible_for(programme) -> QuerySet[Proposal]:
    """What may be put on a draft now, oldest decision first."""
    rows = Proposal.objects.filter(programme=programme, state=State.ELIGIBLE)
    return rows.select_related("village__parent").order_by("moved_at", "pk")


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
    """Count and sum of the decree as it stands: frozen recipients once signed, the draft's households before."""
    if decree.is_signed:
        row = decree.recipients.aggregate(count=Count("pk"), amount=Sum("amount"))
    else:
        row = decree.proposals.aggregate(count=Count("pk"), amount=Sum("amount_requested"))
    return Totals(row["count"], row["amount"] or 0)


def still_in_force(decree) -> Totals:
    """Of a signed decree: its lines that no amending decree has taken off."""
    row = decree.recipients.in_force().aggregate(count=Count("pk"), amount=Sum("amount"))
    return Totals(row["count"], row["amount"] or 0)


def amount_of_each(decree) -> int | None:
    """Rupiah, when every line has the same amount; None when they differ or there is none."""
    if decree.is_signed:
        row = decree.recipients.aggregate(least=Min("amount"), most=Max("amount"))
    else:
        row = decree.proposals.aggregate(least=Min("amount_requested"), most=Max("amount_requested"))
    return row["least"] if row["least"] == row["most"] else None


def totals_by_village(decree) -> list[dict]:
    """Per village: district, village, count, amount; the same rows as the annex."""
    rows = decree.recipients if decree.is_signed else decree.proposals
    amount = "amount" if decree.is_signed else "amount_requested"
    return list(
        rows.values(district=F("village__parent__name"), place=F("village__name"))
        .annotate(count=Count("pk"), amount=Sum(amount))
        .order_by("district", "place")
    )


def rooms_of(programmes: Iterable[Programme], *, own: Decree | None = None) -> dict[int, Room]:
    """Budget and quota not yet promised, by programme; three queries for any number of them.

    An amending draft takes only what it adds beyond what it takes off, since its removals are not sure before they
    are signed; `own` is the draft that asks, which may use all that it takes off itself.
    """
    programmes = list(programmes)
    in_force = Recipient.objects.in_force().filter(decree__programme__in=programmes).order_by()
    promised = {
        row["decree__programme"]: (row["sum"], row["n"])
        for row in in_force.values("decree__programme").annotate(n=Count("pk"), sum=Sum("amount"))
    }
    added = DraftLine.objects.filter(decree__programme__in=programmes, decree__stage__in=OPEN).order_by()
    off = Removal.objects.filter(
        decree__programme__in=programmes, decree__stage__in=OPEN, recipient__removed_at__isnull=True
    ).order_by()
    net: dict[tuple[int, int], list[int]] = {}
    for sign, rows in (
        (1, added.values("decree", "decree__programme").annotate(n=Count("pk"), sum=Sum("proposal__amount_requested"))),
        (-1, off.values("decree", "decree__programme").annotate(n=Count("pk"), sum=Sum("recipient__amount"))),
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


def draft_hash(decree) -> str:
    """What an endorsement and a signature bind to: every word and every line that the paper will carry.

    NIK and KK enter by their blind index, so that the hash tells nothing about them.
    """
    keys = {"nik_key": BlindIndex("nik"), "kk_key": BlindIndex("kk_number")}
    lines = (
        drafted(decree).select_related(None).annotate(**keys)
        .values_list("pk", "name", "amount_requested", "village_id", "business", "address", "rt", "rw", *keys)
    )  # fmt: skip
    programme = decree.programme
    content = {
        "programme": [
            programme.pk, programme.name, programme.year, programme.bank_id, programme.dpa_number, programme.account_code,
        ],
        "signatory": decree.signatory_role,
        "title": decree.title,
        "considerations": decree.considerations,
        "lines": [list(line) for line in lines],
        "removals": list(decree.removals.order_by("recipient").values_list("recipient", "cause", "replaced_by")),
    }  # fmt: skip
    packed = json.dumps(content, sort_keys=True, default=lambda key: bytes(key).hex())
    return hashlib.sha256(packed.encode()).hexdigest()


def valid_endorsements(decree) -> QuerySet[Endorsement]:
    return decree.endorsements.filter(voided_at__isnull=True).select_related("by")


def has_written(user, decree) -> bool:
    """Has this person drafted the decree or changed the draft since? By person, whatever post it was done in."""
    return decree.drafted_by_id == user.pk or decree.notes.filter(by=user.pk, act__in=WRITING).exists()


def lacking(decree) -> list[str]:
    """What keeps a draft from going up, as sentences: signatory, words, laws, budget."""
    today, faults = timezone.localdate(), []
    try:
        office.signatory(due_signatory(decree), today)
    except ValidationError as error:
        faults += error.messages
    if not decree.considerations.strip():
        faults.append("Bagian Menimbang masih kosong.")
    if not office.legal_bases(today, "sk"):
        faults.append("Dasar hukum untuk bagian Mengingat belum tercatat; Administrator mencatatnya di halaman Kantor.")
    return faults + over_budget(decree)


def due_signatory(decree) -> str:
    """The role that signs: of an amendment that of the decree it amends, else what the programme says now."""
    return decree.amends.signatory_role if decree.is_amendment else decree.programme.signatory


def over_budget(decree, room: Room | None = None) -> list[str]:
    """Sentences when the programme does not hold its drafts any more (it was cut, or a removal taken back)."""
    room = room or room_of(decree.programme, own=decree)
    faults = []
    if room.amount < 0:
        faults.append(f"Melebihi anggaran program sebesar {rupiah(-room.amount)}.")
    if room.count < 0:
        faults.append(f"Melebihi kuota program sebanyak {-room.count} penerima.")
    return faults


def removable(decree) -> QuerySet[Recipient]:
    """Recipients of the amended decree that are not paid yet and not taken off by this draft already."""
    rows = Recipient.objects.in_force().filter(decree=decree.amends_id, proposal__state__in=ON_DECREE_UNPAID)
    return rows.exclude(removals__decree=decree.pk).select_related("proposal", "village__parent").order_by("position")


def removed(decree) -> QuerySet[Recipient]:
    """Recipients whom this amending decree takes off, as lines of the old annex."""
    return Recipient.objects.filter(removals__decree=decree).select_related("village__parent").order_by("position")


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
    """The frozen annex, people taken off later included; `gone_by` is the number of the decree that took one off."""
    gone = Removal.objects.filter(recipient=OuterRef("pk"), decree__stage=Stage.SIGNED)
    rows = decree.recipients.select_related("proposal", "village__parent")
    return rows.annotate(gone_by=Subquery(gone.values("decree__number")[:1]))


def programmes_with_eligible() -> list[Programme]:
    """Programmes in which a decree could be drafted now, with how many households wait for one (`eligible`)."""
    waiting = dict(
        Proposal.objects.filter(state=State.ELIGIBLE).order_by().values_list("programme").annotate(n=Count("pk"))
    )
    programmes = list(Programme.objects.filter(pk__in=waiting))
    for programme in programmes:
        programme.eligible = waiting[programme.pk]
    return programmes


class Changes(NamedTuple):
    """What happened to a draft since it last came back: for whoever looks at it again."""

    since: object  # datetime, or None when it never came back
    why: str
    added: list[Proposal]
    struck: list[Proposal]
    reworded: bool

    @property
    def any(self) -> bool:
        return bool(self.added or self.struck or self.reworded)


def changes_since_return(decree) -> Changes | None:
    """None for a draft that never came back. Added and struck again cancel each other out. Three queries at most."""
    back = decree.notes.filter(act__in=BACK).first()
    if back is None:
        return None
    net: dict[int, tuple[int, Proposal]] = {}
    rows = decree.changes.filter(at__gt=back.at).select_related("proposal__village")
    for change in rows:
        sign = 1 if change.kind == DraftChange.Kind.ADDED else -1
        before, _ = net.get(change.proposal_id, (0, None))
        net[change.proposal_id] = (before + sign, change.proposal)
    reworded = decree.notes.filter(act="decrees.edit", at__gt=back.at).exists()
    return Changes(
        back.at,
        back.note,
        [proposal for sign, proposal in net.values() if sign > 0],
        [proposal for sign, proposal in net.values() if sign < 0],
        reworded,
    )


def minutes_behind(decree) -> list[tuple[str, Date]]:
    """Number and date of the verification minutes that speak for the draft's households, oldest first."""
    minutes = list(Minutes.objects.filter(visits__proposal__decrees=decree).distinct())
    papers = [paper for found in documents_of_many(minutes).values() for paper in found[:1]] if minutes else []
    return sorted(((paper.number, Date.fromisoformat(paper.facts["date"])) for paper in papers), key=lambda row: row[1])


def journey(decree) -> list[dict]:
    """The decree's own steps, newest first, as timeline entries."""
    return [
        {
            "title": RULES[note.act].label,
            "who": f"{note.by}, {note.post}",
            "when": note.at,
            "note": note.note,
            "tone": "warning" if note.act in (*BACK, "decrees.cancel") else "success",
        }
        for note in decree.notes.select_related("by")
    ]


TURNS = {
    Stage.DRAFT: ((Role.DIVISION_HEAD,), "Periksa pratinjau, lalu ajukan ke Sekretaris."),
    Stage.GOING_UP: ((Role.SECRETARY,), "Periksa draf, lalu paraf atau kembalikan."),
    Stage.ENDORSED: ((Role.OFFICE_HEAD,), "Periksa draf, lalu tanda tangani, paraf, atau kembalikan."),
    # The regent signs online, or the secretary's desk records what was signed on paper.
    Stage.AT_REGENT: (
        (Role.REGENT, Role.SECRETARY),
        "Tanda tangan Bupati, langsung atau dicatat dari naskah bertanda tangan.",
    ),
}


def turn(decree, user) -> dict | None:
    """Whose turn it is: {"text", "whose"}, `whose` empty when it is the reader's own; None once it is over."""
    if decree.stage not in TURNS:
        return None
    roles, text = TURNS[decree.stage]
    if decree.stage == Stage.ENDORSED:
        does = "paraf" if decree.signatory_role == Role.REGENT else "tanda tangani"
        text = f"Periksa draf, lalu {does} atau kembalikan."
    mine = bool(user.roles_today & set(roles))
    return {"text": text, "whose": "" if mine else Role(roles[0]).label}


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
        taken_off = line.removals.filter(decree__stage=Stage.SIGNED).select_related("decree", "replaced_by").first()
        stands_in = (
            Removal.objects.filter(replaced_by=proposal, decree=line.decree_id).select_related("recipient").first()
        )
        return {"decree": line.decree, "line": line, "taken_off": taken_off, "stands_in": stands_in}
    decree = proposal.decrees.filter(stage__in=OPEN).first() if drafts else None
    return {"decree": decree, "line": None, "taken_off": None, "stands_in": None} if decree else None
