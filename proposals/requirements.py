"""Required papers as data: what a new programme asks for, and what a household still lacks. Constant queries."""

from collections.abc import Iterable

from proposals.flow import State
from proposals.models import Attachment, Programme, Proposal, Requirement

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


def is_needed(requirement: Requirement, state: str, *, sending: bool = False) -> bool:
    """Does a household in `state` need this paper by now? `sending` asks for a draft about to be submitted."""
    reached = State.SUBMITTED if sending and state == State.DRAFT else State(state)
    if reached not in ORDER or not requirement.is_required:
        return False
    return ORDER.index(State(requirement.needed_from)) <= ORDER.index(reached)


def is_open_for(requirement: Requirement, state: str) -> bool:
    """May its village add this paper in `state`? Before sending everything, later only what is not asked for at sending."""
    return state in (State.DRAFT, State.RETURNED) or requirement.needed_from in (State.BRIEFED, State.HANDED_OVER)


def open_codes(proposal: Proposal, requirements: Iterable[Requirement]) -> set[str]:
    """Codes of those papers that may be added to this proposal now, as far as its state and its defects go."""
    opened = proposal.open_fields
    return {r.code for r in requirements if is_open_for(r, proposal.state) and (opened is None or r.code in opened)}


def missing(proposals: Iterable[Proposal], *, sending: bool = False) -> dict[int, list[Requirement]]:
    """Per proposal pk the required papers that are due by its state and not attached; complete ones are left out.

    Two queries for any number of proposals of any number of programmes.
    """
    proposals = list(proposals)
    if not proposals:
        return {}
    needed: dict[int, list[Requirement]] = {}
    for requirement in Requirement.objects.filter(
        programme__in={p.programme_id for p in proposals}, owner=Owner.HOUSEHOLD, is_required=True
    ):
        needed.setdefault(requirement.programme_id, []).append(requirement)
    held = set(
        Attachment.objects.current()
        .filter(proposal__in=[p.pk for p in proposals])
        .values_list("proposal_id", "requirement_id")
    )
    lacking = {
        p.pk: [
            r
            for r in needed.get(p.programme_id, [])
            if (p.pk, r.pk) not in held and is_needed(r, p.state, sending=sending)
        ]
        for p in proposals
    }
    return {pk: rows for pk, rows in lacking.items() if rows}
