"""Petikan and salinan: papers with codes of their own that are worth what the decree is worth."""

from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from decrees import actions, queries
from decrees.models import Decree, Removal
from tests.decrees.conftest import again
from tests.decrees.test_amend import pay
from tests.decrees.test_correct import correct
from tests.decrees.test_revoke import revoked
from tests.machine.office import stands_in
from tests.papers.golden import words_of
from uep.access.access import NOT_YOURS, Refused, why_not
from uep.access.roles import Role
from uep.documents.actions import render
from uep.documents.models import NumberCounter, OfficialDocument
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.office.models import ActingAppointment
from uep.registry.models import Region
from uep.ui.indonesian import tanggal

pytestmark = pytest.mark.django_db
BULIK, SEKOBAN = "62.09.03.1005", "62.09.01.2001"


def extract_of(line) -> OfficialDocument:
    return OfficialDocument.objects.get(paper="petikan_sk", subject_pk=str(line.pk))


def printed(document, subject) -> str:
    return " ".join(words_of(pdf(PAPERS[document.paper], subject, document)).split())


@pytest.fixture
def decree(house):
    programme = house.programme()
    return house.at("signed", decree=house.draft(house.eligible(programme, 3, villages=(BULIK, SEKOBAN))))


def test_a_village_at_a_time_and_nobody_twice(house, decree):
    actions.issue_extracts(decree, by=house.cast.secretary, village=Region.objects.get(pk=BULIK))
    assert sorted(line.village_id for line, _ in queries.extracts_on(decree, house.cast.kabid)) == [BULIK, BULIK]
    actions.issue_extracts(decree, by=house.cast.secretary)
    codes = [document.code for _, document in queries.extracts_on(decree, house.cast.kabid)]
    assert (len(codes), len(set(codes))) == (3, 3)
    with pytest.raises(ValidationError, match="sudah punya petikan yang berlaku"):
        actions.issue_extracts(decree, by=house.cast.secretary)
    assert NumberCounter.objects.filter(series__code="sk").get().last == 1  # no number of its own


def test_an_extract_says_what_the_annex_says_of_one_and_of_nobody_else(house, decree):
    actions.issue_extracts(decree, by=house.cast.secretary)
    one, other, _ = decree.recipients.select_related("village").order_by("position")
    text = printed(extract_of(one), one)
    for words in (
        "PETIKAN", f"NOMOR {decree.number}", one.name, one.masked_nik, one.business, "Rp5.000.000 (lima juta rupiah)",
        "Untuk petikan yang sah sesuai dengan aslinya", "SEKRETARIS DINAS SOSIAL", "Sekretaris Uji, S.E.", "Kadis Uji, S.E.",
        f"pada tanggal {tanggal(decree.date)}",
    ):  # fmt: skip
        assert words in text, words
    assert (one.nik in text, other.name in text) == (False, False)


def test_a_copy_carries_the_frozen_words_of_the_whole_decree(house, decree):
    programme = decree.programme
    actions.certify_copy(decree, by=house.cast.secretary)
    type(programme).objects.update(name="Nama baru", dpa_number="DPA/lain")
    copy = queries.copy_of(decree)
    text = printed(copy, Decree.objects.get(pk=decree.pk))
    assert programme.dpa_number in text.replace(" ", "")
    for words in ("SALINAN", f"NOMOR {decree.number}", "Salinan sesuai dengan aslinya",
                  "ttd.", "Sekretaris Uji, S.E.", "Jumlah 3 penerima"):  # fmt: skip
        assert words in text, words
    assert ("Nama baru" in text, "DPA/lain" in text, "Disahkan secara elektronik pada" in text) == (False, False, True)
    assert (copy.number, copy.facts["copy_of"]) == ("", queries.original_of(decree).code)
    assert (
        why_not(house.cast.secretary, "decrees.certify_copy", decree)
        == "Salinan SK ini sudah terbit dan masih berlaku."
    )


def test_the_public_page_tells_what_it_is_and_of_which_decree_without_names(house, decree, client):
    actions.issue_extracts(decree, by=house.cast.secretary)
    actions.certify_copy(decree, by=house.cast.secretary)
    one = decree.recipients.get(position=1)
    pages = [client.get(row.get_check_url()).content.decode() for row in (extract_of(one), queries.copy_of(decree))]
    for page in pages:
        for words in ("masih berlaku", f"Keputusan Nomor {decree.number}", "Sesuai dengan aslinya", "Sekretaris Uji, S.E.",
                      "Periksa naskah asal"):  # fmt: skip
            assert words in page, words
        for line in decree.recipients.all():
            assert [text in page for text in (line.name, line.nik, line.masked_nik, line.business)] == [False] * 4
    assert "Nomor urut dalam lampiran" in pages[0]


