"""The papers of step 3 against the database: the text that pdftotext reads, previews, on paper, amended; a killed worker."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from decrees import actions
from decrees.models import Decree, Removal
from decrees.papers import with_subtotals
from proposals.models import Programme
from tests.decrees.conftest import again
from tests.decrees.test_ink import signed_on_paper
from tests.decrees.test_rising import stands_in
from tests.documents.conftest import stored_bytes
from tests.documents.test_tasks import wait_until
from tests.papers.golden import assert_golden, page_sizes, text_of, words_of
from tests.walk import AMOUNT
from uep.access.roles import Role
from uep.documents.models import NumberCounter, OfficialDocument
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.ui.indonesian import rupiah, rupiah_terbilang, tanggal

VILLAGES = ("62.09.03.1005", "62.09.01.2001", "62.09.03.2006")


def document_of(decree) -> OfficialDocument:
    return OfficialDocument.objects.get(subject_pk=str(decree.pk), paper=decree.paper)


def printed(decree) -> bytes:
    return pdf(PAPERS[decree.paper], decree, document_of(decree))


def squeezed(text: str) -> str:
    """Without blanks, so that a line broken within a name is no difference."""
    return re.sub(r"\s", "", text)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40, 500])
def test_the_paper_says_what_the_database_says(house, count):
    programme = house.programme(budget=count * AMOUNT, quota=count)
    decree = house.at("signed", decree=house.draft(house.eligible(programme, count, villages=VILLAGES)))
    content = printed(decree)
    text = squeezed(words_of(content))
    for words in (
        f"NOMOR {decree.number}",
        f"pada tanggal {tanggal(decree.date)}",
        f"Menetapkan {count} (",
        f"setiap penerima adalah {rupiah(AMOUNT)} ({rupiah_terbilang(AMOUNT)})",
        f"seluruhnya berjumlah {rupiah(count * AMOUNT)} ({rupiah_terbilang(count * AMOUNT)})",
        f"Jumlah {count} penerima",
        programme.dpa_number,
        programme.account_code,
        str(programme.bank),
        "KEPUTUSAN KEPALA DINAS SOSIAL KABUPATEN LAMANDAU",
        "Kadis Uji, S.E.",
        "NIP 19781211 200604 1 006",
        "Disahkan secara elektronik",
    ):
        assert squeezed(words) in text, words
    for line in decree.recipients.select_related("village"):
        for words in (line.name, line.masked_nik, line.masked_kk):
            assert squeezed(words) in text, line.position
        assert line.nik not in text
        assert line.kk_number not in text
    assert "PRATINJAU" not in text
    by_village = Counter(line.village for line in decree.recipients.select_related("village__parent"))
    by_district = Counter(line.village.parent for line in decree.recipients.select_related("village__parent"))
    told = {
        f"Jumlah {place.title}: {n} penerima {rupiah(n * AMOUNT)}"
        for sums in (by_village, by_district) if len(sums) > 1
        for place, n in sums.items()
    }  # fmt: skip
    rows = squeezed(text_of(content))  # with the sum of each beside its words
    assert [words for words in told if squeezed(words) not in rows] == []
    assert len(re.findall(r"Jumlah(?:Desa|Kelurahan|Kec)", rows)) == len(told)


def row(place, area, amount=1) -> dict:
    return {"place": place, "area": area, "amount": amount}


def closed(*rows) -> list:
    return [each["closes"] for each in with_subtotals(rows)]


def test_sums_of_villages_and_districts_stand_behind_their_last_row():
    assert closed() == []
    assert closed(row("Desa A", "Kecamatan X"), row("Desa A", "Kecamatan X")) == [[], []]
    assert closed(row("Desa A", "Kecamatan X", 2), row("Desa A", "Kecamatan X", 3), row("Desa B", "Kecamatan X", 4)) == [
        [], [("Desa A", 2, 5)], [("Desa B", 1, 4)],
    ]  # fmt: skip
    # Two villages of one name: the district between them keeps them apart.
    assert closed(row("Desa A", "Kecamatan X", 2), row("Desa A", "Kecamatan Y", 3), row("Desa B", "Kecamatan Y", 4)) == [
        [("Desa A", 1, 2), ("Kecamatan X", 1, 2)], [("Desa A", 1, 3)], [("Desa B", 1, 4), ("Kecamatan Y", 2, 7)],
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("regent", [False, True])
def test_the_preview_is_the_paper_but_for_number_date_and_signature(house, regent):
    programme = house.programme(signatory=Role.REGENT if regent else Role.OFFICE_HEAD)
    draft = house.at(
        "at_regent" if regent else "endorsed", decree=house.draft(house.eligible(programme, 40, villages=VILLAGES))
    )
    preview = pdf(PAPERS["sk"], draft)
    decree = house.at("signed", decree=draft)
    final = printed(decree)
    assert page_sizes(preview) == page_sizes(final)
    document = document_of(decree)

    url = f"{django_settings.PUBLIC_URL.rstrip('/')}{document.get_check_url()}"
    only_open = "PRATINJAU Belum diterbitkan; nomor dan tanggal belum ditetapkan. ditandatangani"
    only_final = (
        f"{document.title}, nomor {decree.number}. Periksa keaslian dan keberlakuannya di {url} Disahkan secara elektronik"
        f" {decree.number} {tanggal(decree.date)} {decree.number.removesuffix(str(decree.date.year))} {decree.date.year}."
    )
    before, after = Counter(words_of(preview).split()), Counter(words_of(final).split())
    assert set(before - after) - set(only_open.split()) == set()
    assert set(after - before) - set(only_final.split()) == set()


@pytest.mark.django_db
def test_what_was_signed_on_paper_does_not_pretend_to_be_signed_electronically(house):
    decree = house.at("at_regent", regent=True, count=3)
    decree.for_ink = True
    blank = words_of(pdf(PAPERS["sk"], decree))
    decree = signed_on_paper(house, Decree.objects.get())
    copy = words_of(printed(decree))
    for text in (blank, copy):
        assert ("elektronik" in text, "PRATINJAU" in text, "KEPUTUSAN BUPATI LAMANDAU" in text) == (False, False, True)
    assert ("ttd." in blank, decree.number in blank) == (False, False)
    assert ("ttd." in copy, "Naskah asli ditandatangani di atas kertas" in copy, decree.number in copy) == (True,) * 3


@pytest.mark.django_db
def test_a_plh_signs_the_decree_of_the_head_with_the_basis_printed(house):
    stands_in(house.cast.secretary, Role.OFFICE_HEAD)
    decree = actions.sign(house.at("endorsed"), by=again(house.cast.secretary))
    text = words_of(printed(decree))
    assert "KEPUTUSAN KEPALA DINAS SOSIAL KABUPATEN LAMANDAU NOMOR" in text
    assert "KEPUTUSAN PLH." not in text
    assert "Plh. KEPALA DINAS SOSIAL KABUPATEN LAMANDAU, " in text
    assert f"{decree.signatory['basis']} tentang penunjukan Sekretaris Uji, S.E. sebagai Plh. Kepala Dinas" in text


@pytest.mark.django_db
def test_an_amendment_prints_who_leaves_who_comes_and_for_whom(house):
    decree = house.signed(3)
    amendment = house.amendment(decree)
    first, second = decree.recipients.all()[:2]
    new = house.eligible(decree.programme, 1)
    actions.remove(amendment, by=house.cast.kabid, recipients=[first, second], cause=Removal.Cause.MOVED)
    actions.add(amendment, by=house.cast.kabid, proposals=new)
    actions.replace(amendment, by=house.cast.kabid, successors={first.pk: new[0]})
    signed = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    text = squeezed(words_of(printed(signed)))
    for words in (
        f"Nomor {decree.number} tanggal {tanggal(decree.date)} tentang {decree.title} dengan mengeluarkan 2 (dua) penerima",
        "dan menetapkan 1 (satu) penerima baru",
        "A. Penerima yang dikeluarkan",
        "B. Penerima baru",
        f"{first.name}{first.masked_nik}",
        f"pindah domisili{new[0].name}",
        "pindah domisili tidak diganti",
        f"menggantikan {first.name} (no. 1)",
    ):
        assert squeezed(words) in text, words


@pytest.mark.django_db
def test_a_later_change_of_the_programme_changes_no_word(house):
    decree = house.signed()
    before = words_of(printed(decree))
    Programme.objects.update(name="Program lain", dpa_number="DPA/LAIN", account_code="9.9")
    assert words_of(printed(Decree.objects.get())) == before


@pytest.mark.django_db
@time_machine.travel("2026-11-23 10:00+07:00")  # numbers carry month and year, and break where they do
@pytest.mark.parametrize("name", ["sk", "sk_bupati", "sk_perubahan"])
def test_the_papers_read_as_approved(house, name, settings):
    settings.PUBLIC_URL = "https://uep.example.go.id"
    decree = house.signed(3, regent=name == "sk_bupati")
    if name == "sk_perubahan":
        amendment = house.amendment(decree)
        leaves = decree.recipients.get(position=2)
        new = house.eligible(decree.programme, 1)
        actions.remove(amendment, by=house.cast.kabid, recipients=[leaves], cause=Removal.Cause.DIED)
        actions.add(amendment, by=house.cast.kabid, proposals=new)
        actions.replace(amendment, by=house.cast.kabid, successors={leaves.pk: new[0]})
        decree = house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    assert_golden(printed(decree), name, varying={document_of(decree).code: "KODE"})


@pytest.mark.django_db
def test_rendering_is_shown_while_it_is_under_way_and_the_paper_afterwards(house, client, run_jobs):
    decree = house.signed()
    client.force_login(house.cast.head)
    before = client.get(decree.get_absolute_url()).content.decode()
    run_jobs()
    document = document_of(decree)
    after = client.get(decree.get_absolute_url()).content.decode()
    assert ("Menunggu giliran" in before, document.get_download_url() in before) == (True, False)
    assert ("Menunggu giliran" in after, document.get_download_url() in after) == (False, True)
    answer = client.get(document.get_download_url())
    assert sha256(answer.content).hexdigest() == document.sha256
    public = client.get(reverse("documents:check", args=[document.code])).content.decode()
    for words in (decree.number, document.sha256, rupiah(2 * AMOUNT)):
        assert words in public
    assert decree.recipients.first().name not in public


WORKER = """
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = {media!r}
from django.core.management import call_command
call_command("worker")
"""


def start_worker(media: str) -> subprocess.Popen:
    """A real worker on the test's own database, in a process of its own, so that it can be killed."""
    place = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    root = str(django_settings.BASE_DIR)
    return subprocess.Popen(
        [sys.executable, "-c", WORKER.format(media=media)],
        env=os.environ | {"DATABASE_URL": place, "PYTHONPATH": root, "DJANGO_SETTINGS_MODULE": "uep.settings"},
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_rendering_the_decree_leaves_one_document_with_one_number(house, settings):
    programme = house.programme(budget=400 * AMOUNT, quota=400)
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 400, villages=VILLAGES)))
    media = str(settings.MEDIA_ROOT)

    def state():
        return OfficialDocument.objects.values_list("state", "progress").get()

    worker = start_worker(media)
    try:
        wait_until(lambda: state()[0] == "rendering" and state()[1] >= 5, 120)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert state()[0] == "rendering"
    with connection.cursor() as cursor:  # as if its heart had stopped beating a while ago
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    worker = start_worker(media)
    try:
        wait_until(lambda: state()[0] == "ready", 240)
    finally:
        worker.terminate()
        worker.wait(30)
    document = OfficialDocument.objects.get()
    stored = [path for path in Path(default_storage.location).rglob("*") if path.is_file()]
    assert (document.number, document.attempts, len(stored)) == (decree.number, 2, 1)
    assert NumberCounter.objects.get(series__code="sk").last == 1
    assert sha256(stored_bytes(document)).hexdigest() == document.sha256
    assert "Jumlah 400 penerima" in words_of(stored_bytes(document))
