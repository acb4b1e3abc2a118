"""A decree signed through BSrE's service: one number, one document, never two signatures that count."""

import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter
from procrastinate.contrib.django.models import ProcrastinateJob

from decrees import actions, queries
from decrees.actions.signing import put_in_force
from decrees.models import Decree, DecreeNote
from tests import bsre
from tests.bsre import NIK, PASSPHRASE
from tests.cast import PASSWORD
from tests.decrees.conftest import again
from tests.decrees.test_electronic_signature import (
    Dead,
    bytes_of,
    die,
    everything_in_the_database,
    nothing_in_force,
    prepared,
    stored_papers,
)
from tests.worker import wait_until
from uep.access.access import Refused
from uep.accounts.models import User
from uep.documents import signing
from uep.documents.models import NumberCounter, OfficialDocument, Signing

ROOT = Path(__file__).parent.parent.parent
REASON = "Layanan menyebut naskah sudah ditandatangani."


@pytest.fixture(params=[1, 2])
def version(request):
    return request.param


@pytest.fixture
def esign(house, tmp_path, settings, version):
    """The head of office signs with BSrE."""
    settings.SIGNING_METHODS = {"office_head": "bsre"}
    User.objects.filter(pk=house.cast.head.pk).update(signing_nik=NIK)
    house.cast.head = again(house.cast.head)
    with bsre.running(tmp_path) as (running, address):
        bsre.install(settings, address, version)
        yield running


@pytest.fixture
def ready(house, esign, run_jobs):
    return prepared(house, run_jobs)


def sign(decree, by, *, password=PASSWORD, passphrase=PASSPHRASE) -> Decree:
    shown = queries.manuscript_of(decree).sha256
    return actions.sign(decree, by=by, manuscript=shown, password=password, passphrase=passphrase)


def unclear(decree, head, esign, mood="cut") -> Signing:
    """The service signed, and its answer was lost."""
    esign.mood = mood
    with pytest.raises(ValidationError):
        sign(decree, head)
    esign.mood = "well"
    return Signing.objects.exclude(state="void").get()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("naskah.pdf", content, content_type="application/pdf")


def counts() -> tuple[int, int, int]:
    """Documents, signings that count, numbers taken."""
    signed = Signing.objects.filter(state="signed").count()
    return OfficialDocument.objects.count(), signed, NumberCounter.objects.get(series__code="sk").last


@pytest.mark.django_db
def test_the_answer_of_the_service_is_the_document(house, esign, ready):
    number = queries.manuscript_of(ready).number
    decree = sign(ready, house.cast.head)
    document = OfficialDocument.objects.get()
    assert bytes_of(document) == esign.signed[0]
    assert (decree.stage, decree.number, document.sha256) == ("signed", number, sha256(esign.signed[0]).hexdigest())
    row = Signing.objects.get()
    assert (row.state, row.method, row.received_sha256) == ("signed", "bsre", document.sha256)
    assert {name: row.signature[name] for name in ("name", "issuer", "self_made", "only_signed", "whole")} == {
        "name": "TRI WAHYUDI", "issuer": "BSrE Uji", "self_made": False, "only_signed": True, "whole": True,
    }  # fmt: skip
    assert counts() == (1, 1, 1)


@pytest.mark.django_db
def test_a_root_that_the_office_knows_makes_it_certified(house, esign, ready, settings, tmp_path):
    settings.SIGNING_TRUST = bsre.root_file(tmp_path)
    sign(ready, house.cast.head)
    assert Signing.objects.get().signature["certified"] is True


# Refusals: certain, so that the paper waits again -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_wrong_passphrase_is_counted_and_the_right_one_then_signs(house, esign, ready):
    for tried in range(1, signing.MAX_TRIES):
        with pytest.raises(ValidationError) as refused:
            sign(ready, house.cast.head, passphrase="keliru")
        assert refused.value.message_dict == {"passphrase": ["Frasa sandi (passphrase) sertifikat Anda keliru."]}
        row = Signing.objects.get()
        assert (row.state, row.wrong_tries, row.sent_at, row.claim) == ("waiting", tried, None, "")
    assert sign(ready, house.cast.head).stage == "signed"
    assert len(esign.signed) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
