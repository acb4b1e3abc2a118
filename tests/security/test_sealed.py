"""NIK, KK and account numbers stand in the clear nowhere but where a person was let look, and each look is recorded.

(That no page, workbook or paper shows one to any role is asked of every page in tests/test_access.py.)
"""

import json
import logging
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app as jobs

from decrees.models import Recipient
from proposals.flow import State
from proposals.models import Proposal
from tests.security.acts import file_named
from tests.security.conftest import sql
from tests.security.leaks import LISTS, clear, numbers
from tests.walk import nik
from uep.accounts.models import Disclosure
from uep.registry.fields import mask

pytestmark = pytest.mark.django_db

FIELDS = ("nik", "kk_number", "account_number")
WHY = "Mencocokkan dengan KTP asli di kantor."


@pytest.fixture
def story(walk):
    """A household from the village's list to a mentoring visit, with a failed payment and a mended account on the way."""
    proposal = walk.proposals_at(State.PAYMENT_FAILED)[0]
    walk.mended(Recipient.objects.get(proposal=proposal))
    other = walk.proposals_at(State.HANDED_OVER, programme=walk.programme(name="UEP lain"))[0]
    walk.mentored(other.recipients.get())
    return Proposal.objects.get(pk=proposal.pk)


def in_columns(wanted) -> dict[str, set[str]]:
    """Table -> numbers that stand in one of its rows, as text or as the bytes of text."""
    bare = {number.encode().hex(): number for number in wanted}
    found = {}
    for (table,) in sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        text = "\n".join(row for (row,) in sql(f'SELECT t::text FROM "{table}" t'))
        hits = clear(text, wanted) | {number for coded, number in bare.items() if coded in text}
        if hits:
            found[table] = hits
    return found


def test_no_table_holds_a_number_in_the_clear(story, client):
    client.force_login(story.created_by)
    client.post(f"/usulan/{story.ref}/nomor-lengkap/", {"field": "nik", "reason": WHY})
    client.post("/usulan/cari/", {"nomor": str(story.nik)})
    jobs.tasks["notices.announce"].func()  # the papers' facts stand in their rows since they were issued
    wanted = numbers()
    assert {str(getattr(story, name)) for name in FIELDS} <= wanted
    assert in_columns(wanted) == {}


def test_the_search_of_the_tables_would_find_one(story):
    """Put one there, as text and as bytes: a search that finds nothing anywhere proves nothing."""
    number = str(story.nik)
    both = {"proposals_proposal", "proposals_proposalevent"}
    Proposal.objects.filter(pk=story.pk).update(occupation=f"NIK {number[:4]}.{number[4:]}")
    assert set(in_columns({number})) == both
    Proposal.objects.filter(pk=story.pk).update(occupation="")
    assert set(in_columns({number})) == {"proposals_proposalevent"}
    bare = str(story.account_number)
    sql("UPDATE proposals_proposal SET account_number = %s WHERE id = %s", [bare.encode(), story.pk])
    assert set(in_columns({bare})) == both


def test_no_session_holds_a_number(story, client):
    client.force_login(story.created_by)
    client.post(f"/usulan/{story.ref}/nomor-lengkap/", {"field": "nik", "reason": WHY})
    client.post("/usulan/cari/", {"nomor": str(story.nik)})
    kept = json.dumps([session.get_decoded() for session in Session.objects.all()])
    assert (Session.objects.count(), clear(kept, numbers())) == (1, set())


def test_no_job_carries_more_than_keys(story):
    """Ids only: procrastinate writes the arguments into its table and its log."""
    rows = sql("SELECT task_name, args FROM procrastinate_jobs")
    given = [pair for _, args in rows for pair in (json.loads(args) if isinstance(args, str) else args).items()]
    keys = {name for name, value in given if isinstance(value, int)}
    lists = {type(one) for _, value in given if isinstance(value, list) for one in value}
    said = {name: value for name, value in given if isinstance(value, str)}
    assert (len(rows) > 5, bool(keys), lists <= {int}) == (True, True, True)
    # The name of an act, a moment, the address of a page: nothing that a person wrote.
    shapes = {"act": r"[a-z]+\.[a-z_]+", "at": r"[\d:.T+-]+", "url": r"(/[\w/-]*)?"}
    assert [pair for pair in said.items() if not re.fullmatch(shapes.get(pair[0], "never"), pair[1])] == []


