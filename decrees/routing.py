"""The way up as data: which posts initial a decree, which one signs it, from which amount on. Pure, no record.

A band is (from Rupiah, steps); the band that governs is the last one whose amount the decree reaches. The posts of the
house stand in one order, a way goes through some of them upwards, each initials but the last, which signs.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from uep.access.roles import Role
from uep.ui.indonesian import rupiah

ENDORSE, SIGN = "endorse", "sign"
LADDER = (Role.SECRETARY, Role.OFFICE_HEAD, Role.REGENT)
SIGNATORIES = (Role.OFFICE_HEAD, Role.REGENT)
MOST_BANDS = 3


class Step(NamedTuple):
    role: str
    does: str  # ENDORSE or SIGN


class Band(NamedTuple):
    from_amount: int  # Rupiah
    steps: tuple[Step, ...]


def way(*roles: str) -> tuple[Step, ...]:
    """Up through these posts, of which the last signs."""
    *initial, signs = map(str, roles)
    return (*(Step(role, ENDORSE) for role in initial), Step(signs, SIGN))


# Every way there can be: at least one other person initials what the signatory signs.
WAYS = {
    "+".join(step.role for step in steps): steps
    for steps in (
        way(Role.SECRETARY, Role.OFFICE_HEAD),
        way(Role.SECRETARY, Role.OFFICE_HEAD, Role.REGENT),
        way(Role.OFFICE_HEAD, Role.REGENT),
        way(Role.SECRETARY, Role.REGENT),
    )
}


def usual(signatory: str) -> tuple[Step, ...]:
    """Through every desk up to whoever signs: what holds where an office has laid down nothing else."""
    return way(*LADDER[: LADDER.index(Role(signatory)) + 1])


def key_of(steps: Sequence[Step]) -> str:
    """Its name among WAYS."""
    return "+".join(step.role for step in steps)


def signatory_of(steps: Sequence[Step]) -> str:
    return steps[-1].role


def after(steps: Sequence[Step], role: str) -> Step:
    """The step that follows that of a post. ValueError when the way does not lead there, or ends there."""
    at = [step.role for step in steps].index(role)
    if at + 1 == len(steps):
        raise ValueError(f"{role} is the last on its way")
    return steps[at + 1]


def band_for(bands: Iterable[Band], amount: int) -> Band:
    """The band that governs a decree of that many Rupiah."""
    return max((band for band in bands if band.from_amount <= amount), key=lambda band: band.from_amount)


def higher(one: Sequence[Step], other: Sequence[Step]) -> tuple[Step, ...]:
    """Of two ways the one whose signatory stands higher; the first where they are equal."""
    first, second = (LADDER.index(Role(signatory_of(steps))) for steps in (one, other))
    return tuple(other if second > first else one)


def faults(bands: Sequence[Band]) -> list[str]:
    """Sentences that say why these bands are no route; empty for one."""
    amounts = [band.from_amount for band in bands]
    found = []
    if not bands or min(amounts) != 0:
        found.append("Jalur pertama berlaku mulai Rp0.")
    if len(set(amounts)) != len(amounts):
        found.append("Dua jalur tidak dapat mulai dari jumlah yang sama.")
    if len(bands) > MOST_BANDS:
        found.append(f"Paling banyak {MOST_BANDS} jalur.")
    if any(tuple(band.steps) not in WAYS.values() for band in bands):
        found.append("Jalur naik dari bawah ke atas: sedikitnya satu pejabat memaraf, yang terakhir menandatangani.")
    return found


def in_words(steps: Sequence[Step]) -> str:
    """As "Sekretaris memaraf, lalu Kepala Dinas menandatangani"."""
    verbs = {ENDORSE: "memaraf", SIGN: "menandatangani"}
    return ", lalu ".join(f"{Role(step.role).label} {verbs[step.does]}" for step in steps)


def reach_in_words(bands: Sequence[Band]) -> list[tuple[str, str]]:
    """(which decrees, what they do) for each band, lowest amount first: what a route means."""
    ordered = sorted(bands, key=lambda band: band.from_amount)
    rows = []
    for at, band in enumerate(ordered):
        above = ordered[at + 1].from_amount if at + 1 < len(ordered) else None
        if above is None and band.from_amount == 0:
            reach = "SK berapa pun jumlahnya"
        elif above is None:
            reach = f"SK {rupiah(band.from_amount)} atau lebih"
        elif band.from_amount == 0:
            reach = f"SK di bawah {rupiah(above)}"
        else:
            reach = f"SK {rupiah(band.from_amount)} sampai di bawah {rupiah(above)}"
        rows.append((reach, in_words(band.steps)))
    return rows