@pytest.mark.parametrize("mood", ["refuses", "redirect", "html refusal", "expired", "status down"])
def test_a_refusal_leaves_the_paper_waiting(house, esign, ready, mood):
    esign.mood = mood
    with pytest.raises(signing.NotSigned):
        sign(ready, house.cast.head)
    row = Signing.objects.get()
    assert (row.state, row.sent_at, row.claim, nothing_in_force(ready)) == ("waiting", None, "", True)
    esign.mood = "well"
    assert sign(ready, house.cast.head).stage == "signed"


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_who_has_recorded_no_nik_is_sent_to_the_own_page(house, esign, ready):
    User.objects.update(signing_nik=None)
    with pytest.raises(ValidationError, match="belum dicatat"):
        sign(ready, again(house.cast.head))
    assert (esign.asked, Signing.objects.get().state) == ([], "waiting")


# Lost answers: unclear, and never signed a second time -------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("mood", ["500", "hangs up", "cut", "html", "garbage", "other", "changed", "slow", "huge"])
def test_a_lost_or_useless_answer_is_unclear_and_nobody_signs_again(house, esign, ready, settings, mood):
    settings.BSRE_SECONDS = 3 if mood == "slow" else 30
    row = unclear(ready, house.cast.head, esign, mood)
    assert (row.state, row.claim, bool(row.error), row.document) == ("unclear", "", True, None)
    assert nothing_in_force(ready)
    asked = len(esign.asked)
    with pytest.raises(Refused, match="belum jelas; selesaikan lebih dahulu"):
        sign(ready, house.cast.head)
    with pytest.raises(Refused, match="belum jelas; selesaikan lebih dahulu"):
        actions.prepare(ready, by=house.cast.head)
    for act, person in ((actions.return_draft, house.cast.head), (actions.recall, house.cast.kabid)):
        with pytest.raises(Refused, match="belum jelas; selesaikan lebih dahulu"):
            act(ready, by=person, reason="Diperbaiki dahulu")
    assert (len(esign.asked), queries.acts_at(ready)[:2]) == (asked, ["decrees.take_up", "decrees.start_anew"])


@pytest.mark.django_db
@pytest.mark.parametrize("version", [1])
def test_what_the_service_still_holds_is_taken_up_without_a_second_signature(house, esign, ready):
    row = unclear(ready, house.cast.head, esign)
    assert (row.service_name, row.can_be_fetched) == ("dok-1", True)
    decree = actions.take_up(ready, by=house.cast.head, reason=REASON)
    assert (decree.stage, decree.number, decree.signed_by) == ("signed", row.number, house.cast.head)
    assert bytes_of(OfficialDocument.objects.get()) == esign.signed[0]
    assert (len(esign.signed), esign.held, counts()) == (1, {}, (1, 1, 1))
    notes = list(DecreeNote.objects.order_by("pk").values_list("act", "note"))[-2:]
    assert notes == [("decrees.sign", decree.number), ("decrees.take_up", REASON)]


@pytest.mark.django_db
@pytest.mark.parametrize("version", [1])
def test_a_second_download_is_not_tried(house, esign, ready):
    unclear(ready, house.cast.head, esign)
    esign.held.clear()  # somebody else took it
    with pytest.raises(ValidationError, match="hanya dapat diambil satu kali"):
        actions.take_up(ready, by=house.cast.head, reason=REASON)
    row = Signing.objects.get()
    assert (row.state, row.claim, row.can_be_fetched) == ("unclear", "", False)
    with pytest.raises(ValidationError, match="Layanan tidak menyimpan hasilnya"):
        actions.take_up(ready, by=house.cast.head, reason=REASON)
    decree = actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(esign.signed[0]))
    assert (decree.stage, counts()) == ("signed", (1, 1, 1))


