"""A draft's way up: what it lacks, what initials bind to, what changed, whose turn it is."""

import hashlib
import json
from datetime import date as Date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from decrees.models import Decree, DraftChange, Endorsement
from decrees.queries.budget import Totals, totals
from decrees.queries.changing import to_recover
from decrees.queries.lists import drafted
from decrees.queries.routes import route_of, step_at
from decrees.queries.wordings import texts_of
from decrees.routing import ENDORSE, SIGN, signatory_of, usual
from proposals.models import Proposal
from uep.access.access import RULES
from uep.access.roles import Role
from uep.documents import numbering, signing
from uep.documents.queries import documents_of_many
from uep.office import queries as office
from uep.registry.fields import BlindIndex
from verification.models import Minutes

Stage = Decree.Stage


# Whoever did one of these has written the draft, and neither endorses nor signs it (design, law 2).
WRITING = ("decrees.draft", "decrees.amend", "decrees.revoke", "decrees.edit", "decrees.add", "decrees.strike",
           "decrees.remove", "decrees.keep", "decrees.replace", "decrees.correct", "decrees.drop_correction",
           "decrees.set_number")  # fmt: skip


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
    if held := numbering.held_for(decree):
        content["number"] = [held.number, held.date.isoformat()]
    if decree.wording_id:  # those from before there were versions keep the hash that was initialled
        laws = office.legal_bases(decree.date or timezone.localdate(), "sk")
        content |= {
            "wording": [decree.wording_id, *texts_of(decree).items()],
            "laws": [law.text for law in laws],
            "minutes": [f"{number} {day}" for number, day in minutes_behind(decree)],
        }
    # Only where there is something to say: a draft that went up before there were such things keeps its initials.
    words = decree.corrections.order_by("recipient").values_list("recipient", "name", "address", "business", "amount")
    if corrections := [list(row) for row in words]:
        content["corrections"] = corrections
    if decree.reason:
        content["reason"] = decree.reason
    if (steps := route_of(decree)) != usual(signatory_of(steps)):
        content["route"] = [list(step) for step in steps]
    packed = json.dumps(content, sort_keys=True, default=lambda key: bytes(key).hex())
    return hashlib.sha256(packed.encode()).hexdigest()


def seen_hash(decree) -> str:
    """What a person sees on the page of a decision: the draft, and of a revocation also who has been paid by now.

    A payment between initials and signature does not void the initials, but nobody signs without having seen it.
    """
    if not decree.is_revocation:
        return draft_hash(decree)
    paid = list(to_recover(decree).order_by("pk").values_list("pk", "amount"))
    return hashlib.sha256(json.dumps([draft_hash(decree), paid]).encode()).hexdigest()


def valid_endorsements(decree) -> QuerySet[Endorsement]:
    return decree.endorsements.filter(voided_at__isnull=True).select_related("by")


def has_written(user, decree) -> bool:
    """Has this person drafted the decree or changed the draft since? By person, whatever post it was done in."""
    return decree.drafted_by_id == user.pk or decree.notes.filter(by=user.pk, act__in=WRITING).exists()


def capacity(decree, user) -> dict:
    """As whom this person would initial or sign today ("signs_as"), or the sentence why as nobody ("cannot_sign")."""
    step = step_at(decree)
    role = step.role if step else decree.signatory_role
    try:
        return {"signs_as": office.signatory(role, timezone.localdate(), user)}
    except ValidationError as error:
        return {"cannot_sign": error.messages[0]}


class Changes(NamedTuple):
    """What happened to a draft since a moment: for whoever looks at it again."""

    since: object  # datetime
    why: str  # the note with which it came back; empty where the reader endorsed or signed nothing back
    mine: bool  # since the reader's own last word on it
    added: list[Proposal]
    struck: list[Proposal]
    reworded: bool
    relisted: bool  # who is taken off, replaced or put right
    before: Totals  # what it named then

    @property
    def any(self) -> bool:
        return bool(self.added or self.struck or self.reworded or self.relisted)


RELISTING = ("decrees.remove", "decrees.keep", "decrees.replace", "decrees.correct", "decrees.drop_correction")
DECIDING = ("decrees.endorse", "decrees.return_draft")


def changes_for(decree, user) -> Changes | None:
    """Since the reader's own last word on the draft, else since it last came back; None when neither ever was."""
    own = decree.notes.filter(act__in=DECIDING, by=user.pk).first()
    back = decree.notes.filter(act__in=BACK).first()
    if own is None:
        return _changes_since(decree, back, mine=False)
    return _changes_since(decree, own, mine=True)


