"""A decree signed with a certificate: one number, one document, one signature, whatever dies or runs twice."""

import os
import signal
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pikepdf
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from decrees import actions, queries
from decrees.models import Decree, Recipient
from proposals.flow import State
from proposals.models import Proposal
from tests.cast import PASSWORD
from tests.decrees.conftest import again, sql
from tests.decrees.test_rising import stands_in
from tests.papers.golden import words_of
from tests.signing_keys import PASSPHRASE, certificate, pem_file, pkcs12_file
from tests.worker import wait_until
from uep.access.access import Refused
from uep.access.roles import Role
from uep.documents import signing
from uep.documents.models import NumberCounter, OfficialDocument, Signing

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def own_key():
    """A certificate that the office made for itself."""
    return certificate("Dinas Sosial Uji")


@pytest.fixture
def certified(settings, tmp_path, own_key):
    """The head of office signs with the office's own certificate."""
    settings.SIGNING_METHODS = {"office_head": "certificate"}
    settings.SIGNING_KEYS = {"*": pkcs12_file(tmp_path, own_key)}


@pytest.fixture
def ready(house, certified, run_jobs):
    """A decree whose paper waits for the signature of the head of office."""
    return prepared(house, run_jobs)


def prepared(house, run_jobs, by=None) -> Decree:
    decree = actions.prepare(house.at("endorsed"), by=by or house.cast.head)
    run_jobs()
    return decree


def sign(decree, by, *, password=PASSWORD, passphrase=PASSPHRASE, manuscript=None) -> Decree:
    shown = queries.manuscript_of(decree).sha256 if manuscript is None else manuscript
    return actions.sign(decree, by=by, manuscript=shown, password=password, passphrase=passphrase)


def bytes_of(document) -> bytes:
    return Path(default_storage.path(document.file)).read_bytes()


def nothing_in_force(decree) -> bool:
    decree = Decree.objects.get(pk=decree.pk)
    return (decree.stage, decree.number, Recipient.objects.count(), OfficialDocument.objects.count()) == (
        "endorsed",
        "",
        0,
        0,
    )


@pytest.mark.django_db
def test_the_signed_file_is_the_document(house, ready):
    manuscript = queries.manuscript_of(ready)
    unsigned = signing.content_of(manuscript)
    assert nothing_in_force(ready)
    decree = sign(ready, house.cast.head)
    document = OfficialDocument.objects.get()
    content = bytes_of(document)
    assert (decree.stage, decree.number, decree.date) == ("signed", manuscript.number, timezone.localdate())
    assert (document.number, document.code, document.state) == (manuscript.number, manuscript.code, "ready")
    assert (document.sha256, document.size) == (sha256(content).hexdigest(), len(content))
    assert content.startswith(unsigned)
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.DECREED}
    assert list(decree.recipients.values_list("name", flat=True)) == [row.name for row in queries.drafted(decree)]
    assert decree.number in words_of(content)
    row = Signing.objects.get()
    assert (row.state, row.signer, row.document) == ("signed", house.cast.head, document)
    assert {key: row.signature[key] for key in ("name", "issuer", "self_made", "certified", "intact", "whole")} == {
        "name": "Dinas Sosial Uji",
        "issuer": "Dinas Sosial Uji",
        "self_made": True,
        "certified": False,
        "intact": True,
        "whole": True,
    }


@pytest.mark.django_db
def test_two_independent_readers_find_the_signature_whole(house, ready, own_key, tmp_path):
    sign(ready, house.cast.head)
    content = bytes_of(OfficialDocument.objects.get())
    (embedded,) = PdfFileReader(BytesIO(content)).embedded_signatures
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[], allow_fetching=False))
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
    words = pdfsig(content, tmp_path)
    assert "Signature Validation: Signature is Valid." in words
    assert "Total document signed" in words
    assert "ETSI.CAdES.detached" in words


@pytest.mark.django_db
def test_a_tampered_copy_is_found_out(house, ready, tmp_path):
    sign(ready, house.cast.head)
    content = bytes_of(OfficialDocument.objects.get())
    place = content.index(b"/MediaBox")
    changed = content[: place + 1] + b"N" + content[place + 2 :]
    assert [found["intact"] for found in signing.read(changed)] == [False]
    assert "Signature is Valid" not in pdfsig(changed, tmp_path)
    appended = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.docinfo["/Title"] = "Lain"
        pdf.save(appended)
    assert [found["intact"] and found["whole"] for found in signing.read(appended.getvalue())] in ([], [False])