def test_no_log_holds_a_number(story, client, caplog):
    """Even in DEBUG, even where something goes wrong with the number at hand."""
    caplog.set_level(logging.DEBUG)
    for name in ("django.db.backends", "weasyprint", "fontTools", "PIL"):
        logging.getLogger(name).setLevel(logging.INFO)
    cast_operator = story.created_by
    client.force_login(cast_operator)
    number, kk = str(story.nik), str(story.kk_number)
    draft = client.post(f"/usulan/program/{story.programme.ref}/usulkan/", {"name": "Kembar"})
    edit = draft.headers["Location"] + "ubah/" if "ubah" not in draft.headers["Location"] else draft.headers["Location"]
    client.post(edit, {"name": "Kembar", "nik": number, "kk_number": kk})  # taken: the database refuses
    client.post("/usulan/cari/", {"nomor": number})
    client.post(f"/usulan/{story.ref}/nomor-lengkap/", {"field": "nik", "reason": WHY})
    client.post(f"/usulan/{story.ref}/nomor-lengkap/", {"field": "nik", "reason": ""})
    client.get(f"/usulan/{story.ref}/cetak/sptjm.pdf")
    sheet = file_named("usulan.xlsx", (LISTS / "usulan_6209031005.xlsx").read_bytes())
    client.post(f"/usulan/program/{story.programme.ref}/daftar/", {"upload": sheet})
    said = "\n".join(f"{record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records)
    assert len(caplog.records) > 5
    assert clear(said, numbers()) == set()


def test_what_python_prints_of_a_record_is_masked(story):
    """A traceback that shows a value, a debugger, a forgotten print."""
    assert repr(story.nik) == repr(mask(str(story.nik)))
    assert clear(repr(story) + str(story) + repr(vars(story)), numbers()) == set()


def test_a_duplicate_household_is_refused_without_naming_its_number(story, client):
    client.force_login(story.created_by)
    location = client.post(f"/usulan/program/{story.programme.ref}/usulkan/", {"name": "Kembar"}).headers["Location"]
    edit = location if "ubah" in location else f"{location}ubah/"
    form = {"name": "Kembar", "nik": nik(8888), "kk_number": str(story.kk_number)}
    page = client.post(edit, form).content.decode()
    assert "Rumah tangga (nomor KK) ini sudah diusulkan" in page


# Looking ---------------------------------------------------------------------------------------------------------------


def look(user, proposal, **form):
    client = Client()
    client.force_login(user)
    return client.post(f"/usulan/{proposal.ref}/nomor-lengkap/", form, REMOTE_ADDR="10.20.0.7")


@pytest.mark.parametrize("name", ["alice", "staff", "kabid", "secretary", "head", "auditor"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_look_is_recorded_with_who_when_what_and_why(walk, name, field):
    proposal = walk.proposals_at(State.SUBMITTED)[0]
    user = getattr(walk.cast, name)
    response = look(user, proposal, field=field, reason=WHY)
    assert clear(response.content.decode(), {str(getattr(proposal, field))})
    kept = Disclosure.objects.values("by", "subject", "field", "reason", "address")
    assert list(kept) == [
        {
            "by": user.pk,
            "subject": f"proposals.proposal:{proposal.ref}",
            "field": field,
            "reason": WHY,
            "address": "10.20.0.7",
        }
    ]
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("reason", ["", "    ", "cek", "   a   "])
def test_a_look_without_a_reason_is_refused(walk, reason):
    proposal = walk.proposals_at(State.SUBMITTED)[0]
    response = look(walk.cast.auditor, proposal, field="nik", reason=reason)
    assert (response.status_code, Disclosure.objects.count()) == (422, 0)
    assert clear(response.content.decode(), {str(proposal.nik)}) == set()


@pytest.mark.parametrize("field", ["", "state", "name", "password", "created_by", "nik; kk_number"])
def test_a_look_at_something_else_is_refused(walk, field):
    response = look(walk.cast.auditor, walk.proposals_at(State.SUBMITTED)[0], field=field, reason=WHY)
    assert (response.status_code, Disclosure.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("name", "status"), [("bob", 404), ("outsider", 404), ("regent", 403), ("bank", 403), ("admin", 403)]
)
def test_a_look_from_outside_is_refused(walk, name, status):
    response = look(getattr(walk.cast, name), walk.proposals_at(State.SUBMITTED)[0], field="nik", reason=WHY)
    assert (response.status_code, Disclosure.objects.count()) == (status, 0)


def test_the_number_is_gone_from_the_next_page(walk, client):
    proposal = walk.proposals_at(State.SUBMITTED)[0]
    client.force_login(walk.cast.auditor)
    address = f"/usulan/{proposal.ref}/nomor-lengkap/"
    assert clear(client.post(address, {"field": "nik", "reason": WHY}).content.decode(), {str(proposal.nik)})
    for page in (address, f"/usulan/{proposal.ref}/", "/"):
        assert clear(client.get(page).content.decode(), {str(proposal.nik)}) == set()


def test_a_recorded_look_cannot_be_taken_back(walk):
    look(walk.cast.auditor, walk.proposals_at(State.SUBMITTED)[0], field="nik", reason=WHY)
    with pytest.raises(Exception, match=r"Cannot (update|delete)"), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_disclosure SET reason = 'lain'")


def test_a_printed_form_is_a_recorded_look(walk, client):
    proposal = walk.proposals_at(State.SUBMITTED)[0]
    client.force_login(walk.cast.alice)
    client.get(f"/usulan/{proposal.ref}/cetak/sptjm.pdf")
    [seen] = Disclosure.objects.values_list("by", "subject", "field", "reason")
    assert seen[:3] == (walk.cast.alice.pk, f"proposals.proposal:{proposal.ref}", "nik, kk_number")
    assert re.match(r"Cetak formulir: .", seen[3])


def test_accounts_open_to_the_paying_bank_alone_one_record_each(walk):
    rows = walk.proposals_at(State.DECREED, 2)
    decree = walk.decree_of(rows[0])
    wanted = {str(row.account_number) for row in rows}
    pages = (f"/penyaluran/{decree.ref}/penerima/", f"/penyaluran/{decree.ref}/rekening-benar/")
    answers = {}
    for name in ("bank", "charlie", "kabid", "alice", "auditor"):
        client = Client()
        client.force_login(getattr(walk.cast, name))
        before = set().union(*(clear(client.get(page).content.decode(), wanted) for page in pages))
        status = client.post(f"/penyaluran/{decree.ref}/buka-rekening/", {"reason": WHY}).status_code
        after = set().union(*(clear(client.get(page).content.decode(), wanted) for page in pages))
        answers[name] = (before, status, after)
    assert answers == {
        "bank": (set(), 303, wanted),
        "charlie": (set(), 404, set()),
        "kabid": (set(), 403, set()),
        "alice": (set(), 403, set()),
        "auditor": (set(), 403, set()),
    }
    looks = set(Disclosure.objects.values_list("by", "subject", "field"))
    assert looks == {(walk.cast.bank.pk, f"proposals.proposal:{row.ref}", "account_number") for row in rows}


# Files -----------------------------------------------------------------------------------------------------------------


def test_an_upload_lies_at_no_public_address(story, settings):
    """By any way that a stored name could be asked for."""
    client = Client()
    names = [name for (name,) in sql("SELECT DISTINCT storage_name FROM files_storedfile")] or [
        str(path.relative_to(settings.MEDIA_ROOT)) for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()
    ]
    assert names
    for name in names:
        for prefix in (
            "/",
            "/media/",
            "/files/",
            "/static/",
            "/static/../var/files/",
            "/static/%2e%2e/var/files/",
            "/var/files/",
        ):
            response = client.get(f"{prefix}{name}")
            assert response.status_code in {302, 404}, f"{prefix}{name}"
            assert "sign" in response.headers.get("Location", "sign") or "/masuk/" in response.headers["Location"]
