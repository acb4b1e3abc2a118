"""A draft's way up: what it lacks, what initials bind to, what changed, whose turn it is."""

import hashlib
import json
from datetime import date as Date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from decrees.models import Decree, DraftChange, Endorsement
from decrees.queries.budget import over_budget
from decrees.queries.lists import drafted
from proposals.models import Proposal
from uep.access.access import RULES
from uep.access.roles import Role
from uep.documents import signing
from uep.documents.queries import documents_of_many
from uep.office import queries as office
from uep.registry.fields import BlindIndex
from verification.models import Minutes

Stage = Decree.Stage


# Whoever did one of these has written the draft, and neither endorses nor signs it (design, law 2).
WRITING = ("decrees.draft", "decrees.amend", "decrees.edit", "decrees.add", "decrees.strike", "decrees.remove",
           "decrees.keep", "decrees.replace")  # fmt: skip


BACK = ("decrees.return_draft", "decrees.recall")


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


def capacity(decree, user) -> dict:
    """As whom this person would sign today ("signs_as"), or the sentence that says why nobody ("cannot_sign")."""
    try:
        return {"signs_as": office.signatory(decree.signatory_role, timezone.localdate(), user)}
    except ValidationError as error:
        return {"cannot_sign": error.messages[0]}


def due_signatory(decree) -> str:
    """The role that signs: of an amendment that of the decree it amends, else what the programme says now."""
    return decree.amends.signatory_role if decree.is_amendment else decree.programme.signatory


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


def acts_at(decree) -> list[str]:
    """Names of the acts that make sense at the decree's stage, the deciding one first; who may is the rules' matter."""
    signs = ["decrees.sign"]
    if signing.method_of(decree.signatory_role).is_electronic:
        waiting = signing.live(decree.paper, decree)
        signs = ["decrees.sign", "decrees.prepare"] if waiting else ["decrees.prepare"]
        if waiting and waiting.is_unclear:
            signs = ["decrees.take_up", "decrees.start_anew"]
    decides = ["decrees.endorse"] if decree.signatory_role == Role.REGENT else signs
    by_stage = {
        Stage.DRAFT: ["decrees.send_up", "decrees.edit", "decrees.add", "decrees.strike", "decrees.cancel"],
        Stage.GOING_UP: ["decrees.endorse", "decrees.return_draft", "decrees.recall"],
        Stage.ENDORSED: [*decides, "decrees.return_draft", "decrees.recall"],
        Stage.AT_REGENT: [*signs, "decrees.record_signature", "decrees.return_draft", "decrees.recall"],
        Stage.SIGNED: ["decrees.amend"],
    }
    return by_stage.get(decree.stage, [])


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
