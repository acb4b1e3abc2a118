"""Windows for objections in the demo: one that has closed with its answer, one in which somebody has just objected."""

from collections.abc import Iterator

import verification.actions as checking
from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.demo.stage import Stage
from uep.registry.models import Region
from verification.models import PublishedName

DAYS = 5
FOR_REFUSED = "Usahanya masih berjalan; pada hari kunjungan calon sedang berbelanja di pasar."
STAYS = "Hasil kunjungan kedua sama: tempat usaha sudah tutup lebih dari setahun."
AGAINST = "Yang bersangkutan punya toko besar di pasar kecamatan dan mobil angkutan. Tetangga lain tahu."


def closed_window(stage: Stage, programme: Programme, village: Region) -> Iterator[int]:
    """The village objects for a household that was refused; somebody who had no part in it answers."""
    stage.act(checking.publish, programme, by=stage.who("kabid"), villages=[village.pk], days=DAYS)
    yield 2
    refused = Proposal.objects.filter(programme=programme, village=village, state=State.INELIGIBLE).first()
    by = stage.operator_of(village)
    objection = stage.act(checking.file_objection, refused, by=by, kind="for", reason=FOR_REFUSED)
    yield 1
    stage.act(checking.decide_objection, objection, by=stage.who("sekretaris"), decision="dismissed", answer=STAYS)


def open_window(stage: Stage, programme: Programme, village: Region) -> Iterator[int]:
    """Published some days ago; a neighbour has objected and waits for the answer."""
    stage.act(checking.publish, programme, by=stage.who("kabid"), villages=[village.pk], days=DAYS)
    yield 1
    line = PublishedName.objects.filter(publication__programme=programme, publication__village=village).first()
    checking.object_publicly(line, kind="against", reason=AGAINST)
    stage.clock.tick(4)
