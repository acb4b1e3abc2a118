"""Who signs on a day: definitive holders and stand-ins, routed by dates that are both included."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction

from uep.access.roles import Role
from uep.office import queries
from uep.office.models import ActingAppointment, Official, Post
from uep.office.queries import Signatory

FIRST, LAST = date(2026, 11, 3), date(2026, 11, 10)


def stand_in(official, kind="plh", *, code="kepala_dinas", starts=FIRST, ends=LAST, **more):
    return ActingAppointment.objects.create(
        post=Post.objects.get(code=code),
        official=official,
        kind=kind,
        letter_number="800/12/SPT/2026",
        letter_date=date(2026, 11, 2),
        starts=starts,
        ends=ends,
        **more,
    )


DEFINITIVE = Signatory(
    name="RAHMAWATI, S.Sos., M.AP",
    nip="19781211 200604 1 006",
    rank="Pembina Tingkat I (IV/b)",
    title="KEPALA DINAS SOSIAL KABUPATEN LAMANDAU",
    quality="definitif",
    basis="",
    post="Kepala Dinas Sosial Kabupaten Lamandau",
)
STANDING_IN = Signatory(
    name="Drs. YUSUP",
    nip="19700101 199503 1 001",
    rank="Pembina (IV/a)",
    title="Plh. KEPALA DINAS SOSIAL KABUPATEN LAMANDAU",
    quality="Plh.",
    basis="SPT No. 800/12/SPT/2026 tanggal 2 November 2026",
    post="Plh. Kepala Dinas Sosial Kabupaten Lamandau",
)


def test_the_definitive_holder_signs(held):
    assert queries.signatory(Role.OFFICE_HEAD, FIRST) == DEFINITIVE


def test_a_signatory_survives_its_snapshot(held):
    assert Signatory.from_dict(queries.signatory(Role.OFFICE_HEAD, FIRST).as_dict() | {"later": "word"}) == DEFINITIVE


@pytest.mark.parametrize(
    "day, signs",
    [
        (FIRST - timedelta(days=1), DEFINITIVE),
        (FIRST, STANDING_IN),
        (LAST, STANDING_IN),
        (LAST + timedelta(days=1), DEFINITIVE),
    ],
)
def test_a_stand_in_signs_from_the_first_to_the_last_day(held, secretary, day, signs):
    stand_in(held[1])
    role = {Role.OFFICE_HEAD} if signs == STANDING_IN else set()
    assert (queries.signatory(Role.OFFICE_HEAD, day), queries.roles_acting(secretary, day)) == (signs, role)


def test_what_a_stand_in_records_names_the_letter(held, secretary):
    stand_in(held[1])
    assert queries.acting_basis(secretary, Role.OFFICE_HEAD, FIRST) == (
        "Plh. Kepala Dinas Sosial Kabupaten Lamandau, SPT No. 800/12/SPT/2026 tanggal 2 November 2026"
    )
    assert queries.acting_basis(secretary, Role.OFFICE_HEAD, LAST + timedelta(days=1)) == ""
    assert queries.acting_basis(secretary, Role.REGENT, FIRST) == ""


def test_nobody_else_gets_the_role(held, head, staff):
    stand_in(held[1])
    assert (queries.roles_acting(head, FIRST), queries.roles_acting(staff, FIRST)) == (frozenset(), frozenset())


def test_a_cancelled_appointment_never_held(held, secretary):
    stand_in(held[1], cancelled=True)
    assert queries.signatory(Role.OFFICE_HEAD, FIRST) == DEFINITIVE
    assert queries.roles_acting(secretary, FIRST) == frozenset()


def test_a_delegated_signature_names_both_posts_and_only_for_its_own_user(held, head, secretary):
    stand_in(held[1], "an")
    assert queries.signatory(Role.OFFICE_HEAD, FIRST) == DEFINITIVE
    assert queries.signatory(Role.OFFICE_HEAD, FIRST, by=head) == DEFINITIVE
    signs = queries.signatory(Role.OFFICE_HEAD, FIRST, by=secretary)
    assert (signs.quality, signs.title) == (
        "a.n.",
        "a.n. KEPALA DINAS SOSIAL KABUPATEN LAMANDAU,\nSEKRETARIS DINAS SOSIAL KABUPATEN LAMANDAU",
    )


def test_the_holder_who_comes_back_early_signs_definitively(held, head, secretary):
    stand_in(held[1])
    assert queries.signatory(Role.OFFICE_HEAD, FIRST, by=head) == DEFINITIVE
    assert queries.signatory(Role.OFFICE_HEAD, FIRST, by=secretary) == STANDING_IN


def test_a_stranger_does_not_sign_in_anothers_name(held, staff):
    with pytest.raises(ValidationError) as refused:
        queries.signatory(Role.OFFICE_HEAD, FIRST, by=staff)
    assert refused.value.messages == [
        "Akun Anda tidak tercatat sebagai Kepala Dinas pada 3 November 2026. Administrator mencatatnya di halaman Kantor."
    ]


def test_an_official_without_account_is_signed_for_by_whoever_has_the_role(held, staff):
    held[0].user = None
    held[0].save()
    assert queries.signatory(Role.OFFICE_HEAD, FIRST, by=staff) == DEFINITIVE


def test_a_vacant_post_has_no_signatory(office):
    with pytest.raises(ValidationError) as refused:
        queries.signatory(Role.REGENT, FIRST)
    assert refused.value.messages == [
        "Tidak ada pejabat yang tercatat sebagai Bupati pada 3 November 2026. Administrator mencatatnya di halaman Kantor."
    ]


def test_a_term_is_over_the_day_after_its_last(held, head):
    held[0].ends = LAST
    held[0].save()
    assert queries.post_title_of(head, LAST) == "Kepala Dinas Sosial Kabupaten Lamandau"
    assert queries.post_title_of(head, LAST + timedelta(days=1)) == ""


@pytest.mark.parametrize("question", ["signatory", "roles_acting", "acting_basis", "post_title_of"])
def test_each_question_asks_the_database_once_or_twice(held, secretary, question, django_assert_num_queries):
    stand_in(held[1])
    ask, count = {
        "signatory": (lambda: queries.signatory(Role.OFFICE_HEAD, FIRST), 2),
        "roles_acting": (lambda: queries.roles_acting(secretary, FIRST), 1),
        "acting_basis": (lambda: queries.acting_basis(secretary, Role.OFFICE_HEAD, FIRST), 1),
        "post_title_of": (lambda: queries.post_title_of(secretary, FIRST), 1),
    }[question]
    with django_assert_num_queries(count):
        ask()


def refused(write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize("starts, ends", [(date(2025, 1, 1), None), (date(2023, 1, 1), date(2024, 1, 1))])
def test_two_definitive_holders_at_once_are_refused_by_the_database(held, starts, ends):
    def write():
        Official.objects.create(post=held[0].post, name="Orang kedua", starts=starts, ends=ends)

    assert refused(write) == "one_definitive_holder_of_a_post_at_a_time"


def test_a_successor_may_begin_the_day_after(held):
    held[0].ends = LAST
    held[0].save()
    Official.objects.create(post=held[0].post, name="Penerus", starts=LAST + timedelta(days=1))
    assert queries.signatory(Role.OFFICE_HEAD, LAST).name == "RAHMAWATI, S.Sos., M.AP"
    assert queries.signatory(Role.OFFICE_HEAD, LAST + timedelta(days=1)).name == "Penerus"


def test_two_stand_ins_at_once_are_refused_by_the_database(held):
    stand_in(held[1])
    assert refused(lambda: stand_in(held[1], "plt", starts=LAST, ends=LAST)) == "one_stand_in_for_a_post_at_a_time"
    stand_in(held[1], "plt", starts=LAST + timedelta(days=1), ends=LAST + timedelta(days=9))


def test_a_cancelled_stand_in_makes_room_for_another(held):
    stand_in(held[1], cancelled=True)
    stand_in(held[1], "plt")
    assert queries.signatory(Role.OFFICE_HEAD, FIRST).quality == "Plt."


@pytest.mark.parametrize(
    "values, constraint",
    [
        ({"starts": LAST, "ends": FIRST}, "standing_in_ends_after_it_starts"),
        ({"letter_number": ""}, "standing_in_needs_a_letter"),
        ({"kind": "xx"}, "standing_in_has_a_known_kind"),
    ],
)
def test_a_faulty_appointment_is_refused_by_the_database(held, values, constraint):
    row = stand_in(held[1], starts=date(2027, 1, 1), ends=date(2027, 1, 9))

    # The range itself refuses to run backwards before the check is asked.
    with pytest.raises(Exception, match=f"{constraint}|range lower bound"), transaction.atomic():
        ActingAppointment.objects.filter(pk=row.pk).update(**values)


def test_a_short_nip_is_refused_by_the_database(held):
    assert refused(lambda: Official.objects.filter(pk=held[0].pk).update(nip="1978")) == "a_nip_has_18_digits"


def test_a_second_head_of_office_is_refused_by_the_database(office):
    def write():
        Post.objects.create(code="lain", title="Kepala Dinas lain", role=Role.OFFICE_HEAD)

    assert refused(write) == "one_post_for_regent_head_and_secretary"


@pytest.mark.parametrize("which", [0, 1])
def test_officials_are_never_deleted(held, which):
    with pytest.raises(ProgrammingError, match="Cannot delete rows"), transaction.atomic():
        Official.objects.filter(pk=held[which].pk).delete()


def test_each_change_is_in_the_history(held):
    held[0].rank = "Pembina Utama Muda (IV/c)"
    held[0].save()
    events = Official.pgh_event_model.objects.filter(pgh_obj_id=held[0].pk).order_by("pgh_id")
    assert [(event.pgh_label, event.rank) for event in events] == [
        ("insert", "Pembina Tingkat I (IV/b)"),
        ("update", "Pembina Utama Muda (IV/c)"),
    ]