def pdfsig(content: bytes, folder: Path) -> str:
    path = folder / "diperiksa.pdf"
    path.write_bytes(content)
    # With an empty home it uses no certificate store of the machine; -nocert: the signature alone is asked about.
    environment = os.environ | {"HOME": str(folder), "LC_ALL": "C.UTF-8"}
    program = ["pdfsig", "-nocert", str(path)]
    answer = subprocess.run(program, capture_output=True, text=True, check=False, timeout=60, env=environment).stdout
    assert "Signature #1" in answer
    return answer


@pytest.mark.django_db
def test_the_signed_paper_is_still_the_archive_kind(house, ready):
    sign(ready, house.cast.head)
    with pikepdf.open(BytesIO(bytes_of(OfficialDocument.objects.get()))) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"].upper()) == ("3", "B")
        (widget,) = [note for page in pdf.pages for note in page.get("/Annots", []) if note.get("/FT") == "/Sig"]
        assert int(widget["/F"]) & 4  # printed, as PDF/A asks of every annotation
        assert "/NeedAppearances" not in pdf.Root["/AcroForm"]


@pytest.mark.django_db
def test_a_certificate_of_a_known_root_counts_as_certified(house, run_jobs, settings, tmp_path):
    root = certificate("Akar Uji", ca=True)
    leaf = certificate("Tri Wahyudi", issuer=root)
    settings.SIGNING_METHODS = {"office_head": "certificate"}
    settings.SIGNING_KEYS = {"office_head": pkcs12_file(tmp_path, leaf, chain=[root[1]])}
    settings.SIGNING_TRUST = pem_file(tmp_path, root[1])
    sign(prepared(house, run_jobs), house.cast.head)
    found = Signing.objects.get().signature
    assert (found["name"], found["issuer"], found["self_made"], found["certified"]) == (
        "Tri Wahyudi", "Akar Uji", False, True,
    )  # fmt: skip


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed, message",
    [
        ({"password": "keliru"}, {"password": ["Kata sandi Anda keliru."]}),
        ({"passphrase": "keliru"}, {"passphrase": ["Frasa sandi sertifikat keliru."]}),
    ],
)
def test_a_wrong_word_signs_nothing_and_is_counted(house, ready, typed, message):
    with pytest.raises(ValidationError) as refused:
        sign(ready, house.cast.head, **typed)
    assert refused.value.message_dict == message
    assert nothing_in_force(ready)
    row = Signing.objects.get()
    assert (row.state, row.wrong_tries, row.claim) == ("waiting", 1, "")
    assert sign(ready, house.cast.head).stage == "signed"


@pytest.mark.django_db
def test_after_five_wrong_words_even_the_right_one_waits(house, ready):
    for _ in range(signing.MAX_TRIES):
        with pytest.raises(ValidationError):
            sign(ready, house.cast.head, passphrase="keliru")
    with pytest.raises(ValidationError, match=r"5 kali keliru\. Tunggu 15 menit"):
        sign(ready, house.cast.head)
    Signing.objects.update(tried_at=timezone.now() - timezone.timedelta(minutes=16))
    assert sign(ready, house.cast.head).stage == "signed"


@pytest.mark.django_db
def test_nothing_is_signed_before_the_paper_is_ready(house, certified, run_jobs):
    decree = house.at("endorsed")
    with pytest.raises(Refused, match="Siapkan naskahnya lebih dahulu"):
        actions.sign(decree, by=house.cast.head)
    actions.prepare(decree, by=house.cast.head)
    with pytest.raises(Refused, match="Naskahnya sedang disusun"):
        actions.sign(decree, by=house.cast.head)
    run_jobs()
    with pytest.raises(Refused, match="Naskahnya sudah disiapkan"):
        actions.prepare(decree, by=house.cast.head)
    with pytest.raises(ValidationError, match="Naskah berubah sejak halaman ini dibuka"):
        sign(decree, house.cast.head, manuscript="0" * 64)
    assert nothing_in_force(decree)


