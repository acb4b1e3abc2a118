"""Windows for objections in the demo: one that has closed with its answer, one in which somebody has just objected."""

from collections.abc import Iterator

import verification.actions as checking
from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.demo.stage import Stage
from uep.registry.models import Region
from verification.models import Objection, PublishedName

DAYS = 5
FOR_REFUSED = "Usahanya masih berjalan; pada hari kunjungan calon sedang berbelanja di pasar."
STAYS = "Hasil kunjungan kedua sama: tempat usaha sudah tutup lebih dari setahun."
AGAINST = "Yang bersangkutan punya toko besar di pasar kecamatan dan mobil angkutan. Tetangga lain tahu."


def window_that_closed(stage: Stage, programme: Programme, village: Region) -> None:
    """The village objects for a household that was refused; somebody who had no part in it answers."""
    stage.tell_once(_publish(stage, programme, village), days_ago=60, minute=8 * 60 + 20)
    stage.tell_once(_object_for_the_refused(stage, programme, village), days_ago=57, minute=9 * 60)
    stage.tell_once(_answer(stage), days_ago=55, minute=9 * 60 + 40)


def window_that_runs(stage: Stage, programme: Programme, village: Region) -> None:
    """Published some days ago; a neighbour has objected and waits for the answer."""
    stage.tell_once(_publish(stage, programme, village), days_ago=4, minute=7 * 60 + 45)
    stage.tell_once(_object(stage, village), days_ago=1, minute=8 * 60 + 5)


def _publish(stage, programme, village) -> Iterator[int]:
    stage.act(checking.publish, programme, by=stage.who("kabid"), villages=[village.pk], days=DAYS)
    yield from ()


def _object_for_the_refused(stage, programme, village) -> Iterator[int]:
    refused = Proposal.objects.filter(programme=programme, village=village, state=State.INELIGIBLE).first()
    by = stage.operator_of(village)
    stage.act(checking.file_objection, refused, by=by, kind="for", reason=FOR_REFUSED)
    yield from ()


def _answer(stage) -> Iterator[int]:
    [waiting] = Objection.objects.open()
    stage.act(checking.decide_objection, waiting, by=stage.who("sekretaris"), decision="dismissed", answer=STAYS)
    yield from ()


def _object(stage, village) -> Iterator[int]:
    line = PublishedName.objects.filter(publication__village=village).first()
    checking.object_publicly(line, kind="against", reason=AGAINST)
    stage.clock.tick(4)
    yield from ()
