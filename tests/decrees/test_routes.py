"""The way up as data: what a programme lays down, by amount; what is under way keeps its own."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from decrees import actions, queries
from decrees.models import Decree, Removal, Route
from decrees.routing import LADDER, WAYS, Band, Step, band_for, faults, higher, reach_in_words, usual, way
from tests.decrees.conftest import again, sql
from tests.machine.office import stands_in
from tests.walk import AMOUNT
from uep.access.access import NOT_YOURS, Refused, why_not
from uep.access.roles import Role
from uep.office.models import ActingAppointment

pytestmark = pytest.mark.django_db
S, H, R = LADDER
SMALL, LARGE = way(S, H), way(S, H, R)
BY_AMOUNT = [Band(0, SMALL), Band(3 * AMOUNT, LARGE)]


def lay(house, programme, bands=BY_AMOUNT, **changes) -> Route:
    return actions.set_route(programme, by=changes.pop("by", house.cast.kabid), bands=bands, reason="SE Bupati")


def by_roles(decree) -> list[str]:
    return [step.role for step in queries.route_of(decree)]


# Pure -----------------------------------------------------------------------------------------------------------------


def test_every_way_climbs_and_only_its_last_post_signs():
    for steps in WAYS.values():
        places = [LADDER.index(step.role) for step in steps]
        assert places == sorted(set(places))
        assert [step.does for step in steps] == ["endorse"] * (len(steps) - 1) + ["sign"]
        assert len(steps) >= 2


@pytest.mark.parametrize(
    "amount, roles", [(0, (S, H)), (3 * AMOUNT - 1, (S, H)), (3 * AMOUNT, (S, H, R)), (9 * AMOUNT, (S, H, R))]
)
def test_the_band_is_the_last_whose_amount_is_reached(amount, roles):
    assert band_for(reversed(BY_AMOUNT), amount).steps == way(*roles)


def test_the_higher_signatory_wins_and_the_first_among_equals():
    assert higher(SMALL, LARGE) == LARGE
    assert higher(LARGE, SMALL) == LARGE
    assert higher(way(H, R), LARGE) == way(H, R)


@pytest.mark.parametrize(
    "bands, sentence",
    [
        ([], "Jalur pertama berlaku mulai Rp0."),
        ([Band(1, SMALL)], "Jalur pertama berlaku mulai Rp0."),
        ([Band(0, SMALL), Band(0, LARGE)], "Dua jalur tidak dapat mulai dari jumlah yang sama."),
        ([Band(n, SMALL) for n in range(4)], "Paling banyak 3 jalur."),
        ([Band(0, (Step(H, "sign"),))], "Jalur naik dari bawah ke atas"),  # nobody initials
        ([Band(0, (Step(R, "endorse"), Step(H, "sign")))], "Jalur naik dari bawah ke atas"),
        ([Band(0, (Step(S, "endorse"), Step(H, "endorse")))], "Jalur naik dari bawah ke atas"),  # nobody signs
    ],
)
def test_what_is_no_route_is_named(bands, sentence):
    assert [fault for fault in faults(bands) if fault.startswith(sentence)] != []
    assert faults(BY_AMOUNT) == []


def test_a_route_says_what_it_means():
    assert reach_in_words(BY_AMOUNT) == [
        ("SK di bawah Rp15.000.000", "Sekretaris memaraf, lalu Kepala Dinas menandatangani"),
        ("SK Rp15.000.000 atau lebih", "Sekretaris memaraf, lalu Kepala Dinas memaraf, lalu Bupati menandatangani"),
    ]
    assert reach_in_words([Band(0, SMALL)])[0][0] == "SK berapa pun jumlahnya"


# Laid down ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signatory, roles", [(Role.OFFICE_HEAD, [S, H]), (Role.REGENT, [S, H, R])])
def test_without_a_route_the_decree_goes_through_every_desk_to_the_programmes_signatory(house, signatory, roles):
    decree = house.draft(house.eligible(house.programme(signatory=signatory), 1))
    assert by_roles(decree) == roles
    assert actions.send_up(decree, by=house.cast.kabid).route == [list(step) for step in usual(signatory)]


def test_the_amount_decides_who_signs(house):
    programme = house.programme()
    lay(house, programme)
    small, large = house.draft(house.eligible(programme, 2)), house.draft(house.eligible(programme, 3))
    small, large = (actions.send_up(draft, by=house.cast.kabid) for draft in (small, large))
    assert (small.signatory_role, large.signatory_role) == (Role.OFFICE_HEAD, Role.REGENT)
    small, large = (actions.endorse(draft, by=house.cast.secretary) for draft in (small, large))
    assert why_not(house.cast.head, "decrees.sign", large) == "SK ini belum sampai di meja penanda tangan."
    assert actions.sign(small, by=house.cast.head).signatory["title"].startswith("KEPALA DINAS")
    large = actions.endorse(large, by=house.cast.head)
    assert actions.sign(large, by=house.cast.regent).signatory["title"] == "BUPATI LAMANDAU"


@pytest.mark.parametrize(
    "roles, desks",
    [
        ((H, R), ["endorsed", "at_regent", "signed"]),
        ((S, R), ["going_up", "at_regent", "signed"]),
        ((S, H), ["going_up", "endorsed", "signed"]),
        ((S, H, R), ["going_up", "endorsed", "at_regent", "signed"]),
    ],
)
def test_every_way_leads_from_desk_to_desk_and_asks_nobody_else(house, roles, desks):
    programme = house.programme()
    lay(house, programme, [Band(0, way(*roles))])
    people = {S: house.cast.secretary, H: house.cast.head, R: house.cast.regent}
    decree = actions.send_up(house.draft(house.eligible(programme, 1)), by=house.cast.kabid)
    been = [decree.stage]
    for role in roles[:-1]:
        for other in set(people) - {role}:
            assert why_not(people[other], "decrees.endorse", decree) is not None
            assert why_not(people[other], "decrees.sign", decree) is not None
        decree = actions.endorse(decree, by=people[role])
        been.append(decree.stage)
    decree = actions.sign(decree, by=people[roles[-1]])
    assert [*been, decree.stage] == desks
    assert [row.role for row in decree.endorsements.all()] == list(roles[:-1])


def test_what_is_under_way_keeps_its_way_and_a_return_takes_the_new_one(house):
    programme = house.programme()
    decree = actions.send_up(house.draft(house.eligible(programme, 1)), by=house.cast.kabid)
    lay(house, programme, [Band(0, LARGE)])
    decree = Decree.objects.get(pk=decree.pk)
    assert (by_roles(decree), decree.signatory_role) == ([S, H], Role.OFFICE_HEAD)
    decree = actions.endorse(decree, by=house.cast.secretary)
    decree = actions.return_draft(decree, by=house.cast.head, reason="Jalur sudah berubah")
    assert by_roles(decree) == [S, H, R]
    words = {"title": decree.title, "considerations": decree.considerations}
    decree = actions.edit(decree, by=house.cast.kabid, renew=True, **words)  # those of a decree of the Bupati
    decree = actions.send_up(decree, by=house.cast.kabid)
    assert (decree.signatory_role, queries.valid_endorsements(decree).count()) == (Role.REGENT, 0)


def test_an_amendment_that_reaches_the_next_band_is_signed_higher(house):
    programme = house.programme()
    lay(house, programme)
    decree = house.at("signed", decree=house.draft(house.eligible(programme, 2)))
    amendment = house.amendment(decree)
    assert by_roles(amendment) == [S, H]
    actions.add(amendment, by=house.cast.kabid, proposals=house.eligible(programme, 1))
    assert by_roles(amendment) == [S, H, R]  # three in force: as a decree of three would
    actions.remove(amendment, by=house.cast.kabid, recipients=decree.recipients.all()[:1], cause=Removal.Cause.RESIGNED)
    assert by_roles(amendment) == [S, H]


def test_versions_follow_each_other_and_the_same_again_is_none(house):
    programme = house.programme()
    assert lay(house, programme, [Band(0, SMALL)]) is None  # that is how it goes already
    first = lay(house, programme)
    assert lay(house, programme, list(reversed(BY_AMOUNT))) == first
    second = lay(house, programme, [Band(0, LARGE)])
    assert [(row.number, row.retired_at is None, row.bands) for row in queries.routes_of(programme)] == [
        (2, True, [Band(0, LARGE)]), (1, False, BY_AMOUNT),
    ]  # fmt: skip
    assert second == queries.route_in_force(programme)


def test_only_kabid_lays_a_route_and_no_bad_one(house):
    programme = house.programme()
    for user in house.cast:
        if user != house.cast.kabid:
            with pytest.raises(Refused, match=NOT_YOURS):
                lay(house, programme, by=user)
    with pytest.raises(ValidationError, match="Jalur pertama berlaku mulai Rp0"):
        lay(house, programme, [Band(5, SMALL)])
    assert Route.objects.count() == 0


def test_no_statement_changes_a_route(house):
    lay(house, house.programme())
    for statement in (
        "UPDATE decrees_routestep SET role = 'office_head'",
        "DELETE FROM decrees_routestep",
        "UPDATE decrees_route SET number = 7",
        "DELETE FROM decrees_route",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(statement)
    route = Route.objects.get()
    with pytest.raises(IntegrityError, match="one_signs_at_the_end_of_a_way"), transaction.atomic():
        route.rows.create(from_amount=0, position=9, role=Role.REGENT, does="sign")


# Standing in ----------------------------------------------------------------------------------------------------------


def test_whoever_initials_an_as_the_secretary_says_so_with_the_basis(house):
    stands_in(house.cast.staff, Role.SECRETARY, kind=ActingAppointment.Kind.AN)
    decree = actions.endorse(house.at("going_up"), by=again(house.cast.staff))
    [endorsement] = decree.endorsements.all()
    said = endorsement.signatory
    assert (said["quality"], said["title"].startswith("a.n. SEKRETARIS"), said["basis"][:7]) == (
        "a.n.",
        True,
        "SPT No.",
    )
    assert decree.notes.first().acting_basis.endswith(said["basis"])


def test_the_drafter_does_not_sign_an_the_head_either(house):
    stands_in(house.cast.kabid, Role.OFFICE_HEAD, kind=ActingAppointment.Kind.AN)
    with pytest.raises(Refused, match="Anda penyusun draf ini"):
        actions.sign(house.at("endorsed"), by=again(house.cast.kabid))


def test_an_signs_and_the_paper_says_for_whom(house):
    stands_in(house.cast.secretary, Role.OFFICE_HEAD, kind=ActingAppointment.Kind.AN)
    decree = actions.sign(house.at("endorsed"), by=again(house.cast.secretary))
    first, second = decree.signatory["title"].splitlines()
    assert (first, second) == (
        "a.n. KEPALA DINAS SOSIAL KABUPATEN LAMANDAU,",
        "SEKRETARIS DINAS SOSIAL KABUPATEN LAMANDAU",
    )


@pytest.mark.parametrize("kind", ActingAppointment.Kind.values)
def test_an_appointment_that_has_run_out_initials_nothing(house, kind):
    stands_in(house.cast.staff, Role.SECRETARY, kind=kind, since=-9, until=-1)
    with pytest.raises(Refused, match=NOT_YOURS):
        actions.endorse(house.at("going_up"), by=again(house.cast.staff))


# The page -------------------------------------------------------------------------------------------------------------


def test_kabid_lays_a_route_by_form_and_reads_what_it_does(house, client):
    programme = house.programme()
    draft = house.draft(house.eligible(programme, 3))
    client.force_login(house.cast.kabid)
    address = reverse("decrees:set_route", args=[programme.ref])
    form = {"way_1": "secretary+office_head", "from_2": "15.000.000", "way_2": "secretary+office_head+regent",
            "from_3": "", "way_3": "", "reason": "SE Bupati 12/2026"}  # fmt: skip
    half = client.post(address, form | {"from_3": "20.000.000"})
    assert (half.status_code, "Isi jumlah dan jalurnya, atau kosongkan keduanya." in half.content.decode()) == (
        422,
        True,
    )
    done = client.post(address, form)
    assert (done.status_code, done["Location"]) == (303, reverse("decrees:route", args=[programme.ref]))
    assert queries.bands_of(programme) == BY_AMOUNT
    page = client.get(done["Location"]).content.decode()
    for words in ("SK Rp15.000.000 atau lebih", "Versi 1", draft.title, "Sekretaris → Kepala Dinas → Bupati"):
        assert words in page
