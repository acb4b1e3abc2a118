"""A proposal meets the social registry: filled, marked, frozen, checked anew; and nothing of other villages is told."""

from datetime import date, timedelta

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone

from proposals.actions import (
    answer_defects,
    attach_to_letter,
    draft,
    edit,
    fill_from_registry,
    import_list,
    read_list,
    recheck_social,
    submit,
)
from proposals.flow import State
from proposals.models import Proposal
from proposals.queries.registered import NO_MINUTES, NO_REASON, months_later, origins_of, stale_matches
from tests.proposals.test_check_list import in_force, one_row
from tests.social.conftest import RATNA, SARI, csv_of
from tests.walk import upload
from uep.access.access import Refused
from uep.accounts.models import Disclosure
from uep.files.sheets import prepare_sheet

pytestmark = pytest.mark.django_db
FROM_REGISTRY = ["social_data", "social_id", "desil", "social_period"]


@pytest.fixture
def extract(cast):
    return in_force(cast, csv_of(RATNA, SARI))


@pytest.fixture
def ratna(programme, cast, extract):
    return edit(draft(programme, by=cast.alice, name="Ratna"), by=cast.alice, nik=RATNA[1])


def test_another_nik_freezes_who_was_found(ratna, extract):
    assert {name: getattr(ratna, name) for name in (
        "social_data", "desil", "social_period", "social_as_of", "social_checked_on", "address")} == {
        "social_data": "DTSEN", "desil": 2, "social_period": "Triwulan III 2026", "social_as_of": date(2026, 9, 30),
        "social_checked_on": timezone.localdate(), "address": "",
    }  # fmt: skip
    assert (ratna.person.name, ratna.origins) == ("RATNA DEWI", dict.fromkeys(FROM_REGISTRY, "registry"))


def test_what_is_empty_is_filled_and_marked_and_what_was_typed_stays(ratna, cast):
    filled = fill_from_registry(ratna, by=cast.alice, address="Jl. Mawar", name="Ratna Dewi")
    filled.refresh_from_db()
    assert (filled.address, filled.birth_date, filled.sex, filled.rt, filled.occupation, filled.kk_number) == (
        "Jl. Mawar", date(1985, 3, 4), "P", "003", "Pedagang", RATNA[0]
    )  # fmt: skip
    assert sorted(filled.origins) == sorted(
        [*FROM_REGISTRY, "kk_number", "birth_place", "birth_date", "sex", "rt", "rw", "occupation"]
    )
    told = (
        "nomor KK, tempat lahir, tanggal lahir, jenis kelamin, RT, RW, pekerjaan, data sosial, ID data sosial, desil, "
    )
    assert origins_of(filled) == [("Dari data sosial", f"{told}periode data sosial")]
    edited = edit(filled, by=cast.alice, occupation="Penjahit")
    assert "occupation" not in edited.origins
    assert list(Disclosure.objects.values_list("by__username", "field")) == [("alice", "data sosial")]


def test_nobody_types_over_what_the_registry_says(ratna, cast):
    with pytest.raises(ValidationError, match="Isian ini dari data sosial"):
        edit(ratna, by=cast.alice, desil=1)


def test_another_person_takes_the_facts_of_the_first_along(ratna, cast):
    other = edit(ratna, by=cast.alice, nik="6209030101010001")
    assert (other.person, other.desil, other.social_data, other.social_as_of, other.origins) == (
        None,
        None,
        "",
        None,
        {},
    )
    assert other.social_checked_on == timezone.localdate()


def test_filling_without_a_nik_says_so(programme, cast, extract):
    proposal = draft(programme, by=cast.alice, name="Ratna")
    with pytest.raises(ValidationError, match="Ketik NIK lebih dahulu"):
        fill_from_registry(proposal, by=cast.alice)


