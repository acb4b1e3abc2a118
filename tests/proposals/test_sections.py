"""What later steps add to the page of a proposal."""

import pytest

from proposals import sections
from proposals.flow import State
from proposals.models import Proposal


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr(sections, "SECTIONS", {})
    monkeypatch.setattr(sections, "OFFERS", {})


def at(state, **more):
    return Proposal(state=state, name="Ratna", **more)


def test_sections_come_in_their_order_and_only_with_something_to_show():
    @sections.section(order=30, title="SK", template="decrees/_x.html")
    def decree(proposal, user):
        return {"number": 1}

    @sections.section(order=20, title="Kunjungan", template="verification/_x.html")
    def visits(proposal, user):
        return {} if user == "staff" else None

    @sections.section(order=10, title="Di samping", template="x.html", place=sections.Place.ASIDE)
    def beside(proposal, user):
        return {}

    shown = sections.sections_of(at(State.DRAFT), "staff")
    assert [(row.title, row.template, row.facts) for row in shown] == [
        ("Kunjungan", "verification/_x.html", {}),
        ("SK", "decrees/_x.html", {"number": 1}),
    ]
    assert [row.title for row in sections.sections_of(at(State.DRAFT), "village")] == ["SK"]
    assert [row.title for row in sections.sections_of(at(State.DRAFT), "staff", sections.Place.ASIDE)] == ["Di samping"]


def test_a_move_is_offered_where_the_table_allows_it():
    sections.offer("verification.pass_on", "verification.reject", "proposals.withdraw")
    assert sections.offers_for(at(State.ASSIGNED)) == [
        "verification.pass_on",
        "verification.reject",
        "proposals.withdraw",
    ]
    assert sections.offers_for(at(State.COMPLETE)) == ["proposals.withdraw"]
    assert sections.offers_for(at(State.PAID)) == []


def test_offers_stand_in_their_order():
    sections.offer("proposals.withdraw", order=90)
    sections.offer("verification.pass_on")
    assert sections.offers_for(at(State.ASSIGNED)) == ["verification.pass_on", "proposals.withdraw"]


def test_an_act_that_moves_nothing_says_when():
    with pytest.raises(ValueError, match=r"verification\.check moves nothing"):
        sections.offer("verification.check")
    sections.offer("verification.check", during=[State.ASSIGNED])
    assert sections.offers_for(at(State.ASSIGNED)) == ["verification.check"]


def test_of_two_ways_only_the_possible_one_is_offered():
    sections.offer("proposals.resubmit", when=lambda proposal: proposal.name == "Ratna")
    sections.offer("proposals.answer_defects", when=lambda proposal: proposal.name != "Ratna")
    assert sections.offers_for(at(State.RETURNED)) == ["proposals.resubmit"]


def test_two_sections_of_one_name_are_a_mistake():
    def twice():
        @sections.section(order=1, title="A", template="a.html")
        def same(proposal, user):
            return None

    twice()
    with pytest.raises(ValueError, match="two sections called tests-same"):
        twice()
