"""Every address x every role x own and foreign records: the answer is what GRANTS, the scope and the rule say.

The scope is told by the oracle of tests/world.py, not by the querysets under test. New pages come in by themselves: an
act page brings its model along, a page that only reads is named in READS or the first test fails.
"""

import html
import logging
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from decrees.models import Decree, Recipient, Wording
from distribution.models import (
    BankLayout,
    Disbursement,
    Handover,
    ListCopy,
    MentoringVisit,
    OutreachSession,
    ResultFile,
)
from proposals.models import Attachment, CoverLetter, DuplicateCase, ListImport, Programme, Proposal, RuleSet
from tests import world as worlds
from tests.cast import CHEAP_HASH
from tests.security.leaks import clear, numbers, text_of
from tests.world import holds, sees
from uep.access.access import NOT_YOURS, RULES, why_not
from uep.access.acts import PUBLIC, ActPage
from uep.access.roles import Role
from uep.accounts.models import User
from uep.documents.models import NumberSeries, OfficialDocument
from uep.social.models import Extract, PastAidList, Source
from verification.models import (
    Assignment,
    FieldReport,
    FieldVisit,
    Instrument,
    Objection,
    Publication,
    RankingRun,
    ReportPart,
    SampleDraw,
    SecondCheck,
    SecondPhoto,
    SheetPage,
    VisitPhoto,
)

# Whose `ref` a page that only reads takes, and what fills the other parts of its address.
READS = {
    "accounts:user": User,
    "decrees:correctable": Decree,
    "decrees:decree": Decree,
    "decrees:decree_in_force": Decree,
    "decrees:extracts": Decree,
    "decrees:extracts_pdf": Decree,
    "decrees:for_ink": Decree,
    "decrees:manuscript": Decree,
    "decrees:preview": Decree,
    "decrees:programme_in_force": Programme,
    "decrees:recovery_xlsx": Decree,
    "decrees:route": Programme,
    "decrees:scan": Decree,
    "decrees:waiting_scan": Decree,
    "decrees:wording": Wording,
    "distribution:attendance_sheet": OutreachSession,
    "distribution:decree": Decree,
    "distribution:disbursement": Disbursement,
    "distribution:handover": Handover,
    "distribution:handover_file": Handover,
    "distribution:handover_roll": Decree,
    "distribution:nominative_pdf": Decree,
    "distribution:nominative_xlsx": Decree,
    "distribution:payment_list_xlsx": Disbursement,
    "distribution:deposit_scan": Decree,
    "distribution:layout": BankLayout,
    "distribution:list_copy": ListCopy,
    "distribution:list_copy_file": ListCopy,
    "distribution:receipt": Recipient,
    "distribution:reconciliation": Decree,
    "distribution:reconciliation_pdf": Decree,
    "distribution:reconciliation_xlsx": Decree,
    "distribution:receipts": Decree,
    "distribution:recipient": Recipient,
    "distribution:recipients": Decree,
    "distribution:refusals_xlsx": ResultFile,
    "distribution:result_file": ResultFile,
    "distribution:result_source": ResultFile,
    "distribution:session": OutreachSession,
    "distribution:session_photo": OutreachSession,
    "distribution:village_invitation": OutreachSession,
    "distribution:visit_photo": MentoringVisit,
    "documents:book": NumberSeries,
    "documents:download": OfficialDocument,
    "documents:progress": OfficialDocument,
    "oversight:proposals_xlsx": Programme,
    "proposals:check_number": Proposal,
    "proposals:duplicate_case": DuplicateCase,
    "proposals:empty_list": Programme,
    "proposals:faulty_rows": ListImport,
    "proposals:attachment": Attachment,
    "proposals:letter": CoverLetter,
    "proposals:letter_printout": CoverLetter,
    "proposals:list_import": ListImport,
    "proposals:printout": Proposal,
    "proposals:programme": Programme,
    "proposals:proposal": Proposal,
    "social:changes": Extract,
    "social:extract": Extract,
    "social:faulty_aids": PastAidList,
    "social:faulty_rows": Extract,
    "social:past_aid_list": PastAidList,
    "social:source": Source,
    "proposals:rule_set": RuleSet,
    "proposals:try_rules": RuleSet,
    "verification:assignment": Assignment,
    "verification:instrument": Instrument,
    "verification:instrument_form": Instrument,
    "verification:instrument_sheet": Instrument,
    "verification:instruments": Programme,
    "verification:notice": Publication,
    "verification:objection": Objection,
    "verification:publication": Publication,
    "verification:field_sheet": Assignment,
    "verification:route_list": Assignment,
    "verification:photo": VisitPhoto,
    "verification:ranking": Programme,
    "verification:report": FieldReport,
    "verification:report_photo": ReportPart,
    "verification:sample_draw": SampleDraw,
    "verification:second_check": SecondCheck,
    "verification:second_photo": SecondPhoto,
    "verification:sheet": SheetPage,
    "verification:ranking_run": RankingRun,
    "verification:ranking_xlsx": Programme,
    "verification:validate": Proposal,
    "verification:visit": FieldVisit,
}
PARTS = {
    "distribution:deposit_scan": {"deposit": "0" * 12},
    "decrees:extracts_pdf": {"code": "62.09.03.1005"},
    "distribution:handover_file": {"kind": "foto"},
    "distribution:handover_roll": {"code": "62.09.03.1005"},
    "distribution:receipts": {"code": "62.09.03.1005"},
    "distribution:village_invitation": {"code": "62.09.03.1005"},
    "proposals:check_number": {"field": "nik"},
    "proposals:printout": {"code": "sptjm"},
    "office:crest": {"fingerprint": "0" * 12},
    "verification:edit_question": {"code": "floor"},
    "verification:move_question": {"code": "floor"},
    "verification:remove_question": {"code": "floor"},
    "announcement:answer": {"ref": "0" * 12},
    "announcement:list": {"code": "0" * 8},
    "announcement:object": {"code": "0" * 8, "number": 1},
}
# Pages that a person of the scope meets as "not there" until something else has happened, beside the plain 200.
LATER = {"distribution:deposit_scan", "distribution:reconciliation", "distribution:reconciliation_pdf",
         "distribution:reconciliation_xlsx", "decrees:waiting_scan",
         "decrees:correctable", "decrees:decree_in_force", "decrees:extracts", "decrees:extracts_pdf", "decrees:recovery_xlsx",
         "decrees:scan", "decrees:manuscript", "decrees:preview", "decrees:for_ink", "distribution:receipt", "distribution:session_photo",
         "distribution:decree", "distribution:recipients", "distribution:nominative_xlsx", "distribution:nominative_pdf",
         "distribution:handover_roll", "distribution:receipts", "distribution:village_invitation", "office:crest", "verification:validate"}  # fmt: skip
