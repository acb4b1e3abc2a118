"""How a decree looks: text upright, annex sideways, of one recipient and of five hundred, by Kadis and by Bupati."""

import io

import pytest
import time_machine
from PIL import Image, ImageDraw

from decrees import actions
from decrees.models import Decree, Removal
from tests.decrees.test_papers import VILLAGES, document_of
from tests.papers.golden import page_sizes
from tests.papers.pictures import assert_pictured
from tests.walk import AMOUNT
from uep.access.roles import Role
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.office import actions as office

UPRIGHT, SIDEWAYS = (215, 330), (330, 215)


def drawn(decree) -> bytes:
    """The issued paper, with the same code behind its QR each time."""
    document = document_of(decree)
    document.code = "0123456789ABCDEF"
    return pdf(PAPERS[decree.paper], decree, document)


def emblem() -> io.BytesIO:
    """A mark of our own where the office puts the state emblem."""
    image, content = Image.new("RGBA", (200, 240)), io.BytesIO()
    ImageDraw.Draw(image).polygon([(100, 0), (200, 80), (150, 240), (50, 240), (0, 80)], fill=(160, 120, 0, 255))
    image.save(content, "PNG")
    return io.BytesIO(content.getvalue())


@pytest.mark.django_db
@time_machine.travel("2026-11-23 10:00+07:00")
@pytest.mark.parametrize(
    "name, count, upright, sideways",
    [
        ("sk_kadis_1", 1, 3, 1),
        ("sk_kadis_40", 40, 3, 4),
        ("sk_kadis_500", 500, 3, 31),
        ("sk_bupati_3", 3, 3, 1),
        ("sk_perubahan_1", 1, 3, 1),
    ],
)
def test_the_paper_looks_as_approved(house, settings, name, count, upright, sideways):
    settings.PUBLIC_URL = "https://uep.example.go.id"
    regent = "bupati" in name
    if regent:
        office.set_emblem(house.cast.admin, by=house.cast.admin, image=emblem())
    programme = house.programme(
        budget=2 * count * AMOUNT, quota=count + 1, signatory=Role.REGENT if regent else Role.OFFICE_HEAD
    )
    decree = house.at("signed", decree=house.draft(house.eligible(programme, count, villages=VILLAGES)))
    if "perubahan" in name:
        amendment = house.amendment(decree)
        leaves, new = decree.recipients.get(), house.eligible(programme, 1)
        actions.remove(amendment, by=house.cast.kabid, recipients=[leaves], cause=Removal.Cause.DIED)
        actions.add(amendment, by=house.cast.kabid, proposals=new)
        actions.replace(amendment, by=house.cast.kabid, successors={leaves.pk: new[0]})
        decree = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    content = drawn(decree)
    assert page_sizes(content) == [UPRIGHT] * upright + [SIDEWAYS] * sideways
    assert_pictured(content, name, pages=upright + sideways)
