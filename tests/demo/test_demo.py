import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from decrees.models import Decree
from distribution.models import DisbursementAgreement, OutreachSession, Payment
from notices.models import Notice
from oversight.queries.desk import tasks
from proposals.flow import State
from proposals.models import CoverLetter, Proposal, StepRecord
from uep.access.access import granted
from uep.access.navigation import NAVIGATION
from uep.access.roles import Role
from uep.accounts.models import User
from uep.checks import known_passwords
from uep.demo import check
from uep.demo.accounts import ACCOUNTS, PASSWORD
from uep.demo.make import NotEmpty, make
from uep.demo.multiply import multiply
from uep.documents.models import OfficialDocument
from uep.office.models import ActingAppointment, Official, Post
from verification.models import Assignment

DETAILS = (Proposal, CoverLetter, Decree, Assignment, OfficialDocument, DisbursementAgreement, OutreachSession)


def test_the_core_is_a_possible_office_with_someone_in_every_state(demo):
    assert (check.faults(), check.missing_states()) == ([], [])


def test_the_core_has_its_troubles(demo):
    stages = set(Decree.objects.values_list("kind", "stage"))
    assert stages >= {
        ("original", "draft"),
        ("original", "going_up"),
        ("original", "endorsed"),
        ("original", "at_regent"),
        ("original", "signed"),
        ("amendment", "draft"),
        ("amendment", "signed"),
    }
    assert set(Payment.objects.values_list("status", flat=True)) == {"paid", "failed", "waiting"}
    assert Decree.objects.filter(signatory__quality="Plh.").count() == ActingAppointment.objects.count() == 1
    assert {official.post for official in Official.objects.all()} == set(Post.objects.all())
    assert len(set(Proposal.objects.values_list("village__parent", flat=True))) == 7


# Who has late work on the desk, and work that is in time.
DESKS = {
    "desa": {"late", "in time"},
    "staf": {"late", "in time"},
    "staf2": {"late", "in time"},
    "kabid": {"late", "in time"},
    "sekretaris": {"late", "in time"},
    "kadis": {"late", "in time"},
    "bupati": {"late", "in time"},
    "bank": {"late", "in time"},
    "bank2": {"in time"},
}


def on_the_desks(now) -> dict[str, set[str]]:
    dues = {name: [task.due for task in tasks(User.objects.get(username=name)) if task.due] for name in DESKS}
    return {name: {"late" if due < now else "in time" for due in found} for name, found in dues.items()}


def share_overdue(now) -> float:
    waiting = Proposal.objects.filter(due_at__isnull=False)
    return waiting.filter(due_at__lt=now).count() / waiting.count()


def test_most_work_is_in_time_and_nearly_every_desk_has_something_late(demo, made_at):
    assert on_the_desks(made_at) == DESKS
    assert 0.1 < share_overdue(made_at) < 0.3


def test_what_happened_was_told(demo):
    assert not StepRecord.objects.filter(announced_at__isnull=True).exists()
    told = {user.username for user in User.objects.filter(notices__isnull=False)}
    assert told >= {"desa", "staf", "kabid", "sekretaris", "kadis", "bank", "bank2"}
    assert Notice.objects.unread().exists()
    assert Notice.objects.filter(read_at__isnull=False).exists()


def test_accounts_cover_every_role_and_are_past_their_first_sign_in(demo):
    users = {user.username: user for user in User.objects.filter(username__in=[a.username for a in ACCOUNTS])}
    assert {account.role for account in ACCOUNTS} == set(Role)
    assert {name: (user.role, user.must_change_password) for name, user in users.items()} == {
        account.username: (account.role, False) for account in ACCOUNTS
    }
    assert [name for name, user in users.items() if not user.check_password(PASSWORD)] == []
    assert known_passwords() == sorted(users)
    banks = {user.bank_id for user in users.values() if user.role == Role.BANK}
    assert (len(banks), users["desa"].village_id) == (2, "62.09.03.1005")
    assert list(users["staf3"].districts.values_list("pk", flat=True)) == ["62.09.03"]


def test_nobody_else_can_sign_in(demo):
    others = User.objects.exclude(username__in=[account.username for account in ACCOUNTS])
    assert [user.username for user in others if user.has_usable_password()] == []


@pytest.mark.parametrize("username", [account.username for account in ACCOUNTS])
def test_every_page_of_the_menu_opens(demo, username):
    user = User.objects.get(username=username)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    pages = [reverse(section.url_name) for section in NAVIGATION if granted(user, section.act)]
    records = [record for model in DETAILS for record in model.objects.visible_to(user).order_by("-pk")[:2]]
    found = {url: client.get(url).status_code for url in [*pages, *(record.get_absolute_url() for record in records)]}
    assert found == dict.fromkeys(found, 200)


@pytest.mark.parametrize("state", State)
def test_a_proposal_in_every_state_opens(demo, state):
    proposal = Proposal.objects.filter(state=state).select_related("village").order_by("-pk").first()
    operator, kabid = (
        User.objects.get(role=Role.VILLAGE, village=proposal.village_id),
        User.objects.get(username="kabid"),
    )
    client = Client()
    client.force_login(operator if state == State.DRAFT else kabid, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(proposal.get_absolute_url()).status_code == 200


def test_it_refuses_a_database_that_holds_something(demo, capsys):
    before = Proposal.objects.count()
    with pytest.raises(NotEmpty, match="never goes over existing data"):
        make()
    with pytest.raises(CommandError, match="Take a new database"):
        call_command("make_demo")
    call_command("make_demo", if_empty=True)  # quietly nothing
    assert (Proposal.objects.count(), capsys.readouterr().out) == (before, "")


def test_two_thousand_balance(demo):
    said = []
    multiply(2000, seed=1, say=said.append)
    assert 2000 <= Proposal.objects.count() < 2000 + demo
    assert (check.faults(), check.missing_states()) == ([], [])
    assert Proposal.objects.order_by().values("village").distinct().count() == 88
    assert Proposal.objects.order_by().values("programme__year").distinct().count() == 6
    assert len(said) > 10


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE proposals_proposal SET state = 'paid' WHERE state = 'briefed'", "whose last step is not their state"),
        ("UPDATE proposals_proposal SET due_at = NULL WHERE state = 'assigned'", "in assigned without a due time"),
        (
            "UPDATE proposals_proposal SET register_number = 9999 WHERE register_number = 3",
            "register numbers have gaps",
        ),
        ("UPDATE proposals_programme SET budget = 1", "promised more than it has"),
        ("UPDATE distribution_disbursement SET total = total + 1", "head and lines disagree"),
        ("UPDATE distribution_payment SET status = 'waiting' WHERE status = 'paid'", "state and payments disagree"),
        ("UPDATE documents_numbercounter SET last = last + 1", "the counter of their numbers disagree"),
        ("DELETE FROM distribution_handover", "handovers of people not handed over"),
        ("UPDATE decrees_recipient SET amount = amount + 1", "another name, NIK or amount"),
        ("UPDATE proposals_steprecord SET at = now() + interval '1 hour'", "steps in the future"),
    ],
)
def test_the_check_sees(demo, damage, fault):
    tables = [word for word in damage.split() if "_" in word][:1]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {tables[0]} DISABLE TRIGGER USER")
        cursor.execute(damage)
    assert [sentence for sentence in check.faults() if fault in sentence] != []
