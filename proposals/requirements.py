"""Papers as data: what a new programme asks for, what a household has brought and what it lacks. Constant queries."""

from collections.abc import Iterable

from proposals.flow import State
from proposals.models import BY_THE_DESK, Attachment, Programme, Proposal, Requirement

Owner, Accepts = Requirement.Owner, Requirement.Accepts

# SOP step 1 (kelengkapan) and domain 2.1; the office changes the rows on the programme's page.
DEFAULTS = (
    {"code": "ktp", "label": "KTP", "help": "Foto KTP yang jelas, keempat sudutnya tampak."},
    {"code": "kk", "label": "Kartu Keluarga", "help": "Foto atau PDF kartu keluarga terbaru."},
    {
        "code": "sptjm",
        "label": "SPTJM calon penerima",
        "help": "Cetak formulirnya, tempel meterai, tanda tangani, lalu foto.",
        "paper": "sptjm",
    },
    {"code": "sku", "label": "Surat Keterangan Usaha", "help": "Dari desa/kelurahan tempat usaha.", "paper": "sku"},
    {
        "code": "foto_usaha",
        "label": "Foto usaha",
        "help": "Tempat usaha dari depan dan barang dagangan atau alatnya.",
        "accepts": Accepts.IMAGE,
        "max_files": 3,
        "keeps_position": True,
    },
    {"code": "foto_rumah", "label": "Foto rumah", "accepts": Accepts.IMAGE, "max_files": 2, "is_required": False},
    {
        "code": "pakta_integritas",
        "label": "Pakta integritas",
        "help": "Ditandatangani penerima setelah SK, sebelum dana disalurkan.",
        "paper": "pakta_integritas",
        "needed_from": State.BRIEFED,
    },
    {"code": "surat_pengantar", "label": "Pindaian surat pengantar", "owner": Owner.LETTER, "max_files": 5},
    {
        "code": "sptjm_desa",
        "label": "SPTJM kepala desa/lurah",
        "help": "Pernyataan atas seluruh daftar, bermeterai.",
        "owner": Owner.LETTER,
        "paper": "sptjm_desa",
    },
    {
        "code": "ba_musyawarah",
        "label": "Berita acara musyawarah",
        "help": "Bila daftar disepakati dalam musyawarah desa/kelurahan.",
        "owner": Owner.LETTER,
        "max_files": 5,
        "is_required": False,
    },
)

# From which states on a requirement of each `needed_from` holds: the flow's own order of the happy path.
ORDER = (
    State.DRAFT,
    State.SUBMITTED,
    State.RETURNED,
    State.ASSIGNED,
    State.COMPLETE,
    State.ASSESSED,
    State.WAITLISTED,
    State.ELIGIBLE,
    State.IN_DECREE,
    State.DECREED,
    State.AGREED,
    State.BRIEFED,
    State.PAYMENT_FAILED,
    State.PAID,
    State.HANDED_OVER,
)


def default_requirements(programme: Programme) -> list[Requirement]:
    """Unsaved rows for a new programme."""
    return [Requirement(programme=programme, order=order, **row) for order, row in enumerate(DEFAULTS, 1)]


def usual_papers(programme: Programme) -> dict[str, str]:
    """Code -> label of the papers that the first version of the rules makes obligatory. One query, none when unsaved."""
    rows = programme.requirements.under_the_rules() if programme.pk else default_requirements(programme)
    return {r.code: r.label for r in rows if r.is_required and r.is_under_the_rules}


def is_needed(requirement: Requirement, state: str, *, sending: bool = False) -> bool:
    """Does a household in `state` need this paper by now? `sending` asks for a draft about to be submitted."""
    return requirement.is_required and _is_due(requirement, state, sending=sending)


def _is_due(requirement: Requirement, state: str, *, sending: bool) -> bool:
    reached = State.SUBMITTED if sending and state == State.DRAFT else State(state)
    return reached in ORDER and ORDER.index(State(requirement.needed_from)) <= ORDER.index(reached)


def is_open_for(requirement: Requirement, state: str) -> bool:
    """May its village add this paper in `state`? Before sending everything, later only what is not asked for at sending."""
    return state in (State.DRAFT, State.RETURNED) or requirement.needed_from in (State.BRIEFED, State.HANDED_OVER)


def open_codes(proposal: Proposal, requirements: Iterable[Requirement]) -> set[str]:
    """Codes of those papers that may be added to this proposal now, as far as its state and its defects go."""
    opened = proposal.open_fields
    return {r.code for r in requirements if is_open_for(r, proposal.state) and (opened is None or r.code in opened)}


def brought(proposals: Iterable[Proposal]) -> dict[int, tuple[dict[str, str], dict[str, str]]]:
    """Per proposal pk the papers under the rules that are due by its state: those attached, those not; code -> label.

    Required or not: that is the version's matter. A draft is looked at as if it were sent. Two queries for any number.
    """
    proposals = list(proposals)
    asked = _by_programme(proposals, Requirement.objects.under_the_rules())
    held = _attached(proposals)
    told = {}
    for p in proposals:
        due = [r for r in asked.get(p.programme_id, []) if _is_due(r, p.state, sending=True)]
        there = {r.code: r.label for r in due if (p.pk, r.pk) in held}
        told[p.pk] = there, {r.code: r.label for r in due if r.code not in there}
    return told


def missing(proposals: Iterable[Proposal]) -> dict[int, list[Requirement]]:
    """Per proposal pk the required papers that are due after the decree, by its state, and not attached.

    Complete ones are left out. Two queries for any number of proposals of any number of programmes.
    """
    proposals = list(proposals)
    if not proposals:
        return {}
    later = Requirement.objects.filter(owner=Owner.HOUSEHOLD, is_required=True).exclude(needed_from__in=BY_THE_DESK)
    asked = _by_programme(proposals, later)
    held = _attached(proposals)
    lacking = {
        p.pk: [r for r in asked.get(p.programme_id, []) if (p.pk, r.pk) not in held and is_needed(r, p.state)]
        for p in proposals
    }
    return {pk: rows for pk, rows in lacking.items() if rows}


def _by_programme(proposals, rows) -> dict[int, list[Requirement]]:
    found: dict[int, list[Requirement]] = {}
    for requirement in rows.filter(programme__in={p.programme_id for p in proposals}):
        found.setdefault(requirement.programme_id, []).append(requirement)
    return found


def _attached(proposals) -> set[tuple[int, int]]:
    rows = Attachment.objects.current().filter(proposal__in=[p.pk for p in proposals])
    return set(rows.values_list("proposal_id", "requirement_id"))