@pytest.mark.django_db
def test_others_neither_prepare_nor_sign(house, ready):
    for person in (house.cast.kabid, house.cast.secretary, house.cast.regent):
        with pytest.raises(Refused):
            actions.prepare(ready, by=person)
        with pytest.raises(Refused):
            sign(ready, person)
    assert nothing_in_force(ready)


@pytest.mark.django_db
def test_who_signs_in_the_application_prepares_nothing(house):
    with pytest.raises(Refused, match="SK ini disahkan di dalam aplikasi"):
        actions.prepare(house.at("endorsed"), by=house.cast.head)


@pytest.mark.django_db
def test_a_draft_that_changed_is_not_signed(house, ready):
    Proposal.objects.filter(decrees=ready).update(amount_requested=1_000_000)
    with pytest.raises(Refused, match="untuk draf, hari, atau pejabat lain"):
        sign(ready, house.cast.head)
    assert nothing_in_force(ready)


@pytest.mark.django_db
def test_a_stand_in_signs_a_paper_of_their_own(house, ready, run_jobs):
    """What the head prepared names the head; the Plh. prepares again, and the number stays the same."""
    first = queries.manuscript_of(ready)
    stands_in(house.cast.secretary, Role.OFFICE_HEAD)
    stand_in = again(house.cast.secretary)
    with pytest.raises(Refused, match="untuk draf, hari, atau pejabat lain"):
        sign(ready, stand_in)
    actions.prepare(ready, by=stand_in)
    run_jobs()
    second = queries.manuscript_of(ready)
    assert (second.number, second.sha256 != first.sha256) == (first.number, True)
    decree = sign(ready, stand_in)
    assert (decree.signatory["quality"], decree.number) == ("Plh.", first.number)
    assert NumberCounter.objects.get(series__code="sk").last == 1
    assert sorted(Signing.objects.values_list("state", flat=True)) == ["signed", "void"]


@pytest.mark.django_db
def test_a_returned_draft_voids_the_paper_and_keeps_its_place_in_the_series(house, ready, run_jobs):
    first = queries.manuscript_of(ready)
    decree = actions.return_draft(ready, by=house.cast.head, reason="Salah ketik")
    assert (queries.manuscript_of(decree), Signing.objects.get().void_reason) == (None, "Salah ketik")
    actions.edit(decree, by=house.cast.kabid, title="Penetapan Penerima", considerations="bahwa perlu;")
    actions.prepare(house.at("endorsed", decree=Decree.objects.get(pk=decree.pk)), by=house.cast.head)
    run_jobs()
    assert sign(decree, house.cast.head).number == first.number
    assert NumberCounter.objects.get(series__code="sk").last == 1


@pytest.mark.django_db
def test_a_paper_of_yesterday_is_prepared_again(house, ready, run_jobs):
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1)):
        with pytest.raises(Refused, match="untuk draf, hari, atau pejabat lain"):
            sign(ready, house.cast.head)
        actions.prepare(ready, by=house.cast.head)
        run_jobs()
        decree = sign(ready, house.cast.head)
        assert decree.date == timezone.localdate()
    assert Signing.objects.filter(state="void").count() == 1


# Deaths ---------------------------------------------------------------------------------------------------------------


class Dead(BaseException):
    """The process is gone: nobody tidies up behind it."""


def die(*args, **kwargs):
    raise Dead


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["content_of", "signer_for", "store_signed", "finish"])
def test_a_death_before_any_step_leaves_nothing_in_force_and_one_number(house, ready, monkeypatch, step):
    number = queries.manuscript_of(ready).number
    monkeypatch.setattr(signing, step, die)
    with pytest.raises(Dead):
        sign(ready, house.cast.head)
    assert nothing_in_force(ready)
    monkeypatch.undo()
    row = Signing.objects.get()
    assert (row.state, row.document) == ("under_way", None)
    with pytest.raises(ValidationError, match="sedang ditandatangani"):
        sign(ready, house.cast.head)
    Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
    assert sign(ready, house.cast.head).number == number
    assert (OfficialDocument.objects.count(), NumberCounter.objects.get(series__code="sk").last) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_fault_in_the_very_last_write_takes_everything_back(house, ready):
    number = queries.manuscript_of(ready).number
    sql("CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$")
    sql("CREATE TRIGGER breaks BEFORE INSERT ON decrees_decreenote FOR EACH ROW EXECUTE FUNCTION breaks()")
    try:
        with pytest.raises(DatabaseError, match="disk full"):
            sign(ready, house.cast.head)
    finally:
        sql("DROP TRIGGER breaks ON decrees_decreenote")
        sql("DROP FUNCTION breaks()")
    assert (nothing_in_force(ready), Signing.objects.get().state) == (True, "waiting")
    assert stored_papers() == ["naskah-konsep"]  # the signature that does not count is gone from the disk
    assert sign(ready, house.cast.head).number == number
    assert stored_papers() == ["naskah", "naskah-konsep"]


