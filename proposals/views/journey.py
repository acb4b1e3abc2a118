"""A proposal's way through the six steps, as its page shows it."""

from collections.abc import Sequence

from proposals.flow import WAITS_FOR, State
from proposals.models import StepRecord
from proposals.sections import Shown
from uep.access.roles import Role
from uep.ui.indonesian import tanggal, tanggal_singkat

# The SOP's steps in a word each; the line of six has no room for their titles.
STEPS = ("Usulan", "Verifikasi", "SK", "Bank", "Sosialisasi", "Serah terima")
ENDED_EARLY = (State.INELIGIBLE, State.WITHDRAWN)


def steps_of(proposal, records: Sequence[StepRecord]) -> list[dict]:
    """The six steps with what became of each; `records` newest first."""
    now = proposal.status
    ended = now in ENDED_EARLY
    current = _left(records[0]) if ended and records else WAITS_FOR[now].step
    done_on = _done_on(records)
    finished = now == State.HANDED_OVER
    rows = []
    for number, label in enumerate(STEPS, 1):
        if number < current or finished:
            rows.append(
                {"label": label, "state": "done", "note": tanggal_singkat(done_on[number]) if number in done_on else ""}
            )
        elif number == current:
            rows.append({"label": label, "state": "stopped" if ended else "now", "note": now.label})
        else:
            rows.append({"label": label, "state": "ahead"})
    return rows


def timeline_of(records: Sequence[StepRecord]) -> list[dict]:
    """Each move: what it became, who did it in which post, what was said. More time is a step that moves nowhere."""
    return [
        {
            "title": f"Batas waktu menjadi {tanggal(record.due_at)}"
            if record.gives_time
            else State(record.target).label,
            "who": f"{record.by}, {record.post}",
            "when": record.at,
            "note": " ".join(filter(None, [record.note, f"({record.acting_basis})" if record.acting_basis else ""])),
            "tone": "warning" if record.gives_time else State(record.target).tone,
        }
        for record in records
    ]


def turn_of(proposal, user, sections: Sequence[Shown] = ()) -> dict | None:
    """Whose turn it is, what is asked and by when; None when nothing is awaited any more.

    A section that knows it more exactly than the state does says so in its facts as "wait".
    """
    exact = (shown.facts["wait"] for shown in sections if shown.facts.get("wait"))
    wait = next(exact, WAITS_FOR[proposal.status])
    if not wait.roles:
        return None
    mine = bool(set(wait.roles) & user.roles_today)
    whose = "" if mine else " atau ".join(Role(role).label for role in wait.roles)
    return {"text": f"{wait.todo}.", "whose": whose, "due": proposal.due_at if wait.clock else None}


def ended_by(proposal, records: Sequence[StepRecord]) -> dict | None:
    """How it ended before its time, with the reason that was given; None for one that goes on or arrived."""
    if proposal.status not in ENDED_EARLY or not records:
        return None
    return {"title": f"{proposal.status.label}.", "text": records[0].note}


def _left(record: StepRecord) -> int:
    """The step at which a household that ended early was when it ended."""
    return WAITS_FOR[State(record.source)].step if record.source else 1


def _done_on(records: Sequence[StepRecord]) -> dict:
    """When each step was last left for a later one."""
    days: dict = {}
    for record in reversed(records):
        before, after = _left(record), WAITS_FOR[State(record.target)].step
        if record.target not in ENDED_EARLY and (after > before or record.target == State.HANDED_OVER):
            days |= dict.fromkeys(range(before, after if after > before else after + 1), record.at)
    return days
