"""Each act on the office: through its page, by the administrator, and by nobody else."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from uep.access.access import RULES, Refused
from uep.access.roles import GRANTS, Role
from uep.accounts.models import User
from uep.office import actions, queries
from uep.office.models import (
    ActingAppointment,
    Bank,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Post,
    Profile,
    Sop,
    SopStep,
)
from uep.office.views import PAGES

TODAY = timezone.localdate()
ACTS = sorted(act for act in RULES if act.startswith("office.") and act != "office.manage")


def appointment(held, **values):
    given = {
        "starts": TODAY,
        "ends": TODAY + timedelta(days=5),
        "letter_date": TODAY,
        "letter_number": "800/1",
    } | values
    post = Post.objects.get(code="kepala_dinas")
    return ActingAppointment.objects.create(post=post, official=held[1], kind="plh", **given)


def any_appointment(held):
    return ActingAppointment.objects.first() or appointment(held)


SUBJECTS = {
    "edit_paper": lambda held: PaperSetting.objects.first(),
    "edit_bank": lambda held: Bank.objects.first(),
    "edit_post": lambda held: Post.objects.first(),
    "edit_official": lambda held: held[0],
    "end_official": lambda held: held[0],
    "edit_acting": any_appointment,
    "end_acting": any_appointment,
    "cancel_acting": any_appointment,
    "edit_sop": lambda held: Sop.objects.get(),
    "edit_sop_step": lambda held: SopStep.objects.first(),
    "edit_legal_basis": lambda held: LegalBasis.objects.first(),
    "edit_hours": lambda held: OfficeHours.objects.first(),
    "remove_holiday": lambda held: Holiday.objects.first(),
}


def address(act, held):
    verb = act.split(".")[1]
    return reverse(f"office:{verb}", kwargs={"ref": SUBJECTS[verb](held).pk} if verb in SUBJECTS else {})


def addresses(held):
    return [address(act, held) for act in ACTS]


@pytest.mark.parametrize("act", ACTS)
def test_the_administrator_finds_the_page_of_each_act(held, admin, client, act):
    client.force_login(admin)
    page = client.get(address(act, held))
    assert (page.status_code, RULES[act].label in page.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "role", [Role.OFFICE_HEAD, Role.SECRETARY, Role.DIVISION_HEAD, Role.STAFF, Role.REGENT, Role.AUDITOR]
)
def test_nobody_else_may(held, client, role):
    user = User.objects.create_user(username="x", full_name="X", role=role, must_change_password=False)
    client.force_login(user)
    pages = [*(reverse(f"office:{page}") for page in PAGES), *addresses(held)]
    assert {(page, client.get(page).status_code, client.post(page).status_code) for page in pages} == {
        (page, 403, 403) for page in pages
    }


def test_who_is_not_signed_in_is_asked_to(held, client):
    door = reverse("accounts:sign_in")
    assert {client.get(page).url.startswith(door) for page in addresses(held)} == {True}


def test_only_the_administrator_is_granted_the_office():
    assert {role for role in Role for act in GRANTS[role] if act.startswith("office.")} == {Role.ADMIN}


@pytest.mark.parametrize("act", ACTS)
def test_an_action_asks_the_rule_itself(held, staff, act):
    verb = act.split(".")[1]
    subject = SUBJECTS[verb](held) if verb in SUBJECTS else staff
    values = {"user": None, "ends": TODAY, "image": None, "year": 2026}
    wanted = {"add_official": ["user"], "edit_official": ["user"], "end_official": ["ends"], "end_acting": ["ends"],
              "set_crest": ["image"], "set_emblem": ["image"], "seed_year": ["year"]}  # fmt: skip
    with pytest.raises(Refused):
        getattr(actions, verb)(subject, by=staff, **{name: values[name] for name in wanted.get(verb, [])})


def send(client, admin, act, held, **data):
    client.force_login(admin)
    response = client.post(address(act, held), data)
    assert response.status_code in {303, 422}, response.status_code
    if response.status_code == 303:
        assert "/kantor/" in response.url
        return []
    form = response.context["form"]
    errors = [error for errors in (form.errors.values() if form else ()) for error in errors]
    return errors + list(response.context["errors"])


def test_the_profile_is_edited(held, admin, client):
    data = {"app_title": "UEP Lamandau", "government_name": "Pemerintah Kabupaten Lamandau", "name": "Dinas Sosial",
            "address": "Jl. Bukit Hibul", "postal_code": "74662", "capital": "Nanga Bulik"}  # fmt: skip
    assert send(client, admin, "office.edit_profile", held, **data) == []
    profile = Profile.objects.get()
    assert (profile.address, profile.postal_code, profile.regency_code) == ("Jl. Bukit Hibul", "74662", "62.09")
    event = Profile.pgh_event_model.objects.latest("pgh_id")
    assert (event.address, event.pgh_context.metadata["user"]) == ("Jl. Bukit Hibul", admin.pk)


def test_a_wrong_postal_code_is_a_fault_beside_its_field(held, admin, client):
    data = {"app_title": "UEP", "government_name": "P", "name": "D", "postal_code": "7466"}
    assert send(client, admin, "office.edit_profile", held, **data) == ["Lima angka."]


def official(**values):
    post = Post.objects.get(code="kepala_bidang").pk
    return {"post": post, "name": "SITI, S.Sos.", "nip": "19850505 200803 2 001", "starts": "2026-01-01"} | values


def test_an_official_is_added_with_a_nip_as_typed_from_paper(held, admin, client):
    assert send(client, admin, "office.add_official", held, **official(rank="Penata Tingkat I (III/d)")) == []
    made = Official.objects.get(post__code="kepala_bidang")
    assert (made.name, made.nip, made.printed_nip, made.rank) == (
        "SITI, S.Sos.",
        "198505052008032001",
        "19850505 200803 2 001",
        "Penata Tingkat I (III/d)",
    )


def test_a_faulty_nip_is_named_and_nothing_is_kept(held, admin, client):
    assert send(client, admin, "office.add_official", held, **official(nip="19851305 200803 2 001")) == [
        "Delapan angka pertama NIP adalah tanggal lahir; 19851305 bukan tanggal."
    ]
    assert Official.objects.count() == 2


def test_a_second_holder_is_refused_with_a_sentence(held, admin, client):
    assert send(client, admin, "office.add_official", held, **official(post=held[0].post.pk)) == [
        "Jabatan ini sudah ada pejabatnya pada masa itu. Akhiri dahulu masa jabatannya."
    ]


def test_a_term_that_ends_before_it_starts_is_refused_with_a_sentence(held, admin, client):
    errors = send(client, admin, "office.end_official", held, ends="2023-12-31")
    assert errors == ["Tanggal berakhir mendahului tanggal mulai."]


def test_an_official_who_stands_in_elsewhere_does_not_leave_before(held, admin):
    row = appointment(held)
    with pytest.raises(
        ValidationError, match=r"Ia masih ditunjuk sebagai Plh\. Kepala Dinas Sosial Kabupaten Lamandau"
    ):
        actions.end_official(held[1], by=admin, ends=TODAY)
    actions.end_official(held[1], by=admin, ends=row.ends)


def acting(held, **values):
    post, period = held[0].post.pk, {"starts": TODAY, "ends": TODAY + timedelta(days=5)}
    return (
        {"kind": "plh", "post": post, "official": held[1].pk, "letter_number": "800/12", "letter_date": TODAY}
        | period
        | values
    )


def test_an_appointment_hands_over_the_role_at_once(held, admin, secretary, client):
    assert send(client, admin, "office.appoint_acting", held, **acting(held)) == []
    assert queries.roles_acting(secretary, TODAY) == {Role.OFFICE_HEAD}
    assert queries.signatory(Role.OFFICE_HEAD, TODAY).name == "Drs. YUSUP"


@pytest.mark.parametrize(
    "values, error",
    [
        ({"ends": TODAY - timedelta(days=1)}, "Tanggal berakhir mendahului tanggal mulai."),
        ({"letter_number": ""}, "Nomor surat perintah belum diisi."),
        (
            {"starts": date(2020, 1, 1)},
            "Penunjukan melampaui masa jabatan Drs. YUSUP sebagai Sekretaris Dinas Sosial Kabupaten Lamandau.",
        ),
    ],
)
def test_a_faulty_appointment_says_why(held, admin, client, values, error):
    assert send(client, admin, "office.appoint_acting", held, **acting(held, **values)) == [error]


def test_nobody_stands_in_for_the_own_post(held, admin, client):
    assert send(client, admin, "office.appoint_acting", held, **acting(held, official=held[0].pk)) == [
        "RAHMAWATI, S.Sos., M.AP sendiri pejabat jabatan itu; pilih pejabat lain."
    ]


def test_a_second_stand_in_is_refused_with_a_sentence(held, admin, client):
    appointment(held)
    assert send(client, admin, "office.appoint_acting", held, **acting(held, kind="plt")) == [
        "Pada masa itu jabatan ini sudah ada Plt. atau Plh. Akhiri dahulu penunjukannya."
    ]


OWN = "Anda tidak dapat menghubungkan atau menunjuk akun sendiri. Minta administrator lain."


def test_an_administrator_takes_no_post_for_the_own_account(held, admin):
    values = {"post": held[1].post, "name": "A", "nip": "", "rank": "", "starts": TODAY, "ends": None}
    for write in (
        lambda: actions.add_official(admin, by=admin, user=admin, **values),
        lambda: actions.edit_official(held[1], by=admin, user=admin, **values),
    ):
        with pytest.raises(ValidationError) as refused:
            write()
        assert refused.value.messages == [OWN]


def test_an_administrator_who_holds_a_post_does_not_appoint_the_own_person(held, admin):
    Official.objects.filter(pk=held[1].pk).update(user=admin)
    with pytest.raises(ValidationError) as refused:
        actions.appoint_acting(admin, by=admin, **acting(held, post=held[0].post, official=held[1], letter_date=TODAY))
    assert (refused.value.messages, queries.roles_acting(admin, TODAY)) == ([OWN], frozenset())


def test_the_form_offers_no_account_outside_the_office(held, admin, staff, client):
    client.force_login(admin)
    offered = client.get(reverse("office:add_official")).context["form"].fields["user"].queryset
    assert {user.username for user in offered} == {"kadis", "sekretaris", "staf"}


def test_standing_in_ends_yesterday_at_the_earliest_and_with_its_letter_at_the_latest(held, admin, secretary):
    row = appointment(held, starts=TODAY - timedelta(days=3))
    for ends, sentence in [
        (TODAY - timedelta(days=2), "yang sudah berlangsung tidak diubah"),
        (TODAY + timedelta(days=6), "memerlukan surat baru"),
    ]:
        with pytest.raises(ValidationError, match=sentence):
            actions.end_acting(row, by=admin, ends=ends)
    actions.end_acting(row, by=admin, ends=TODAY - timedelta(days=1))
    assert queries.roles_acting(secretary, TODAY) == frozenset()


def test_an_appointment_is_cancelled_only_before_its_second_day(held, admin, secretary):
    row = appointment(held, starts=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="sudah berjalan"):
        actions.cancel_acting(row, by=admin)
    ActingAppointment.objects.filter(pk=row.pk).update(starts=TODAY)
    actions.cancel_acting(row, by=admin)
    assert queries.roles_acting(secretary, TODAY) == frozenset()
    with pytest.raises(Refused, match="sudah dibatalkan"):
        actions.cancel_acting(row, by=admin)


def test_what_has_ended_is_not_ended_again(held, admin):
    ActingAppointment.objects.filter(pk=(row := appointment(held)).pk).update(
        starts=TODAY - timedelta(days=9), ends=TODAY - timedelta(days=1)
    )
    with pytest.raises(Refused, match="Penunjukan ini sudah berakhir"):
        actions.end_acting(row, by=admin, ends=TODAY)
    Official.objects.filter(pk=held[0].pk).update(ends=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="Masa jabatan ini sudah berakhir"):
        actions.end_official(held[0], by=admin, ends=TODAY)


def test_a_held_post_stays(held, admin):
    values = {"title": "Kepala Dinas", "role": Role.OFFICE_HEAD, "parent": None, "order": 1}
    with pytest.raises(ValidationError, match="masih ada pejabatnya"):
        actions.edit_post(held[0].post, by=admin, active=False, **values)


def test_a_revised_sop_takes_over_with_the_same_steps(held, admin, client):
    old = Sop.objects.get()
    before = [(s.number, s.title, s.norm_amount) for s in old.steps.all()]
    data = {"number": "880/1", "title": "UEP", "revised_on": "2026-11-23"}
    assert send(client, admin, "office.revise_sop", held, **data) == []
    new = Sop.objects.get(in_force=True)
    assert (new.number, [(s.number, s.title, s.norm_amount) for s in new.steps.all()]) == ("880/1", before)
    old.refresh_from_db()
    assert (old.in_force, old.steps.count()) == (False, 6)
    with pytest.raises(Refused, match="sudah digantikan"):
        actions.edit_sop_step(old.steps.first(), by=admin, norm_amount=1)


def test_a_norm_is_changed(held, admin, client):
    data = {"title": "Usulan", "norm_amount": "2", "norm_unit": "days"}
    assert send(client, admin, "office.edit_sop_step", held, **data) == []
    assert str(queries.norm_of(1)) == "2 hari kerja"


def test_a_law_is_added_and_cited(held, admin, client):
    data = {
        "short_name": "Perbup 1/2026",
        "text": "Peraturan Bupati ...",
        "kinds": ["sk"],
        "order": 90,
        "in_force_from": "2026-01-01",
    }
    assert send(client, admin, "office.add_legal_basis", held, **data) == []
    assert queries.legal_bases(date(2026, 1, 1), "sk")[-1].short_name == "Perbup 1/2026"


def test_a_holiday_comes_and_goes(held, admin, client):
    data = {"date": "2026-08-03", "name": "Hari jadi Lamandau", "kind": "regional"}
    assert send(client, admin, "office.add_holiday", held, **data) == []
    assert not queries.calendar().is_working_day(date(2026, 8, 3))
    assert send(client, admin, "office.add_holiday", held, **data) == ["Hari libur dengan Tanggal telah ada."]
    client.post(reverse("office:remove_holiday", kwargs={"ref": Holiday.objects.get(date=date(2026, 8, 3)).pk}))
    assert queries.calendar().is_working_day(date(2026, 8, 3))


def test_a_year_is_filled_once(held, admin, client):
    assert send(client, admin, "office.seed_year", held, year="2030") == []
    assert queries.calendar().missing_years(date(2030, 1, 1), date(2030, 12, 31)) == []
    assert send(client, admin, "office.seed_year", held, year="2030") == [
        "Semua hari libur tahun 2030 yang dikenal aplikasi sudah ada."
    ]


def test_hours_must_follow_each_other(held, admin, client):
    data = {"opens": "08:00", "break_starts": "07:00", "break_ends": "13:00", "closes": "16:00"}
    assert send(client, admin, "office.edit_hours", held, **data) == [
        "Urutannya: masuk, istirahat mulai, istirahat selesai, pulang."
    ]
    assert send(client, admin, "office.edit_hours", held, **(data | {"break_starts": "12:00"})) == []
    assert OfficeHours.objects.get(weekday=1).opens == time(8)


def test_account_lengths_must_be_a_range(held, admin, client):
    data = {"code": "999", "name": "Bank X", "account_min_length": "12", "account_max_length": "8", "active": "on"}
    assert send(client, admin, "office.add_bank", held, **data) == [
        "Panjang terpendek tidak boleh melebihi panjang terpanjang (paling banyak 34)."
    ]


def test_a_record_that_does_not_exist_is_not_found(held, admin, client):
    client.force_login(admin)
    assert client.get(reverse("office:edit_bank", kwargs={"ref": 999_999})).status_code == 404