def test_filling_by_the_button_without_scripts(programme, cast, extract, sign_in):
    proposal = draft(programme, by=cast.alice, name="Ratna")
    client = sign_in(cast.alice)
    edit_page = client.get(f"/usulan/{proposal.ref}/ubah/").content.decode()
    assert f'formaction="/usulan/{proposal.ref}/isi-dari-data-sosial/"' in edit_page
    sent = client.post(
        f"/usulan/{proposal.ref}/isi-dari-data-sosial/", {"name": "Ratna Dewi", "nik": RATNA[1], "rt": "9"}
    )
    assert (sent.status_code, sent["Location"]) == (303, f"/usulan/{proposal.ref}/ubah/")
    page = client.get(sent["Location"]).content.decode()
    assert "Isian yang kosong diisi dari data sosial." in page
    assert page.count("Terisi dari data sosial.") == 11
    proposal.refresh_from_db()
    assert (proposal.name, proposal.rt, proposal.address) == ("Ratna Dewi", "9", "Jl. Melati No. 4")
    again = client.post(f"/usulan/{proposal.ref}/ubah/", {"name": "Ratna Dewi", "desil": "1", "rt": "9"})
    proposal.refresh_from_db()
    assert (again.status_code, proposal.desil, proposal.social_data) == (303, 2, "DTSEN")


def typed(client, proposal, nik):
    return client.post(f"/usulan/{proposal.ref}/periksa/nik/", {"nik": nik}).content.decode()


def test_what_is_told_while_a_nik_is_typed(programme, cast, extract, sign_in):
    proposal, client = draft(programme, by=cast.alice, name="Ratna"), sign_in(cast.alice)
    own, foreign, nobody = (typed(client, proposal, nik) for nik in (RATNA[1], SARI[1], "6209034403850077"))
    assert "Terdaftar di data sosial (DTSEN Triwulan III 2026): RATNA DEWI, desil 2." in own
    assert "isi-dari-data-sosial" in own
    assert "NIK ini terdaftar di desa/kelurahan lain menurut data sosial." in foreign
    assert [word for word in ("SARI", "desil", "Kudangan", "PNS", "isi-dari-data-sosial") if word in foreign] == []
    assert "NIK ini tidak ada di data sosial (DTSEN Triwulan III 2026)." in nobody
    assert "data sosial" not in typed(client, proposal, RATNA[1][:15])


def test_nobody_reads_the_registry_number_by_number(programme, cast, extract, sign_in, monkeypatch):
    monkeypatch.setattr("proposals.views.proposals.LOOKUPS_PER_HOUR", 2)
    proposal, client = draft(programme, by=cast.alice, name="Ratna"), sign_in(cast.alice)
    monkeypatch.setattr("proposals.views.proposals.cache", fresh_cache())
    told = [typed(client, proposal, RATNA[1]) for _ in range(3)]
    assert ["RATNA DEWI" in page for page in told] == [True, True, False]
    assert "Terlalu banyak NIK dicari dalam satu jam." in told[2]


def fresh_cache():
    return LocMemCache("test_registered", {})


def test_of_another_villages_person_nothing_is_filled_and_the_village_is_told_nothing(
    programme, cast, extract, sign_in
):
    proposal = draft(programme, by=cast.alice, name="Sari")
    filled = fill_from_registry(proposal, by=cast.alice, nik=SARI[1])
    assert (filled.person.name, filled.address, filled.desil, filled.social_data, filled.origins) == (
        "SARI LESTARI", "", None, "", {}
    )  # fmt: skip
    page = sign_in(cast.alice).get(filled.get_absolute_url()).content.decode()
    assert "Terdaftar di desa/kelurahan lain menurut data sosial." in page
    assert [word for word in ("SARI LESTARI", "Kudangan", "PNS", "Sekoban") if word in page] == []


def test_the_office_sees_what_the_registry_says_against_a_household(walk, programme, cast, sign_in):
    in_force(cast, csv_of([*RATNA[:7], "PNS", "MENINGGAL", *RATNA[9:14], "7", *RATNA[15:]]))
    proposal = walk.draft(programme, nik=RATNA[1], kk_number="6209030101200088")
    page = sign_in(cast.alice).get(proposal.get_absolute_url()).content.decode()
    for sentence in (
        "Menurut data sosial calon sudah meninggal; bila keliru, perbaiki dahulu di Dukcapil.",
        "Desil 7 menurut data sosial; program ini untuk desil 1 sampai 4.",
        "Pekerjaan calon menurut data sosial: PNS.",
        "Nomor KK berbeda dengan data sosial.",
    ):
        assert sentence in page