BY_POST = {
    "proposals:check_number",
    "proposals:find",
    "verification:take_along",
    "verification:send_report",
}  # what is typed must not stand in an address
# Where a full number may stand: the village types its own, and gets its own rows back to mend; forms to be signed on
# paper need it, and each print is recorded as a look.
IN_FULL = {
    ("proposals:edit", Role.VILLAGE),
    ("proposals:faulty_rows", Role.VILLAGE),
    ("proposals:letter_printout", Role.VILLAGE),
    ("proposals:printout", Role.VILLAGE),
    ("social:faulty_aids", Role.STAFF),
    ("social:faulty_aids", Role.DIVISION_HEAD),
    ("social:faulty_rows", Role.STAFF),
    ("social:faulty_rows", Role.DIVISION_HEAD),
}
# A PDF is laid out for seconds; one person of each answer is enough.
SLOW = re.compile(r"\.pdf$")


class Page(NamedTuple):
    name: str
    act: str
    model: type | None
    parts: tuple[str, ...]
    writes: bool  # an act page

    def address(self, row=None) -> str:
        filled = dict(PARTS.get(self.name, {}))
        if "ref" in self.parts:
            filled["ref"] = row.ref if hasattr(row, "ref") else row.pk
        return reverse(self.name, kwargs=filled)