def test_a_change_of_the_decree_changes_what_its_extracts_are_worth(house, decree, client):
    actions.issue_extracts(decree, by=house.cast.secretary)
    actions.certify_copy(decree, by=house.cast.secretary)
    copy = queries.copy_of(decree)
    gone, better, stays = decree.recipients.order_by("position")
    draft = house.amendment(decree)
    actions.remove(draft, by=house.cast.kabid, recipients=[gone], cause=Removal.Cause.MOVED)
    correct(house, better, name="Nama yang Benar")
    signed = house.at("signed", decree=Decree.objects.get(pk=draft.pk))
    status = {row.position: extract_of(row).status for row in (gone, better, stays)}
    assert status == {1: "revoked", 2: "amended", 3: "current"}
    assert OfficialDocument.objects.get(pk=copy.pk).status == "amended"
    page = client.get(extract_of(stays).get_check_url()).content.decode()
    assert ("masih berlaku" in page, f"diubah dengan {signed.number}" in page) == (True, True)
    assert f"dikeluarkan dengan SK {signed.number}" in client.get(extract_of(gone).get_check_url()).content.decode()
    assert [line.name for line in queries.without_extract(signed)] == ["Nama yang Benar"]
    revoked(house, decree)
    assert [extract_of(row).status for row in (gone, better, stays)] == ["revoked", "amended", "revoked"]
    page = client.get(extract_of(better).get_check_url()).content.decode()
    assert "Naskah asal dari salinan atau petikan ini sudah" in page or "diubah" in page
    for act in ("issue_extracts", "certify_copy"):
        assert why_not(house.cast.secretary, f"decrees.{act}", decree) == "SK ini sudah dicabut."


def test_the_extract_of_one_who_was_paid_falls_with_the_decree(house, decree):
    actions.issue_extracts(decree, by=house.cast.secretary)
    paid = decree.recipients.get(position=1)
    pay(paid)
    revoked(house, decree)
    assert extract_of(paid).status == "revoked"


def test_only_the_secretary_or_who_stands_in_certifies(house, decree):
    for user in house.cast:
        if user != house.cast.secretary:
            assert why_not(user, "decrees.certify_copy", decree) == NOT_YOURS
    stands_in(house.cast.staff, Role.SECRETARY, kind=ActingAppointment.Kind.AN)
    actions.certify_copy(decree, by=again(house.cast.staff))
    certifier = queries.copy_of(decree).facts["certified_by"]
    assert (certifier["quality"], certifier["title"].startswith("a.n. SEKRETARIS")) == ("a.n.", True)
    with pytest.raises(Refused, match="Hanya SK yang sudah ditetapkan"):
        actions.issue_extracts(house.at("draft"), by=house.cast.secretary)


def test_who_sees_which_extract_and_the_printers_file_of_a_village(house, decree, client):
    actions.issue_extracts(decree, by=house.cast.secretary)
    for line in decree.recipients.all():
        render(extract_of(line).pk)
    client.force_login(house.cast.kabid)
    page = client.get(reverse("decrees:extracts", args=[decree.ref])).content.decode()
    assert [line.name in page for line in decree.recipients.all()] == [True] * 3
    joined = client.get(reverse("decrees:extracts_pdf", args=[decree.ref, BULIK]))
    with pikepdf.open(BytesIO(joined.content)) as opened:
        pages = len(opened.pages)
    assert pages == sum(extract_of(line).pages for line in decree.recipients.filter(village=BULIK))
    assert client.get(reverse("decrees:extracts_pdf", args=[decree.ref, "62.09.03.2006"])).status_code == 404
    own = decree.recipients.filter(village=BULIK).first()
    client.force_login(house.cast.alice)
    assert client.get(extract_of(own).get_download_url()).status_code == 200
    client.force_login(house.cast.bob)
    assert client.get(extract_of(own).get_download_url()).status_code == 404
    client.force_login(house.cast.bank)
    assert own.name not in client.get(reverse("decrees:extracts", args=[decree.ref])).content.decode()


def test_the_secretary_issues_by_form(house, decree, client):
    client.force_login(house.cast.secretary)
    address = reverse("decrees:issue_extracts", args=[decree.ref])
    page = client.get(address).content.decode()
    assert "Semua desa/kelurahan: 3 penerima" in page
    assert client.post(address, {"village": SEKOBAN}).status_code == 303
    assert [line.village_id for line, _ in queries.extracts_on(decree, house.cast.kabid)] == [SEKOBAN]
    assert client.post(address, {"village": SEKOBAN}).status_code == 422