@pytest.mark.django_db
def test_the_signed_file_from_elsewhere_is_taken_up(house, esign, ready):
    unclear(ready, house.cast.head, esign, "html")
    decree = actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(esign.signed[0]))
    assert (decree.stage, bytes_of(OfficialDocument.objects.get())) == ("signed", esign.signed[0])
    assert counts() == (1, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_only_this_paper_soundly_signed_is_taken_up(house, esign, ready):
    row = unclear(ready, house.cast.head, esign, "html")
    good, manuscript = esign.signed[0], signing.content_of(row)
    facts = {"reason": "x", "location": "x"}
    esign.mood = "other"
    other = esign.sign(manuscript, facts)
    esign.mood = "changed"
    changed = esign.sign(manuscript, facts)
    place = len(manuscript) + 200
    broken = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
    esign.mood = "well"
    for content in (manuscript, other, changed, broken, good + b"\n%", b"%PDF-1.7\n", b"<html>", good[:-20]):
        with pytest.raises(ValidationError, match="tidak memuat tanda tangan yang sah"):
            actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(content))
    esign.mood = "doubts"
    with pytest.raises(ValidationError, match="Layanan BSrE tidak menemukan tanda tangan yang utuh"):
        actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(good))
    row.refresh_from_db()
    assert (row.state, row.claim, nothing_in_force(ready)) == ("unclear", "", True)
    assert stored_papers() == ["naskah-konsep"]
    esign.mood = "well"
    assert actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(good)).stage == "signed"


@pytest.mark.django_db
def test_to_start_anew_leaves_a_trace_and_keeps_the_number(house, esign, ready, run_jobs):
    former = unclear(ready, house.cast.head, esign, "html")
    decree = actions.start_anew(ready, by=house.cast.head, reason="Layanan tidak menyimpan hasilnya.")
    former.refresh_from_db()
    assert (former.state, former.void_reason, former.claim) == ("void", "Layanan tidak menyimpan hasilnya.", "")
    assert DecreeNote.objects.latest("pk").act == "decrees.start_anew"
    actions.prepare(decree, by=house.cast.head)
    run_jobs()
    anew = queries.manuscript_of(decree)
    assert (anew.number, anew.code == former.code, anew.sha256 == former.sha256) == (former.number, False, False)
    decree = sign(decree, house.cast.head)
    assert (decree.number, len(esign.signed), counts()) == (former.number, 2, (1, 1, 1))
    assert bytes_of(OfficialDocument.objects.get()) == esign.signed[1]
    # The stray one counts for nobody.
    assert signing.judge(esign.signed[0]).kind != "ours"
    with pytest.raises(Refused, match="SK ini sudah ditandatangani"):
        actions.take_up(decree, by=house.cast.head, reason=REASON, file=upload(esign.signed[0]))


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_others_settle_nothing(house, esign, ready):
    unclear(ready, house.cast.head, esign, "html")
    for person in (house.cast.kabid, house.cast.secretary, house.cast.regent):
        with pytest.raises(Refused):
            actions.take_up(ready, by=person, reason=REASON, file=upload(esign.signed[0]))
        with pytest.raises(Refused):
            actions.start_anew(ready, by=person, reason=REASON)
    assert Signing.objects.get().state == "unclear"


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_nothing_is_settled_that_is_clear(house, esign, ready):
    for act in (actions.take_up, actions.start_anew):
        with pytest.raises(Refused, match="Tidak ada penandatanganan yang hasilnya belum jelas"):
            act(ready, by=house.cast.head, reason=REASON)


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_on_the_day_after_the_paper_still_counts_with_its_own_date(house, esign, ready):
    row = unclear(ready, house.cast.head, esign, "html")
    with time_machine.travel(timezone.now() + timezone.timedelta(days=1), tick=True):
        decree = actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(esign.signed[0]))
    assert (decree.date, decree.stage) == (row.date, "signed")


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_the_regents_ink_does_not_count_beside_a_signature_that_may_exist(house, esign, settings, run_jobs):
    settings.SIGNING_METHODS = {"regent": "bsre"}
    User.objects.filter(pk=house.cast.regent.pk).update(signing_nik=NIK)
    regent = again(house.cast.regent)
    decree = actions.prepare(house.at("at_regent", regent=True), by=regent)
    run_jobs()
    unclear(decree, regent, esign, "html")
    with pytest.raises(ValidationError, match="belum jelas; selesaikan lebih dahulu"), transaction.atomic():
        put_in_force(decree, "decrees.record_signature", by=house.cast.secretary, on=timezone.localdate())