def pages(resolver=None, namespace="") -> Iterator[Page]:
    """Every page of the site, with what its address takes."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from pages(pattern, pattern.namespace or namespace)
            continue
        name, view = f"{namespace}:{pattern.name}", pattern.callback
        writes = issubclass(getattr(view, "view_class", type), ActPage)
        model = view.view_initkwargs.get("model") if writes else READS.get(name)
        yield Page(name, view.act, model, tuple(pattern.pattern.converters), writes)


PAGES = sorted(pages())
CLOSED = [page for page in PAGES if page.act != PUBLIC]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def own_files(folder, settings):
    """The files of the module's world stay until its last test."""
    settings.MEDIA_ROOT = folder


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, folder):
    """Made once; each test's requests happen behind a savepoint."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        from django.conf import settings  # noqa: PLC0415 - pytest-django has the name `settings`

        patch.setattr(settings, "MEDIA_ROOT", folder)
        patch.setattr(settings, "PASSWORD_HASHERS", [CHEAP_HASH])
        world = worlds.build()
        world.numbers = numbers()
        yield world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def savepoint(world):
    logging.disable(logging.WARNING)  # thousands of refusals, each with its traceback
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


PEOPLE = ["alice", "bob", "staff", "colleague", "outsider", "kabid", "secretary", "head", "regent", "bank", "charlie",
          "auditor", "admin"]  # fmt: skip

TWINS = {"bob", "colleague", "outsider", "charlie"}  # their roles' refusals are those of alice, staff and bank


def test_everything_is_in_the_tables():
    assert [page.name for page in CLOSED if "ref" in page.parts and page.model is None] == []
    assert sorted(set(READS) - {page.name for page in PAGES}) == []
    assert (
        sorted(
            page.name for page in PAGES if set(page.parts) - {"ref"} and page.name not in PARTS and page.act != PUBLIC
        )
        == []
    )


def test_only_these_pages_are_for_everyone():
    assert sorted(page.name for page in PAGES if page.act == PUBLIC) == [
        "accounts:sign_in",
        "accounts:sign_out",
        "announcement:answer",
        "announcement:list",
        "announcement:object",
        "documents:check",
        "documents:check_file",
        "office:crest",
    ]


def test_no_address_counts_people():
    """A bare counter may stand for configuration only: whoever sees one guesses the next (architecture, 9)."""
    counted = {
        page.model for page in PAGES for converter in [page.parts] if page.model and not hasattr(page.model, "ref")
    }
    assert {model._meta.app_label for model in counted} <= {"office"}
    for page in PAGES:
        if page.model and page.model._meta.app_label != "office" and "ref" in page.parts:
            assert len(page.model._meta.get_field("ref").default()) == 12


# Each person ------------------------------------------------------------------------------------------------------------


def chosen(user, page, rows) -> list:
    """Records that between them give each answer this person can get: allowed, refused by the rule, out of scope."""
    if not holds(user, page.act):
        return rows[:1]
    answers = {}
    for row in rows:
        kind = "foreign" if not sees(user, row) else "own"
        if kind == "own" and page.writes:
            kind = why_not(user, page.act, row) or "allowed"
        answers.setdefault(kind, row)
    return list(answers.values())


def expected(user, page, row) -> tuple[set[int], str]:
    """(possible statuses, sentence that the page must say)."""
    if not holds(user, page.act):
        return {403}, NOT_YOURS
    if page.name in BY_POST:
        return {405}, ""
    if page.name == "distribution:village_invitation" and user.role == Role.VILLAGE:
        # Of a session it sees no page, but the letter with its own people (tests/distribution/test_papers.py).
        return {200} if user.village_id == PARTS[page.name]["code"] else {404}, ""
    if row is not None and not sees(user, row):
        return {404}, ""
    if page.writes:
        sentence = why_not(user, page.act, user if row is None else row)
        return ({403}, sentence) if sentence else ({200}, "")
    if page.name == "distribution:result_source" and user.role != Role.BANK:
        return {404}, ""  # the bank's own file carries full account numbers
    if page.name == "distribution:payment_list_xlsx" and user.role == Role.STAFF and user.districts.exists():
        return {403}, ""  # the list is the whole decree's
    if page.name in {"documents:download", "distribution:handover", "distribution:list_copy_file"}:
        return {200, 302}, ""  # to the progress, to the recipient, to the record once the file is no longer to be had
    return ({200, 404} if page.name in LATER else {200}), ""


def subjects(page) -> list:
    if page.model is None or "ref" not in page.parts:
        return [None]
    return list(page.model.objects.order_by("pk"))


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_answers_as_grants_scope_and_rule_say(world, name):
    user = getattr(world.cast, name)
    client = Client()
    client.force_login(user)
    wrong, in_full, asked = [], [], 0
    for page in CLOSED:
        rows = subjects(page)
        assert rows, f"the world has no record for {page.name}"
        for row in chosen(user, page, rows) if rows != [None] else rows:
            statuses, sentence = expected(user, page, row)
            if SLOW.search(page.address(row)) and name not in {"alice", "bank"} and 200 in statuses:
                continue
            if name in TWINS and statuses == {403} and sentence == NOT_YOURS:
                continue
            response, asked = client.get(page.address(row)), asked + 1
            text = text_of(response)
            if response.status_code not in statuses or sentence not in html.unescape(text):
                wrong.append((page.name, repr(row), response.status_code, sorted(statuses), sentence))
            if clear(text, world.numbers) and (page.name, user.role) not in IN_FULL:
                in_full.append((page.name, user.role))
    assert wrong == []
    assert in_full == []
    assert asked >= (30 if name in TWINS else len(CLOSED) - 25)


@pytest.mark.parametrize("name", [name for name in PEOPLE if name not in TWINS - {"outsider", "charlie"}])
def test_every_act_that_is_refused_is_refused_by_post_too(world, name):
    user = getattr(world.cast, name)
    client = Client()
    client.force_login(user)
    wrong = []
    for page in CLOSED:
        rows = subjects(page)
        for row in chosen(user, page, rows) if rows != [None] else rows:
            statuses, _ = expected(user, page, row)
            if not page.writes or statuses & {200, 405}:
                continue
            response = client.post(page.address(row), {"reason": "mencoba", "note": "mencoba"})
            if response.status_code not in statuses:
                wrong.append((page.name, repr(row), response.status_code, sorted(statuses)))
    assert wrong == []


def test_nobody_who_is_not_signed_in_sees_anything(world):
    client = Client()
    wrong = []
    for page in CLOSED:
        address = page.address(subjects(page)[0])
        for method in (client.get, client.post):
            response = method(address)
            if (response.status_code, response.headers.get("Location")) != (302, f"/masuk/?next={address}"):
                wrong.append((page.name, response.status_code, response.headers.get("Location")))
    assert wrong == []


def test_a_record_that_does_not_exist_is_not_found(world):
    """As a foreign one is: the answer does not tell which of the two it was."""
    client = Client()
    wrong = []
    for page in CLOSED:
        if page.model and "ref" in page.parts:
            user = next(getattr(world.cast, name) for name in PEOPLE if holds(getattr(world.cast, name), page.act))
            client.force_login(user)
            ref = "000000000000" if "int" not in str(get_converter(page)) else 10**9
            response = client.get(reverse(page.name, kwargs=PARTS.get(page.name, {}) | {"ref": ref}))
            if response.status_code not in {404, 405}:
                wrong.append((page.name, response.status_code))
    assert wrong == []


def get_converter(page) -> str:
    return "int" if not hasattr(page.model, "ref") else "str"


def test_every_post_wants_the_token(world):
    """Asked by someone who may: the token alone decides."""
    client = Client(enforce_csrf_checks=True)
    wrong = []
    for page in PAGES:
        if page.name in {"documents:check", "office:crest"}:
            continue
        user = next(
            (
                getattr(world.cast, name)
                for name in PEOPLE
                if page.act == PUBLIC or holds(getattr(world.cast, name), page.act)
            ),
            None,
        )
        client.force_login(user)
        address = (
            page.address(subjects(page)[0]) if page.act != PUBLIC else reverse(page.name, kwargs=PARTS.get(page.name))
        )
        response = client.post(address, {"reason": "tanpa token"})
        if (response.status_code, [t.name for t in response.templates][:1]) != (403, ["403_csrf.html"]):
            wrong.append((page.name, response.status_code))
    assert wrong == []


def test_every_grant_opens_a_page_or_an_action_to_someone(world):
    """An act that nobody of the world ever meets as allowed is an act that no test has tried."""
    acts = {page.act for page in CLOSED}
    assert sorted(set(RULES) - acts - INSIDE_PAGES) == []


# Acts that are part of another page: asked inside it, no address of their own.
INSIDE_PAGES = frozenset()
