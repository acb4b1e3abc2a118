"""Is it the same person? What is said while typing, what is asked after sending, what people decide."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

import verification.actions as verification_acts
from proposals import actions
from proposals.flow import State
from proposals.models import DuplicateCase, Proposal
from proposals.queries import duplicates as queries
from tests.walk import nik, upload
from uep.access.access import Refused, why_not
from uep.files.actions import take_in
from uep.social.models import Extract, PastAid, PastAidList, Person, Source

pytestmark = pytest.mark.django_db
LIST = "/usulan/dugaan-ganda/"
QUERIES = {"list": 8, "case": 6}


@pytest.fixture
def earlier(cast):
    """A function that writes a line of an earlier list."""
    file = take_in(upload(), by=cast.kabid, accept={"image"})
    held = PastAidList.objects.create(
        giver="own", programme="UEP", file=file, sha256="0" * 64, by=cast.kabid, imported_at=timezone.now()
    )
    return lambda **facts: PastAid.objects.create(list=held, **{"year": 2022, "village_id": "62.09.03.1005"} | facts)


def sent(walk, programme=None, *, by=None, **facts) -> Proposal:
    return walk.proposals_at(State.SUBMITTED, programme=programme, by=by, **facts)[0]


def told(proposal, field, number, **typed) -> list:
    return queries.already_known(proposal, field, number, typed=typed)


# While it is typed ----------------------------------------------------------------------------------------------------


def test_what_the_own_village_has_is_named_and_what_another_has_is_not(walk, cast):
    programme = walk.programme()
    near = walk.draft(programme, phone="+6281200001111")
    far = walk.draft(programme, by=cast.bob, phone="+6281200002222")
    mine = actions.draft(programme, by=cast.alice, name="Baru Sekali")
    whose = "oleh desa/kelurahan lain. Hubungi Dinas Sosial bila ini warga desa Anda"
    for field, label in (("nik", "NIK"), ("kk_number", "Nomor KK")):
        assert told(mine, field, str(getattr(near, field))) == [
            ("danger", f"{label} ini sudah diusulkan atas nama {near.name}.")
        ]
        assert told(mine, field, str(getattr(far, field))) == [("danger", f"{label} ini sudah diusulkan {whose}.")]
    assert told(mine, "account_number", str(near.account_number)) == [
        ("danger", f"Nomor rekening ini juga dipakai usulan atas nama {near.name}.")
    ]
    assert told(mine, "account_number", str(far.account_number)) == [
        ("danger", "Nomor rekening ini juga dipakai usulan desa/kelurahan lain.")
    ]
    assert told(mine, "phone", far.phone) == [("warning", "Nomor HP ini juga dipakai usulan desa/kelurahan lain.")]
    assert [told(near, field, str(getattr(near, field))) for field in queries.LABELS] == [[], [], [], []]


def test_ones_own_earlier_proposal_is_no_other_household(walk, cast):
    """The same person in another programme has the same account: that is no one else."""
    old = walk.draft(walk.programme(year=2024))
    mine = actions.draft(walk.programme(), by=cast.alice, name=old.name)
    assert told(mine, "account_number", str(old.account_number), nik=str(old.nik)) == []
    assert told(mine, "account_number", str(old.account_number), kk_number=str(old.kk_number)) == []
    assert told(mine, "account_number", str(old.account_number)) != []


def test_earlier_aid_is_told_in_full_near_and_in_short_of_elsewhere(walk, cast, earlier):
    mine = actions.draft(walk.programme(), by=cast.alice, name="Baru Sekali")
    number = nik(77)
    earlier(name="Siti", nik=number, amount=3_000_000)
    earlier(name="Siti", nik=number, year=2023, village_id=cast.bob.village_id, amount=2_000_000)
    assert told(mine, "nik", number) == [
        ("warning", "Pemilik NIK ini sudah pernah menerima bantuan: UEP 2023."),
        ("warning", "Pemilik NIK ini sudah pernah menerima bantuan: UEP 2022 di Kelurahan Nanga Bulik, Rp3.000.000."),
    ]


def test_a_spouse_on_the_same_card_is_found_through_the_registry(walk, cast):
    programme = walk.programme()
    spouse = walk.draft(programme)
    mine = actions.draft(programme, by=cast.alice, name="Baru Sekali")
    number, card = nik(88), "6209030101200088"
    source = Source.objects.get(code="dtsen")
    file = take_in(upload(), by=cast.kabid, accept={"image"})
    extract = Extract.objects.create(
        source=source, period="T1", as_of=timezone.localdate(), file=file, sha256="1" * 64, by=cast.kabid,
        stage="accepted", decided_by=cast.head, decided_at=timezone.now(),
    )  # fmt: skip
    for one in (number, str(spouse.nik)):
        Person.objects.create(extract=extract, nik=one, kk_number=card, name="X")
    sentence = (
        f"Anggota lain dari Kartu Keluarga ini (misalnya suami atau istri) sudah diusulkan atas nama {spouse.name}."
    )
    assert told(mine, "nik", number) == [("danger", sentence)]
    assert told(mine, "kk_number", card, nik=number) == [("danger", sentence)]


def test_the_page_tells_of_account_and_phone_while_they_are_typed(walk, cast, client):
    programme = walk.programme()
    near = walk.draft(programme, phone="+6281200001111")
    mine = actions.draft(programme, by=cast.alice, name="Baru Sekali")
    client.force_login(cast.alice)
    for field, typed in (
        ("phone", "0812 0000 1111"),
        ("account_number", f"{near.account_number}"[:4] + "-" + f"{near.account_number}"[4:]),
    ):
        answer = client.post(reverse("proposals:check_number", args=[mine.ref, field]), {field: typed})
        assert near.name in answer.content.decode()
    form = client.get(reverse("proposals:edit", args=[mine.ref])).content.decode()
    assert [field for field in queries.LABELS if f'id="periksa-{field}"' not in form] == []


# Once it is sent ------------------------------------------------------------------------------------------------------


def found(proposal) -> list:
    rows = queries.suspects([proposal])
    return [(row.other_id or row.past_aid_id, row.score, row.reasons) for row in rows]


def test_one_sound_one_birth_date_one_village_is_asked_about(walk):
    old = sent(walk, walk.programme(year=2024), name="Soetrisno Hadi")
    new = sent(walk, walk.programme(), name="Sutrisno Hadi")
    assert found(new) == [
        (
            old.pk,
            95,
            ["nama berbunyi sama: Sutrisno Hadi / Soetrisno Hadi", "tanggal lahir sama", "satu desa/kelurahan"],
        )
    ]
    [case] = DuplicateCase.objects.all()
    assert (case.proposal, case.other, case.score, case.decision) == (new, old, 95, "")


@pytest.mark.parametrize(
    ("facts", "score", "reasons"),
    [
        ({"name": "Sri Wahyuni"}, 95, ["nama sama", "tanggal lahir sama", "satu desa/kelurahan"]),
        ({"name": "Wahyuni Sri"}, 95, ["nama berbunyi sama: Wahyuni Sri / Sri Wahyuni", "tanggal lahir sama", "satu desa/kelurahan"]),
        ({"name": "Hj. SRI WAHYUNI, S.Pd"}, 95, ["nama berbunyi sama: Hj. SRI WAHYUNI, S.Pd / Sri Wahyuni", "tanggal lahir sama", "satu desa/kelurahan"]),
        ({"name": "Sri Wahyuni", "birth_date": "1985-04-03", "nik": "6209034304850055"}, 85,
         ["nama sama", "tanggal dan bulan lahir tertukar", "satu desa/kelurahan"]),
        ({"name": "Sri Wahyuni", "birth_date": "1970-01-01", "nik": "6209034101700055"}, None, []),
        ({"name": "Sri Wahyuni 2"}, None, []),
        ({"name": "Budi Santoso"}, None, []),
        ({"name": "Budi Santoso", "account_number": "12500000001"}, 100,
         ["nomor rekening sama", "nama mirip: Budi Santoso / Sri Wahyuni", "tanggal lahir sama", "satu desa/kelurahan"]),
        ({"name": "Sri Wahyuningsih"}, 76, ["nama mirip: Sri Wahyuningsih / Sri Wahyuni", "tanggal lahir sama", "satu desa/kelurahan"]),
    ],
)  # fmt: skip
def test_how_much_speaks_for_one_person(walk, facts, score, reasons):
    old = sent(walk, walk.programme(year=2024), name="Sri Wahyuni")
    new = sent(walk, walk.programme(), **facts)
    assert found(new) == ([] if score is None else [(old.pk, score, reasons)])


def test_a_line_of_an_earlier_list_is_compared_too(walk, earlier):
    aid = earlier(name="Soekarni", village_id=None, birth_date="1985-03-04")
    earlier(name="Soekarni", village_id=None)  # sound alone is not enough
    new = sent(walk, name="Sukarni")
    assert found(new) == [(aid.pk, 80, ["nama berbunyi sama: Sukarni / Soekarni", "tanggal lahir sama"])]
    assert DuplicateCase.objects.get().past_aid == aid


def test_the_same_nik_is_knowledge_and_a_draft_is_nobodys_business(walk, cast):
    old = sent(walk, walk.programme(year=2024), name="Sri Wahyuni")
    programme = walk.programme()
    walk.draft(programme, by=cast.bob, name="Sri Wahyuni")
    new = sent(walk, programme, name="Sri Wahyuni", nik=str(old.nik))
    assert found(new) == []


def test_a_letter_is_compared_as_a_whole_and_with_itself_in_the_same_number_of_queries(walk, django_assert_num_queries):
    programme = walk.programme()
    rows = walk.proposals_at(State.SUBMITTED, 2, programme=programme, name="Kembar Identik")
    assert list(DuplicateCase.objects.values_list("proposal", "other")) == [(rows[1].pk, rows[0].pk)]
    with django_assert_num_queries(1):
        queries.suspects(rows)
    with django_assert_num_queries(1):
        queries.suspects(rows[:1])
    assert actions.duplicates.raise_cases(rows) == 0


def test_a_correction_is_compared_again(walk, cast):
    old = sent(walk, walk.programme(year=2024), name="Sri Wahyuni")
    new = walk.proposals_at(State.RETURNED, name="Nama Keliru")[0]
    assert DuplicateCase.objects.count() == 0
    Proposal.objects.filter(pk=new.pk).update(name="Sri Wahyuni")
    actions.answer_defects(new, by=cast.alice)
    assert [(case.proposal, case.other) for case in DuplicateCase.objects.all()] == [(new, old)]


def test_the_search_goes_by_indexes(walk):
    """With many rows; here PostgreSQL is told not to read whole tables, as it would not with many."""
    new = sent(walk, name="Sri Wahyuni")
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
        cursor.execute("EXPLAIN " + queries.CANDIDATES, {"ids": [new.pk], "alike": queries.ALIKE})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    wanted = ("by_sound_of_name", "by_birth_date", "by_account", "past_aid_by_sound", "past_aid_by_birth")
    assert [index for index in wanted if index not in plan] == []
    assert "Seq Scan" not in plan


# Decided --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def case(walk):
    programme = walk.programme()
    walk.proposals_at(State.SUBMITTED, programme=programme, name="Soetrisno Hadi")
    walk.disposed(sent(walk, programme, name="Sutrisno Hadi").letter)
    return DuplicateCase.objects.get()


def test_staff_decide_and_the_office_reads(case, cast, client):
    def may(act):
        return {name for name, user in vars(cast).items() if why_not(user, act, case) is None}

    assert may("proposals.decide_case") == {"staff", "colleague", "outsider"}
    assert may("proposals.view_cases") == {"staff", "colleague", "outsider", "kabid", "secretary", "head", "auditor"}
    statuses = {}
    for name, user in vars(cast).items():
        client.force_login(user)
        statuses[name] = [client.get(url).status_code for url in (LIST, case.get_absolute_url())]
    assert {name for name, found in statuses.items() if found == [200, 200]} == {
        "staff", "colleague", "kabid", "secretary", "head", "auditor",
    }  # fmt: skip
    assert statuses["outsider"] == [200, 404]
    assert statuses["alice"] == statuses["bank"] == [403, 403]


@pytest.mark.parametrize(("who", "turn"), [("staff", "Giliran Anda."), ("kabid", "Giliran Staf/Jafung.")])
def test_a_case_says_whose_turn_it_is(case, cast, client, who, turn):
    client.force_login(getattr(cast, who))
    assert f"<strong>{turn}</strong>" in client.get(case.get_absolute_url()).content.decode()


def test_papers_are_not_passed_on_before_it_is_decided(case, walk, cast):
    proposal = case.proposal
    walk.check_all(proposal)
    with pytest.raises(Refused, match="Putuskan dahulu dugaan ganda"):
        verification_acts.pass_on(proposal, by=cast.staff)
    actions.decide_case(case, by=cast.staff, decision="different", why="KTP keduanya dicocokkan.")
    verification_acts.pass_on(proposal, by=cast.staff)
    assert Proposal.objects.get(pk=proposal.pk).state == State.COMPLETE


def test_the_same_person_is_not_passed_on_while_the_other_proposal_counts(case, walk, cast):
    proposal = case.proposal
    walk.check_all(proposal)
    actions.decide_case(case, by=cast.staff, decision="same", why="NIK lama salah ketik satu angka.")
    with pytest.raises(Refused, match=rf"register {case.other.register}; nyatakan usulan ini tidak layak"):
        verification_acts.pass_on(proposal, by=cast.staff)
    assert "Tidak layak di meja berkas" in DuplicateCase.objects.get().next_step
    actions.withdraw(case.other, by=cast.kabid, reason="Usulan ganda")
    verification_acts.pass_on(proposal, by=cast.staff)


def test_a_decision_needs_a_reason_and_stays(case, cast, client):
    client.force_login(cast.staff)
    url = reverse("proposals:decide_case", args=[case.ref])
    assert client.post(url, {"decision": "same", "why": "ya"}).status_code == 422
    with pytest.raises(ValidationError, match="Tulis alasannya"):
        actions.decide_case(case, by=cast.staff, decision="same", why="   ")
    answer = client.post(url, {"decision": "different", "why": "KTP keduanya dicocokkan."})
    assert (answer.status_code, answer["Location"]) == (303, case.get_absolute_url())
    assert client.post(url, {"decision": "same", "why": "Berubah pikiran."}).status_code == 403
    assert DuplicateCase.objects.get().decision == "different"


def test_numbers_stand_masked_side_by_side_and_are_said_to_be_equal(case, cast, client):
    client.force_login(cast.staff)
    page = client.get(reverse("proposals:decide_case", args=[case.ref])).content.decode()
    assert str(case.proposal.nik) not in page
    assert case.proposal.masked_nik in page
    assert "nama berbunyi sama: Sutrisno Hadi / Soetrisno Hadi" in page


def test_the_proposal_page_shows_the_office_its_cases_and_the_village_none(case, cast, client):
    for name, shows in (("staff", True), ("alice", False)):
        client.force_login(getattr(cast, name))
        page = client.get(case.proposal.get_absolute_url()).content.decode()
        assert (case.get_absolute_url() in page) is shows
    client.force_login(cast.staff)
    assert "Putuskan 1 dugaan ganda" in {task.title for task in client.get("/").context["tasks"]}


def test_the_list_is_narrowed_and_asks_a_fixed_number_of_queries(case, walk, cast, client, django_assert_num_queries):
    client.force_login(cast.staff)
    urls = {"list": LIST, "case": case.get_absolute_url()}
    for name, url in urls.items():
        client.get(url)
        with django_assert_num_queries(QUERIES[name]):
            client.get(url)
    walk.proposals_at(State.SUBMITTED, 3, programme=walk.programme(name="UEP Barang"), name="Sutrisno Hadi")
    with django_assert_num_queries(QUERIES["list"]):
        assert len(client.get(LIST).context["page"]) > 3
    actions.decide_case(case, by=cast.staff, decision="same", why="Salah ketik satu angka.")

    def count(query):
        return len(client.get(f"{LIST}?{query}").context["page"])

    assert (count("keadaan=same"), count("cari=Soetrisno") > 0, count("cari=zzz"), count("wilayah=62.09.01")) == (
        1, True, 0, 0,
    )  # fmt: skip
    assert case.pk not in [row.pk for row in client.get(f"{LIST}?keadaan=open").context["page"]]
