"""A rule that is not met: the village asks, Kabid sets it aside in writing or not, and nobody slips past it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from notices.models import Notice
from oversight.queries.desk import tasks
from proposals.actions import ask_exception, dispose, override_rule, put_in_letter, resubmit, submit
from proposals.eligibility import faults_of, findings, in_the_way
from proposals.flow import State
from proposals.models import ExceptionPlea, Proposal, RuleOverride, RuleSetting
from uep.access.access import Refused, why_not
from uep.documents.queries import document_of
from verification import actions

pytestmark = pytest.mark.django_db

UNMET = "Usaha: Warung sembako, baru 4 tahun; program ini untuk usaha sedikitnya 5 tahun."
STOPPED = f"Aturan program belum terpenuhi: {UNMET}"
PLEA = "Usaha turun-temurun dari orang tuanya."
REASON = "Usaha dilanjutkan dari orang tua sejak 2015."
NOT_OPEN = "Aturan ini tidak boleh dikecualikan, sudah terpenuhi, atau sudah dikecualikan."


def asks_five_years(programme, *, may_be_overridden=True) -> None:
    """As if the version had said so from the beginning."""
    settings = RuleSetting.objects.filter(rule_set__programme=programme, code="business")
    settings.update(parameters={"min_years": 5}, may_be_overridden=may_be_overridden)


def business(proposal):
    return next(row for row in findings(Proposal.objects.get(pk=proposal.pk)) if row.code == "business")


@pytest.fixture
def against(proposal_at):
    """A household at a state, against the rule on the age of its business."""

    def walked(state, **settings):
        proposal = proposal_at(state)
        asks_five_years(proposal.programme, **settings)
        return Proposal.objects.get(pk=proposal.pk)

    return walked


@pytest.fixture
def letter(walk):
    """A draft against the rule, in a letter that could be sent but for it."""
    programme = walk.programme()
    asks_five_years(programme)
    walk.draft(programme)
    return walk.letter(programme)


# The village ---------------------------------------------------------------------------------------------------------------


def test_a_village_sends_what_is_against_a_rule_only_with_a_plea(letter, cast):
    proposal = letter.proposals.get()
    assert faults_of([proposal], letter.programme) == {proposal.pk: [UNMET]}
    with pytest.raises(ValidationError) as refused:
        submit(letter, by=cast.alice)
    assert refused.value.messages == [f"{proposal.name}: {UNMET}"]
    ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    submit(letter, by=cast.alice)
    row = business(proposal)
    assert (row.level, row.sentence, row.plea, row.reason, row.label) == ("fail", UNMET, PLEA, "", "mohon pengecualian")


def test_where_the_rule_allows_no_exception_there_is_no_plea(letter, cast, client):
    proposal = letter.proposals.get()
    asks_five_years(letter.programme, may_be_overridden=False)
    with pytest.raises(ValidationError, match="tidak dapat dimohon"):
        ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    client.force_login(cast.alice)
    page = client.get(reverse("proposals:proposal", args=[proposal.ref])).content.decode()
    assert "mohon-pengecualian" not in page
    form = client.get(reverse("proposals:ask_exception", args=[proposal.ref]))
    assert "Tidak ada aturan yang belum terpenuhi dan boleh dikecualikan." in form.content.decode()
    with pytest.raises(ValidationError):
        submit(letter, by=cast.alice)


def test_an_earlier_plea_no_longer_helps_once_the_rule_allows_none(letter, cast):
    proposal = letter.proposals.get()
    ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    asks_five_years(letter.programme, may_be_overridden=False)
    assert faults_of([proposal], letter.programme) == {proposal.pk: [UNMET]}


@pytest.mark.parametrize("changes", [{"nik": None}, {"is_not_public_payroll": False}, {"amount_requested": 5_000_001}])
def test_what_can_never_be_sent_cannot_be_pleaded_nor_set_aside(letter, cast, changes):
    proposal = letter.proposals.get()
    RuleSetting.objects.update(may_be_overridden=True)
    Proposal.objects.filter(pk=proposal.pk).update(business_years=9, **changes)
    wrong = [row for row in findings(Proposal.objects.get(pk=proposal.pk)) if row.is_in_the_way]
    assert wrong != []
    for row in wrong:
        with pytest.raises(ValidationError, match="tidak dapat dimohon"):
            ask_exception(proposal, by=cast.alice, code=row.code, reason=PLEA)


def test_the_page_of_the_village_leads_to_the_plea_and_back(letter, cast, client):
    proposal = letter.proposals.get()
    client.force_login(cast.alice)
    page = client.get(reverse("proposals:proposal", args=[proposal.ref]))
    url = reverse("proposals:ask_exception", args=[proposal.ref])
    assert (page.context["faults"], page.context["is_ready"]) == ([UNMET], False)
    assert f'href="{url}"' in page.content.decode()
    short = client.post(url, {"code": "business", "reason": "mohon"})
    assert (short.status_code, dict(short.context["form"].errors)) == (
        422, {"reason": ["Tulis alasannya, sedikitnya satu kalimat pendek."]},
    )  # fmt: skip
    assert client.post(url, {"code": "age", "reason": PLEA}).status_code == 422
    assert client.post(url, {"code": "business", "reason": PLEA}).status_code == 303
    assert client.post(url, {"code": "business", "reason": PLEA}).status_code == 422  # sent twice
    page = client.get(reverse("proposals:proposal", args=[proposal.ref]))
    assert (page.context["faults"], page.context["is_ready"]) == ([], True)
    assert f"Desa mohon pengecualian:</strong> {PLEA}" in page.content.decode()
    assert ExceptionPlea.objects.count() == 1


def test_only_the_own_village_pleads_and_only_before_sending(letter, cast, client, who_may):
    proposal = letter.proposals.get()
    url = reverse("proposals:ask_exception", args=[proposal.ref])
    assert who_may("proposals.ask_exception", proposal) == {"alice"}
    client.force_login(cast.bob)
    assert client.post(url, {"code": "business", "reason": PLEA}).status_code == 404
    ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    submit(letter, by=cast.alice)
    with pytest.raises(Refused, match="Pengecualian hanya dapat dimohon sebelum usulan dikirim"):
        ask_exception(Proposal.objects.get(pk=proposal.pk), by=cast.alice, code="business", reason=PLEA)


def test_a_plea_goes_along_when_it_was_sent_back(letter, cast):
    from proposals.actions import send_back  # noqa: PLC0415 - only here

    proposal = letter.proposals.get()
    ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    submit(letter, by=cast.alice)
    send_back(proposal, by=cast.secretary, note="Perbaiki alamat.")
    resubmit(proposal, by=cast.alice)
    assert Proposal.objects.get(pk=proposal.pk).state == State.SUBMITTED


# Kabid ---------------------------------------------------------------------------------------------------------------------


def test_nobody_is_found_eligible_against_a_rule(against, cast, client):
    assessed = against(State.ASSESSED)
    assert why_not(cast.kabid, "verification.approve", assessed) == STOPPED
    client.force_login(cast.kabid)
    answer = client.post(reverse("verification:approve", args=[assessed.ref]), {"reason": "Sesuai hasil kunjungan."})
    assert (answer.status_code, STOPPED in answer.content.decode()) == (403, True)
    with pytest.raises(Refused, match="Aturan program belum terpenuhi"):
        actions.approve(assessed, by=cast.kabid, reason="Sesuai hasil kunjungan.")
    page = client.get(reverse("verification:validate", args=[assessed.ref]))
    assert [row.sentence for row in page.context["unmet"]] == [UNMET]
    assert f'href="{reverse("proposals:override_rule", args=[assessed.ref])}"' in page.content.decode()
    actions.decline(assessed, by=cast.kabid, reason="Usaha terlalu baru.")  # the other ways stay open
    assert Proposal.objects.get(pk=assessed.pk).state == State.INELIGIBLE


def test_nor_comes_in_by_the_waiting_list(against, cast):
    waiting = against(State.WAITLISTED)
    with pytest.raises(Refused, match="Aturan program belum terpenuhi"):
        actions.promote(waiting, by=cast.kabid, reason="Ada kuota lagi.")
    override_rule(waiting, by=cast.kabid, code="business", reason=REASON)
    actions.promote(waiting, by=cast.kabid, reason="Ada kuota lagi.")
    assert Proposal.objects.get(pk=waiting.pk).state == State.ELIGIBLE


def test_with_a_written_exception_it_may_be(against, cast, client):
    assessed = against(State.ASSESSED)
    client.force_login(cast.kabid)
    url = reverse("proposals:override_rule", args=[assessed.ref])
    assert [choice for choice, _ in client.get(url).context["form"].fields["code"].choices] == ["business"]
    assert client.post(url, {"code": "business", "reason": "boleh"}).status_code == 422
    assert client.post(url, {"code": "age", "reason": REASON}).status_code == 422
    assert client.post(url, {"code": "business", "reason": REASON}).status_code == 303
    assert client.post(url, {"code": "business", "reason": REASON}).status_code == 422  # sent twice
    made = RuleOverride.objects.get()
    assert (made.proposal, made.rule_set, made.code, made.sentence, made.reason, made.by) == (
        assessed, assessed.rule_set, "business", UNMET, REASON, cast.kabid,
    )  # fmt: skip
    paper = document_of("ba_pengecualian", made)
    assert (paper.issued_by, paper.village_id, paper.facts["public"]) == (
        cast.kabid,
        assessed.village_id,
        [["Program", str(assessed.programme)], ["Versi aturan", "Aturan versi 1"]],
    )
    for who in (cast.alice, cast.kabid):
        client.force_login(who)
        page = client.get(reverse("proposals:proposal", args=[assessed.ref])).content.decode()
        assert (REASON in page, "Berita Acara Pengecualian Aturan" in page) == (True, True)
    row = business(assessed)
    assert (row.level, row.sentence, row.reason, row.label) == (
        "warn", UNMET, f"{REASON} ({cast.kabid})", "dikecualikan",
    )  # fmt: skip
    assert in_the_way([assessed]) == {}
    actions.approve(assessed, by=cast.kabid, reason="Sesuai hasil kunjungan.")
    assert Proposal.objects.get(pk=assessed.pk).state == State.ELIGIBLE


def test_an_exception_is_for_what_the_rule_said_then(against, cast):
    """Whoever turns out to be further from the rule is judged anew; a second exception is possible."""
    assessed = against(State.ASSESSED)
    override_rule(assessed, by=cast.kabid, code="business", reason=REASON)
    Proposal.objects.filter(pk=assessed.pk).update(business_years=1)
    assert [row.sentence for row in in_the_way([Proposal.objects.get(pk=assessed.pk)])[assessed.pk]] == [
        "Usaha: Warung sembako, baru 1 tahun; program ini untuk usaha sedikitnya 5 tahun."
    ]
    override_rule(assessed, by=cast.kabid, code="business", reason=REASON)
    assert in_the_way([Proposal.objects.get(pk=assessed.pk)]) == {}


def test_where_the_rule_allows_none_kabid_cannot_either(against, cast):
    assessed = against(State.ASSESSED, may_be_overridden=False)
    for code in ("business", "age", "nothing"):
        with pytest.raises(ValidationError, match=NOT_OPEN):
            override_rule(assessed, by=cast.kabid, code=code, reason=REASON)
    assert why_not(cast.kabid, "verification.approve", assessed) == STOPPED


@pytest.mark.parametrize("state", [State.ASSIGNED, State.COMPLETE, State.ASSESSED, State.ELIGIBLE, State.WAITLISTED])
def test_only_kabid_sets_a_rule_aside(against, who_may, state):
    assert who_may("proposals.override_rule", against(state)) == {"kabid"}


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.IN_DECREE, State.INELIGIBLE, State.WITHDRAWN])
def test_not_before_the_office_has_it_nor_after_a_decree_names_it(against, cast, state):
    proposal = against(state)
    with pytest.raises(Refused, match="Pengecualian dibuat sejak usulan didisposisi sampai sebelum masuk SK"):
        override_rule(proposal, by=cast.kabid, code="business", reason=REASON)


def test_an_exception_and_a_plea_cannot_be_changed_or_taken_back(against, cast):
    proposal = against(State.ASSESSED)
    made = override_rule(proposal, by=cast.kabid, code="business", reason=REASON)
    for write in (
        lambda: RuleOverride.objects.filter(pk=made.pk).update(reason="lain"),
        lambda: RuleOverride.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            write()
    plea = ExceptionPlea.objects.create(proposal=proposal, code="age", sentence="x", reason=PLEA, by=cast.alice)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        ExceptionPlea.objects.filter(pk=plea.pk).delete()


def test_the_desk_and_the_decision_on_the_decree_show_it(against, cast, client, walk):
    assigned = against(State.ASSIGNED)
    override_rule(assigned, by=cast.kabid, code="business", reason=REASON)
    client.force_login(cast.staff)
    desk = client.get(reverse("verification:check", args=[assigned.ref]))
    assert [row.reason for row in desk.context["findings"] if row.code == "business"] == [f"{REASON} ({cast.kabid})"]
    assert REASON in desk.content.decode()
    rows = [assigned]
    for step in walk._way_to(State.IN_DECREE)[2:]:
        step(rows)
        rows = [Proposal.objects.get(pk=assigned.pk)]
    decree = walk.endorsed(walk.decree_of(rows[0]))
    client.force_login(cast.head)
    page = client.get(reverse("decrees:sign", args=[decree.ref]))
    assert [(row.proposal.pk, row.reason) for row in page.context["concerns"].exceptions] == [(assigned.pk, REASON)]
    assert REASON in page.content.decode()


def test_kabid_hears_of_a_plea_when_it_can_be_decided_and_has_it_on_the_desk(letter, walk, cast, run_jobs):
    proposal = letter.proposals.get()
    walk.draft(letter.programme, business_years=9)  # sent along, and asks for nothing
    ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    put_in_letter(letter, by=cast.alice, proposals=Proposal.objects.filter(state=State.DRAFT))
    submit(letter, by=cast.alice)
    assert pleas_on_the_desk(cast.kabid) == []
    dispose(letter, by=cast.secretary, to=cast.staff, nature="ordinary", instruction="process")
    run_jobs()
    told = Notice.objects.filter(act="proposals.ask_exception").values_list("user__username", "sentence", "url")
    page = proposal.get_absolute_url()
    assert list(told) == [
        ("kabid", f"Desa memohon pengecualian dari aturan program untuk {proposal.name}; putuskan.", page)
    ]
    assert pleas_on_the_desk(cast.kabid) == [(f"Putuskan permohonan pengecualian {proposal.name}", page)]
    assert pleas_on_the_desk(cast.staff) == pleas_on_the_desk(cast.secretary) == []
    override_rule(proposal, by=cast.kabid, code="business", reason=REASON)
    assert pleas_on_the_desk(cast.kabid) == []


def test_a_plea_that_is_no_longer_needed_waits_for_nobody(letter, walk, cast):
    proposal = letter.proposals.get()
    ask_exception(proposal, by=cast.alice, code="business", reason=PLEA)
    submit(letter, by=cast.alice)
    walk.disposed(letter)
    assert len(pleas_on_the_desk(cast.kabid)) == 1
    Proposal.objects.filter(pk=proposal.pk).update(business_years=9)  # as the village mended it
    assert pleas_on_the_desk(cast.kabid) == []


def pleas_on_the_desk(user) -> list[tuple]:
    return [(task.title, task.url) for task in tasks(user) if "pengecualian" in task.title]