def stored_papers() -> list[str]:
    """The folders of the papers on the disk."""
    location = Path(default_storage.location)
    return sorted(path.relative_to(location).parts[0] for path in location.rglob("*.pdf"))


@pytest.mark.django_db
def test_a_paper_damaged_on_the_disk_is_neither_shown_nor_signed(house, ready, client):
    path = Path(default_storage.path(queries.manuscript_of(ready).file))
    path.write_bytes(path.read_bytes() + b"%")
    client.force_login(house.cast.head)
    assert client.get(reverse("decrees:manuscript", args=[ready.ref])).status_code == 500
    with pytest.raises(ValidationError, match="tidak utuh lagi"):
        sign(ready, house.cast.head)
    assert nothing_in_force(ready)


@pytest.mark.django_db(transaction=True)
def test_a_slow_signature_whose_claim_was_taken_over_does_not_count(house, ready, monkeypatch):
    """The first is so slow that a second one signs meanwhile: one document, the second's."""
    real = signing.store_signed

    def slow(*args):
        monkeypatch.setattr(signing, "store_signed", real)
        Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
        sign(ready, house.cast.head)
        return real(*args)

    monkeypatch.setattr(signing, "store_signed", slow)
    with pytest.raises(Refused, match="SK ini sudah ditandatangani"):
        sign(ready, house.cast.head)
    assert (OfficialDocument.objects.count(), Signing.objects.get().state) == (1, "signed")


@pytest.mark.django_db(transaction=True)
def test_two_browsers_that_sign_at_once_make_one_signature(house, ready):
    together, outcomes = Barrier(2), []

    def press():
        head = again(house.cast.head)
        try:
            together.wait(20)
            sign(Decree.objects.get(pk=ready.pk), head, manuscript=shown)
            outcomes.append("signed")
        except (ValidationError, Refused):
            outcomes.append("refused")
        finally:
            connection.close()

    shown = queries.manuscript_of(ready).sha256
    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["refused", "signed"]
    assert (OfficialDocument.objects.count(), Recipient.objects.count()) == (1, 2)