def test_who_is_in_no_register_is_sent_with_a_reason_and_the_minutes(walk, programme, cast, extract):
    proposal = walk.draft(programme, nik="6209034403850077")
    letter = walk.letter(programme)
    with pytest.raises(ValidationError) as refused:
        submit(letter, by=cast.alice)
    assert refused.value.messages == [
        NO_REASON.format(name=proposal.name),
        NO_MINUTES.format(name=proposal.name),
    ]
    edit(proposal, by=cast.alice, unlisted_reason="Baru pindah, pendataan triwulan depan.")
    minutes = programme.requirements.get(code="ba_musyawarah")
    attach_to_letter(letter, by=cast.alice, requirement=minutes, upload=upload())
    submit(letter, by=cast.alice)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.person, proposal.social_checked_on) == (
        State.SUBMITTED,
        None,
        timezone.localdate(),
    )


def test_who_was_sent_before_the_registry_came_can_answer_defects(walk, programme, cast):
    """Neither the reason nor the letter is open then: asking for them would be a wall."""
    [proposal] = walk.proposals_at(State.RETURNED, programme=programme)
    in_force(cast, csv_of(SARI))
    answer_defects(proposal, by=cast.alice)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.person, proposal.social_checked_on) == (State.ASSIGNED, None, timezone.localdate())


def test_sending_freezes_a_match_of_the_extract_in_force(walk, programme, cast):
    proposal = walk.draft(programme, nik=RATNA[1], kk_number=RATNA[0])
    in_force(cast, csv_of(RATNA))
    submit(walk.letter(programme), by=cast.alice)
    proposal.refresh_from_db()
    assert (proposal.person.name, proposal.desil, proposal.social_as_of) == ("RATNA DEWI", 2, date(2026, 9, 30))


def test_a_list_is_filled_and_marked_too(programme, cast, extract, tmp_path):
    with one_row(tmp_path).open("rb") as file:
        listed = read_list(programme, by=cast.alice, upload=prepare_sheet(File(file, name="satu.xlsx")))
        import_list(listed, by=cast.alice)
    ratna = Proposal.objects.get()
    assert (ratna.person.name, ratna.address, ratna.desil, ratna.social_as_of) == (
        "RATNA DEWI", "Jl. Melati No. 4", 2, date(2026, 9, 30)
    )  # fmt: skip
    assert {name for name, origin in ratna.origins.items() if origin == "list"} == {
        "name", "nik", "kk_number", "birth_date", "sex", "business", "business_years", "amount_requested"
    }  # fmt: skip
    assert {name for name, origin in ratna.origins.items() if origin == "registry"} == {
        *FROM_REGISTRY, "birth_place", "address", "rt", "rw", "occupation"
    }  # fmt: skip


def test_a_match_grows_old_and_is_made_anew(walk, programme, cast, extract):
    proposal = walk.draft(programme, nik=RATNA[1], kk_number=RATNA[0])
    submit(walk.letter(programme), by=cast.alice)
    proposal.refresh_from_db()
    assert stale_matches([proposal]) == []
    Proposal.objects.filter(pk=proposal.pk).update(social_checked_on=timezone.localdate() - timedelta(days=100))
    proposal.refresh_from_db()
    assert [why for _, why in stale_matches([proposal])] == ["dicocokkan lebih dari 3 bulan yang lalu"]
    later = in_force(cast, csv_of([*RATNA[:14], "6", *RATNA[15:]]), as_of=date(2026, 10, 31))
    later.period = "Triwulan III 2026"
    assert [why for _, why in stale_matches([proposal])] == [
        "dicocokkan dengan Triwulan III 2026, kini berlaku Triwulan III 2026"
    ]
    fresh = recheck_social(proposal, by=cast.kabid)
    assert (stale_matches([fresh]), fresh.desil, fresh.social_as_of) == ([], 6, date(2026, 10, 31))


def test_only_the_office_checks_anew_and_only_under_way(walk, programme, cast, extract):
    proposal = walk.draft(programme, nik=RATNA[1], kk_number=RATNA[0])
    with pytest.raises(Refused, match="Peran Anda tidak mencakup tindakan ini"):
        recheck_social(proposal, by=cast.alice)
    with pytest.raises(Refused, match="sesudah usulan dikirim dan sebelum SK ditetapkan"):
        recheck_social(proposal, by=cast.kabid)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 3, date(2027, 2, 24)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
    ],
)
def test_months_end_on_the_last_day_there_is(day, months, expected):
    assert months_later(day, months) == expected