# Deaths ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [1])
@pytest.mark.parametrize("step", ["content_of", "signer_for"])
def test_a_death_before_the_paper_left_leaves_it_to_be_signed(house, esign, ready, monkeypatch, step):
    monkeypatch.setattr(signing, step, die)
    with pytest.raises(Dead):
        sign(ready, house.cast.head)
    monkeypatch.undo()
    Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
    assert Signing.objects.get().is_unclear is False
    sign(ready, house.cast.head)
    assert (len(esign.signed), counts()) == (1, (1, 1, 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["received", "store_signed", "finish"])
def test_a_death_after_the_service_signed_is_unclear_and_taken_up(house, esign, ready, monkeypatch, version, step):
    if step == "received":
        monkeypatch.setattr(signing.RowTrace, "received", die)
    else:
        monkeypatch.setattr(signing, step, die)
    with pytest.raises(Dead):
        sign(ready, house.cast.head)
    monkeypatch.undo()
    assert nothing_in_force(ready)
    with pytest.raises(ValidationError, match="sedang ditandatangani"):
        sign(ready, house.cast.head)
    with pytest.raises(Refused, match="Tidak ada penandatanganan yang hasilnya belum jelas"):
        actions.take_up(ready, by=house.cast.head, reason=REASON)
    Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
    row = Signing.objects.get()
    assert (row.state, row.is_unclear, bool(row.received)) == ("under_way", True, step != "received")
    lost = step == "received" and version == 2  # version 2 keeps nothing, and we had not stored it yet
    file = upload(esign.signed[0]) if lost else None
    decree = actions.take_up(ready, by=house.cast.head, reason=REASON, file=file)
    assert (decree.stage, len(esign.signed), counts()) == ("signed", 1, (1, 1, 1))
    assert bytes_of(OfficialDocument.objects.get()) == esign.signed[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [1])
@pytest.mark.parametrize("step", ["result_of", "store_signed", "finish"])
def test_a_death_while_it_is_taken_up_loses_nothing(house, esign, ready, monkeypatch, step):
    unclear(ready, house.cast.head, esign)
    monkeypatch.setattr(signing, step, die)
    with pytest.raises(Dead):
        actions.take_up(ready, by=house.cast.head, reason=REASON)
    monkeypatch.undo()
    with pytest.raises(Refused, match="sedang ditandatangani"):
        actions.take_up(ready, by=house.cast.head, reason=REASON)
    Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
    actions.take_up(ready, by=house.cast.head, reason=REASON)
    assert (len(esign.signed), counts()) == (1, (1, 1, 1))


KILLED = """
import sys, time
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT, settings.BSRE_URL = sys.argv[1], sys.argv[2]
settings.BSRE_USER, settings.BSRE_PASSWORD, settings.BSRE_VERSION = sys.argv[7], sys.argv[8], int(sys.argv[9])
settings.SIGNING_METHODS = {"office_head": "bsre"}
settings.PASSWORD_HASHERS, settings.SEALING_KEYS = [sys.argv[6]], eval(sys.argv[10])
settings.BLIND_INDEX_KEY = sys.argv[11]
from decrees import actions
from decrees.models import Decree
from uep.accounts.models import User
actions.sign(Decree.objects.get(), by=User.objects.get(pk=sys.argv[3]), manuscript=sys.argv[4], password=sys.argv[5],
             passphrase=sys.stdin.readline().strip())
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_the_service_signs_is_unclear_and_never_signed_twice(
    house, esign, ready, settings, version
):
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    row = queries.manuscript_of(ready)
    esign.mood = "slow"
    arguments = [str(settings.MEDIA_ROOT), settings.BSRE_URL, str(house.cast.head.pk), row.sha256, PASSWORD,
                 settings.PASSWORD_HASHERS[0], bsre.USER, bsre.PASSWORD, str(version), repr(settings.SEALING_KEYS),
                 settings.BLIND_INDEX_KEY]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments],
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
    )
    process.stdin.write(f"{PASSPHRASE}\n".encode())
    process.stdin.flush()
    try:
        wait_until(lambda: bool(esign.signed), 60)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
    esign.mood = "well"
    assert nothing_in_force(ready)
    row.refresh_from_db()
    assert (row.state, row.sent_at is not None) == ("under_way", True)
    Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
    with pytest.raises(Refused, match="belum jelas"):
        sign(ready, house.cast.head)
    decree = actions.take_up(ready, by=house.cast.head, reason=REASON, file=upload(esign.signed[0]))
    assert (decree.number, len(esign.signed), counts()) == (row.number, 1, (1, 1, 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [1])
def test_two_who_take_it_up_at_once_make_one_document(house, esign, ready):
    unclear(ready, house.cast.head, esign)
    together, outcomes = Barrier(2), []

    def press():
        head = again(house.cast.head)
        try:
            together.wait(20)
            actions.take_up(Decree.objects.get(pk=ready.pk), by=head, reason=REASON)
            outcomes.append("signed")
        except (ValidationError, Refused):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sorted(outcomes), counts()) == (["refused", "signed"], (1, 1, 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [2])
def test_an_answer_that_comes_after_the_claim_grew_old_is_kept(house, esign, ready, monkeypatch):
    """So slow that another has looked into it meanwhile: the bytes are stored, and taken up without being asked for."""
    real = signing.RowTrace.received

    def late(trace, signed):
        Signing.objects.update(claimed_at=timezone.now() - timezone.timedelta(minutes=6))
        with pytest.raises(ValidationError, match="Layanan tidak menyimpan hasilnya"):
            actions.take_up(ready, by=house.cast.head, reason=REASON)
        real(trace, signed)

    monkeypatch.setattr(signing.RowTrace, "received", late)
    with pytest.raises(Refused, match="belum jelas; selesaikan lebih dahulu"):
        sign(ready, house.cast.head)
    assert (Signing.objects.get().state, nothing_in_force(ready)) == ("unclear", True)
    assert actions.take_up(ready, by=house.cast.head, reason=REASON).stage == "signed"
    assert (len(esign.signed), counts()) == (1, (1, 1, 1))


@pytest.mark.django_db
@pytest.mark.parametrize("version", [1])
def test_the_database_refuses_a_second_download_and_a_second_signature(house, esign, ready):
    unclear(ready, house.cast.head, esign)
    for change in ({"state": "waiting"}, {"state": "under_way"}, {"sent_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Signing.objects.update(**change)
    signing.RowTrace(Signing.objects.get(), "").received(esign.signed[0])
    for change in ({"received": "lain", "received_sha256": "0" * 64}, {"received": "", "received_sha256": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Signing.objects.update(**change)


# Secrets and pages -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("mood", ["well", "cut", "refuses", "500"])
def test_neither_passphrase_nor_nik_nor_password_is_left_anywhere(house, esign, ready, client, caplog, settings, mood):
    caplog.set_level("DEBUG")
    client.force_login(house.cast.head)
    esign.mood = mood
    url = reverse("decrees:sign", args=[ready.ref])
    form = {"seen": queries.draft_hash(ready), "manuscript": queries.manuscript_of(ready).sha256, "password": PASSWORD}
    answer = client.post(url, form | {"passphrase": PASSPHRASE})
    assert answer.status_code == (303 if mood == "well" else 422)
    kept = caplog.text + everything_in_the_database() + str(list(ProcrastinateJob.objects.values()))
    kept += answer.content.decode()
    assert [word for word in (PASSPHRASE, PASSWORD, NIK, bsre.PASSWORD) if word in kept] == []
    stored = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    assert [word for word in (PASSPHRASE, NIK) if word.encode() in stored] == []


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_no_report_of_a_fault_shows_what_was_typed(house, esign, ready, client, monkeypatch):
    """An error that nobody foresaw, as the report to the administrators would tell it: with every frame's variables."""
    client.force_login(house.cast.head)
    monkeypatch.setattr("uep.documents.signing.bsre.Version2._signed", lambda self, answer: 1 / 0)
    form = {"manuscript": queries.manuscript_of(ready).sha256, "password": PASSWORD, "passphrase": PASSPHRASE}
    reports = []

    def note(request, **rest):
        reporter = ExceptionReporter(request, *sys.exc_info())  # from the handler on, without the frames of this test
        reports.append(reporter.get_traceback_html() + reporter.get_traceback_text())

    got_request_exception.connect(note)
    try:
        with pytest.raises(ZeroDivisionError):
            client.post(reverse("decrees:sign", args=[ready.ref]), form)
    finally:
        got_request_exception.disconnect(note)
    (shown,) = reports
    assert "_sign_the_file" in shown
    assert [word for word in (PASSPHRASE, PASSWORD, NIK, bsre.PASSWORD) if word in shown] == []
    assert Signing.objects.get().state == "unclear"


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_the_page_names_the_state_of_the_certificate_before_anyone_types(house, esign, ready, client):
    client.force_login(house.cast.head)
    url = reverse("decrees:sign", args=[ready.ref])
    page = client.get(url).content.decode()
    assert "Sertifikat Anda aktif." in page
    assert "Passphrase sertifikat BSrE Anda" in page
    esign.states[NIK] = "SUSPEND"
    assert "Sertifikat Anda ditangguhkan." in client.get(url).content.decode()
    esign.mood = "status down"
    assert "tidak dapat memeriksa sertifikat (503)" in client.get(url).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_the_pages_lead_out_of_the_unclear(house, esign, ready, client):
    unclear(ready, house.cast.head, esign, "html")
    client.force_login(house.cast.head)
    page = client.get(ready.get_absolute_url()).content.decode()
    assert "Hasilnya belum jelas." in page
    take_up, anew = (reverse(f"decrees:{name}", args=[ready.ref]) for name in ("take_up", "start_anew"))
    assert [link in page for link in (take_up, anew)] == [True, True]
    assert reverse("decrees:sign", args=[ready.ref]) not in page
    asked = client.get(take_up).content.decode()
    assert 'name="file"' in asked
    missing = client.post(take_up, {"reason": REASON})
    assert (missing.status_code, "file" in missing.context["form"].errors) == (422, True)
    huge = upload(b"%PDF-" + b"0" * (Signing.objects.get().size + 9 * 1024 * 1024))
    assert client.post(take_up, {"reason": REASON, "file": huge}).status_code == 422
    done = client.post(take_up, {"reason": REASON, "file": upload(esign.signed[0])})
    assert (done.status_code, Decree.objects.get().stage) == (303, "signed")
    words = " ".join(client.get(OfficialDocument.objects.get().get_check_url()).content.decode().split())
    assert "TRI WAHYUDI" in words


@pytest.mark.django_db
@pytest.mark.parametrize("version", [2])
def test_what_came_back_is_stored_before_anyone_looks_at_it(house, esign, ready, monkeypatch):
    seen = []
    real = signing.store_signed

    def looks(row, manuscript, signed):
        kept = Signing.objects.get()
        with default_storage.open(kept.received) as stored:
            seen.append((stored.read() == signed, kept.received_sha256 == sha256(signed).hexdigest()))
        return real(row, manuscript, signed)

    monkeypatch.setattr(signing, "store_signed", looks)
    sign(ready, house.cast.head)
    assert seen == [(True, True)]