def changes_since_return(decree) -> Changes | None:
    """None for a draft that never came back. Added and struck again cancel each other out. Five queries at most."""
    return _changes_since(decree, decree.notes.filter(act__in=BACK).first(), mine=False)


def _changes_since(decree, note, *, mine: bool) -> Changes | None:
    if note is None:
        return None
    net: dict[int, tuple[int, Proposal]] = {}
    for change in decree.changes.filter(at__gt=note.at).select_related("proposal__village"):
        sign = 1 if change.kind == DraftChange.Kind.ADDED else -1
        before, _ = net.get(change.proposal_id, (0, None))
        net[change.proposal_id] = (before + sign, change.proposal)
    added = [proposal for sign, proposal in net.values() if sign > 0]
    struck = [proposal for sign, proposal in net.values() if sign < 0]
    acts = set(decree.notes.filter(at__gt=note.at).values_list("act", flat=True))
    now = totals(decree)
    before = Totals(now.count - len(added) + len(struck), now.amount - sum(map(asked, added)) + sum(map(asked, struck)))
    why = note.note if note.act in BACK else ""
    return Changes(note.at, why, mine, added, struck, "decrees.edit" in acts, bool(acts & set(RELISTING)), before)


def asked(proposal) -> int:
    """Rupiah that the household asks for."""
    return proposal.amount_requested or 0


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


# Who may confirm a scan: whichever of them neither brought it nor wrote the draft.
CONFIRMING = (Role.SECRETARY, Role.OFFICE_HEAD, Role.DIVISION_HEAD)
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


def by_ink(decree) -> bool:
    """May this decree be signed on paper? A Bupati's always; another one where the post signs so by its setting."""
    return decree.signatory_role == Role.REGENT or signing.method_of(decree.signatory_role) is signing.Method.INK


def acts_at(decree) -> list[str]:
    """Names of the acts that make sense at the decree's stage, the deciding one first; who may is the rules' matter."""
    if decree.stage == Stage.DRAFT:
        lists = [] if decree.is_revocation else ["decrees.add", "decrees.strike"]
        return ["decrees.send_up", "decrees.edit", *lists, "decrees.set_number", "decrees.cancel"]
    if decree.stage == Stage.SIGNED:
        certifying = ["decrees.issue_extracts", "decrees.certify_copy"]
        return certifying[1:] if decree.is_revocation else ["decrees.amend", "decrees.revoke", *certifying]
    step = step_at(decree)
    if step is None:
        return []
    decides = _signing_acts(decree) if step.does == SIGN else ["decrees.endorse"]
    return [*decides, "decrees.return_draft", "decrees.recall"]


def _signing_acts(decree) -> list[str]:
    """The ways in which this decree can be signed now, the post's own first; a scan that waits comes before all."""
    if decree.signed_scans.waiting().exists():
        return ["decrees.confirm_signature", "decrees.put_aside_scan"]
    method = signing.method_of(decree.signatory_role)
    signs = ["decrees.sign"]
    waiting = signing.live(decree.paper, decree) if method.is_electronic else None
    if method is signing.Method.INK:
        signs = []
    elif waiting and waiting.is_unclear:
        return ["decrees.take_up", "decrees.start_anew"]
    elif method.is_electronic:
        signs = ["decrees.sign", "decrees.prepare"] if waiting else ["decrees.prepare"]
    return [*signs, "decrees.record_signature"] if by_ink(decree) else signs


def turn(decree, user) -> dict | None:
    """Whose turn it is: {"text", "whose"}, `whose` empty when it is the reader's own; None once it is over."""
    if decree.stage not in TURNS:
        return None
    roles, text = TURNS[decree.stage]
    if decree.signed_scans.waiting().exists():
        roles, text = CONFIRMING, "Cocokkan pindaian SK bertanda tangan, lalu konfirmasi."
    elif decree.stage == Stage.ENDORSED and step_at(decree).does == SIGN and by_ink(decree):
        roles, text = (Role.OFFICE_HEAD, Role.SECRETARY), "Tanda tangani naskahnya di kertas, lalu unggah pindaiannya."
    elif decree.stage == Stage.ENDORSED:
        does = "paraf" if step_at(decree).does == ENDORSE else "tanda tangani"
        text = f"Periksa draf, lalu {does} atau kembalikan."
    elif decree.stage == Stage.DRAFT:
        text = f"Periksa pratinjau, lalu ajukan ke {Role(route_of(decree)[0].role).label}."
    mine = bool(user.roles_today & set(roles))
    return {"text": text, "whose": "" if mine else Role(roles[0]).label}