KILLED = """
import sys, time
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT, settings.SIGNING_KEYS = sys.argv[1], {"*": sys.argv[2]}
settings.SIGNING_METHODS = {"office_head": "certificate"}
settings.PASSWORD_HASHERS = [sys.argv[6]]
from decrees import actions
from decrees.models import Decree
from uep.accounts.models import User
from uep.documents import signing
signing.store_signed = lambda *all: time.sleep(600)
actions.sign(Decree.objects.get(), by=User.objects.get(pk=sys.argv[3]), manuscript=sys.argv[4], password=sys.argv[5],
             passphrase=sys.stdin.readline().strip())
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_key_and_disk_leaves_one_number_and_no_signature(house, ready, settings):
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    row = queries.manuscript_of(ready)
    arguments = [str(settings.MEDIA_ROOT), settings.SIGNING_KEYS["*"], str(house.cast.head.pk), row.sha256, PASSWORD,
                 settings.PASSWORD_HASHERS[0]]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments],
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
    )
    process.stdin.write(f"{PASSPHRASE}\n".encode())
    process.stdin.flush()
    try:
        wait_until(lambda: Signing.objects.get().state == "under_way", 60)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
    assert nothing_in_force(ready)
    Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
    assert sign(ready, house.cast.head).number == row.number
    assert OfficialDocument.objects.count() == 1


@pytest.mark.django_db
def test_a_signer_that_returns_another_file_is_not_believed(house, ready, monkeypatch):
    class Forger:
        def sign(self, pdf, **facts):
            return pdf.replace(b"%PDF-1.7", b"%PDF-1.6")

    monkeypatch.setattr(signing, "signer_for", lambda role, by: Forger())
    with pytest.raises(ValidationError, match="tidak memuat tanda tangan yang sah"):
        sign(ready, house.cast.head)
    monkeypatch.setattr(signing, "signer_for", lambda role, by: Idler())
    with pytest.raises(ValidationError, match="tidak memuat tanda tangan yang sah"):
        sign(ready, house.cast.head)
    assert (nothing_in_force(ready), Signing.objects.get().state) == (True, "waiting")


class Idler:
    """Gives back what it got, unsigned."""

    def sign(self, pdf, **facts):
        return pdf


# Secrets --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_neither_passphrase_nor_password_is_left_anywhere(house, ready, client, caplog, settings):
    caplog.set_level("DEBUG")
    client.force_login(house.cast.head)
    url = reverse("decrees:sign", args=[ready.ref])
    form = {"seen": queries.draft_hash(ready), "manuscript": queries.manuscript_of(ready).sha256, "password": PASSWORD}
    refused = client.post(url, form | {"passphrase": "frasa-yang-keliru-sekali"})
    assert refused.status_code == 422
    assert "frasa-yang-keliru-sekali" not in refused.content.decode()
    assert PASSWORD not in refused.content.decode()
    assert client.post(url, form | {"passphrase": PASSPHRASE}).status_code == 303
    assert Decree.objects.get().stage == "signed"
    kept = caplog.text + everything_in_the_database() + str(list(ProcrastinateJob.objects.values()))
    found = [word for word in (PASSPHRASE, PASSWORD, "frasa-yang-keliru-sekali") if word in kept]
    assert found == []
    stored = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    assert PASSPHRASE.encode() not in stored


def everything_in_the_database() -> str:
    """Every row of every table as text, as a dump would have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'"
                       " AND table_type = 'BASE TABLE'")  # fmt: skip
        words = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            words += [row[0] for row in cursor.fetchall()]
    assert len(words) > 100
    return "\n".join(words)


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_pages_lead_from_the_paper_to_the_signature(house, certified, run_jobs, client):
    decree = house.at("endorsed")
    client.force_login(house.cast.head)
    assert reverse("decrees:prepare", args=[decree.ref]) in client.get(decree.get_absolute_url()).content.decode()
    assert client.get(reverse("decrees:manuscript", args=[decree.ref])).status_code == 404
    assert client.post(reverse("decrees:prepare", args=[decree.ref])).status_code == 303
    waiting = client.get(decree.get_absolute_url())
    assert (waiting["Refresh"], "Sedang disusun" in waiting.content.decode()) == ("5", True)
    run_jobs()
    page = client.get(decree.get_absolute_url())
    assert "Refresh" not in page
    row = queries.manuscript_of(decree)
    assert row.sha256 in page.content.decode()
    assert reverse("decrees:prepare", args=[decree.ref]) not in page.content.decode()
    shown = client.get(reverse("decrees:manuscript", args=[decree.ref]))
    assert sha256(shown.content).hexdigest() == row.sha256
    words = " ".join(client.get(reverse("decrees:sign", args=[decree.ref])).content.decode().split())
    assert "bukan tanda tangan elektronik tersertifikasi" in words
    assert f'name="manuscript" value="{row.sha256}"' in words


@pytest.mark.django_db
def test_the_public_page_names_the_signature(house, ready, client):
    sign(ready, house.cast.head)
    document = OfficialDocument.objects.get()
    words = " ".join(client.get(document.get_check_url()).content.decode().split())
    assert "Dinas Sosial Uji" in words
    assert "bukan tanda tangan elektronik tersertifikasi" in words
    assert document.sha256 in words


@pytest.mark.django_db
def test_the_database_refuses_to_sign_twice_or_to_change_what_is_signed(house, ready):
    sign(ready, house.cast.head)
    for change in ({"state": "waiting"}, {"signature": {}}, {"number": "1"}, {"sha256": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Signing.objects.update(**change)
