"""A programme of the demo with more households than its quota holds: ranked, one gone since, some not ranked yet."""

from collections.abc import Iterator
from datetime import date, timedelta

import proposals.actions as entry
import verification.actions as checking
from proposals.flow import State
from proposals.models import Proposal
from uep.access.roles import Role
from uep.demo.accounts import KINIPAN, KUJAN, NANGA_BULIK
from uep.demo.batches import Batch, Fate, Pace
from uep.demo.objections import open_window
from uep.demo.stage import Stage
from uep.office.models import Bank
from verification.queries import ranking

QUOTA, AMOUNT = 6, 3_000_000
FIRST_LETTER, RANKED = 14, 7  # working days ago


def more_than_enough(stage: Stage) -> None:
    """Nine are ranked for six places by shares of two districts; the next on the list may come; three wait for a ranking."""
    programme = _programme(stage)
    for place, count, ago in ((NANGA_BULIK, 5, FIRST_LETTER), (KINIPAN, 4, FIRST_LETTER), (KUJAN, 3, 2)):
        pace = Pace() if ago == FIRST_LETTER else Pace(visited=0)
        batch = Batch(stage, programme, stage.villages[place], {Fate.VISITED: count}, pace=pace)
        stage.tell(batch.story(), ago=ago)
    stage.tell(_ranked(stage, programme), ago=RANKED)
    stage.tell(open_window(stage, programme, stage.villages[KINIPAN]), ago=2)


def _programme(stage: Stage):
    today = stage.today
    return stage.programme(
        name="UEP Perubahan Anggaran",
        year=today.year,
        budget=QUOTA * AMOUNT,
        amount=AMOUNT,
        quota=QUOTA,
        opens_on=stage.day(FIRST_LETTER + 10),
        closes_on=today + timedelta(days=10),
        age_on=date(today.year, 6, 30),
        signatory=Role.OFFICE_HEAD,
        bank=Bank.objects.order_by("pk").first(),
        account_code="5.1.06.01.01.0001",
        dpa_number=f"DPPA/A.1/1.06.2.08.0.00.01.0000/001/{today.year}",
    )


def _ranked(stage: Stage, programme) -> Iterator[int]:
    first, second = (stage.villages[place].parent_id for place in (NANGA_BULIK, KINIPAN))
    stage.act(checking.set_shares, programme, by=stage.who("kabid"), shares={first: 4, second: 2})
    yield 1
    kabid = stage.who("kabid")
    seen = ranking.field_of(programme, kabid).ranked().fingerprint
    stage.act(checking.apply_ranking, programme, by=kabid, seen=seen, note="Rapat bidang.")
    yield 5
    gone = Proposal.objects.filter(programme=programme, state=State.ELIGIBLE).order_by("pk").first()
    stage.act(entry.withdraw, gone, by=stage.who("kabid"), reason=stage.say("withdraw"))
