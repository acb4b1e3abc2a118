"""The pages of step 3: who sees which, what they say, and how many queries they make whatever the size."""

from html import unescape

import pytest
from django.urls import reverse

from decrees import actions, queries
from decrees.actions import ink
from decrees.models import Decree, DraftChange, Removal
from proposals.flow import State
from proposals.models import Proposal
from tests.decrees.test_ink import confirm, signed_on_paper
from tests.walk import AMOUNT, Walk, upload
from uep.documents.models import OfficialDocument
from verification.queries.reserves import why_no_place

pytestmark = pytest.mark.django_db
VILLAGES = ("62.09.03.1005", "62.09.01.2001", "62.09.03.2006")
PAGES = ("", "teks/", "tambah/", "coret/", "keluarkan/", "batalkan/", "ajukan/", "tarik/", "paraf/", "kembalikan/",
         "tandatangani/", "catat-tanda-tangan/", "ubah/", "pengganti/", "batal-keluarkan/", "pratinjau.pdf",
         "naskah-kertas.pdf", "pindaian/")  # fmt: skip


@pytest.fixture
def get(client):
    """How a page answers that person: `get(user, url)`."""

    def ask(user, url, **data):
        client.force_login(user)
        answer = client.get(url, data)
        if answer.streaming:
            answer.close()  # a file of the vault: its headers are what is looked at
        return answer

    return ask


@pytest.fixture
def post(client):
    def send(user, url, **data):
        client.force_login(user)
        return client.post(url, data)

    return send


def address(decree, page="") -> str:
    return decree.get_absolute_url() + page


def statuses(get, user, decree) -> dict:
    return {page: get(user, address(decree, page)).status_code for page in PAGES}


def test_the_bank_of_another_programme_finds_nothing(house, get):
    decree = signed_on_paper(house, house.at("at_regent", regent=True))
    granted = {"": 404, "pindaian/": 404}
    assert statuses(get, house.cast.charlie, decree) == dict.fromkeys(PAGES, 403) | granted
    assert get(house.cast.bank, address(decree)).status_code == 200
    assert get(house.cast.bank, address(decree, "pindaian/")).status_code == 200


def test_the_bank_finds_no_draft(house, get):
    decree = house.at("endorsed")
    assert get(house.cast.bank, address(decree)).status_code == 404
    assert decree.title not in get(house.cast.bank, "/sk/").content.decode()


def test_the_village_and_the_administrator_have_no_way_in(house, get):
    decree = house.signed()
    for user in (house.cast.alice, house.cast.bob, house.cast.admin):
        assert statuses(get, user, decree) == dict.fromkeys(PAGES, 403)


def test_the_regent_sees_what_has_come_up(house, get):
    for stage, status in (("going_up", 404), ("endorsed", 404), ("at_regent", 200), ("signed", 200)):
        assert get(house.cast.regent, address(house.at(stage, regent=True))).status_code == status
    assert get(house.cast.regent, address(house.signed())).status_code == 404


def test_the_bank_reads_neither_notes_nor_initials_nor_an_amendment_under_way(house, get):
    decree = house.at("going_up")
    actions.return_draft(decree, by=house.cast.secretary, reason="Rahasia dapur")
    decree = house.at("signed", decree=Decree.objects.get(pk=decree.pk))
    amendment = house.amendment(decree)
    for user, sees in ((house.cast.bank, False), (house.cast.auditor, True)):
        page = get(user, address(decree)).content.decode()
        assert ("Rahasia dapur" in page, "Paraf" in page, address(amendment) in page) == (sees, sees, sees)


def test_who_is_not_signed_in_is_sent_to_the_door(house, client):
    decree = house.signed()
    for page in PAGES:
        answer = client.get(address(decree, page))
        assert (answer.status_code, "masuk" in answer["Location"]) == (302, True)


def test_nik_stands_masked_on_every_page(house, get):
    decree = house.at("endorsed")
    nik = decree.proposals.first().nik
    for page in ("", "tandatangani/", "kembalikan/"):
        assert nik not in get(house.cast.head, address(decree, page)).content.decode()


def test_the_page_of_a_decision_says_what_it_rests_on(house, get):
    programme = house.programme(budget=10 * AMOUNT, quota=10)
    first, more = house.eligible(programme, 3, villages=VILLAGES), house.eligible(programme, 1)
    decree = house.at("going_up", decree=house.draft(first))
    actions.return_draft(decree, by=house.cast.secretary, reason="Tukar satu nama")
    actions.strike(decree, by=house.cast.kabid, proposals=first[:1], reason="Pindah")
    actions.add(decree, by=house.cast.kabid, proposals=more)
    decree = house.at("endorsed", decree=Decree.objects.get(pk=decree.pk))
    page = get(house.cast.head, address(decree, "tandatangani/")).content.decode()
    for words in ("Rp15.000.000", "Rp35.000.000, 7 penerima", "Tukar satu nama", first[0].name, more[0].name,
                  "1 ditambahkan", "1 dicoret", "Kadis Uji, S.E.", address(decree, "pratinjau.pdf"),
                  address(decree, "kembalikan/")):  # fmt: skip
        assert words in page, words


def test_signing_on_the_page_and_again_by_a_second_click(house, post, client):
    decree = house.at("endorsed")
    seen = queries.draft_hash(decree)
    first = post(house.cast.head, address(decree, "tandatangani/"), seen=seen)
    assert (first.status_code, first["Location"]) == (303, address(decree))
    second = post(house.cast.head, address(decree, "tandatangani/"), seen=seen)
    assert second.status_code == 403
    assert "SK ini sudah ditandatangani." in second.content.decode()
    assert OfficialDocument.objects.filter(paper="sk").count() == 1


def test_a_page_that_is_out_of_date_signs_nothing(house, post):
    answer = post(house.cast.head, address(house.at("endorsed"), "tandatangani/"), seen="0" * 64)
    assert answer.status_code == 422
    assert "Draf berubah sejak halaman ini dibuka" in answer.content.decode()
    assert Decree.objects.get().stage == "endorsed"


def test_returning_asks_for_a_reason(house, post):
    decree = house.at("endorsed")
    assert post(house.cast.head, address(decree, "kembalikan/"), reason="").status_code == 422
    assert post(house.cast.head, address(decree, "kembalikan/"), reason="Nama keliru").status_code == 303
    assert Decree.objects.get().stage == "draft"


def test_a_short_list_is_offered_ticked_as_far_as_it_fits(house, get, post):
    programme = house.programme(budget=3 * AMOUNT)
    rows = house.eligible(programme, 5)
    url = reverse("decrees:draft", args=[programme.ref])
    page = get(house.cast.kabid, url).content.decode()
    assert (page.count('name="proposals"'), page.count("checked")) == (5, 3)
    answer = post(
        house.cast.kabid,
        url,
        title="Penetapan",
        considerations="bahwa;\n\n bahwa lagi;",
        proposals=[r.ref for r in rows[:2]],
    )
    decree = Decree.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, address(decree))
    assert (set(decree.proposals.all()), decree.considerations) == (set(rows[:2]), "bahwa;\nbahwa lagi;")


@pytest.mark.parametrize(
    "choice, named",
    [({"everything": "on"}, 60), ({"villages": [VILLAGES[0], VILLAGES[2]]}, 46), ({"proposals": 3}, 3)],
    ids=["all that fit", "by village", "one by one"],
)
def test_a_long_list_is_chosen_in_one_of_three_ways(house, post, choice, named):
    programme = house.programme(budget=60 * AMOUNT)
    rows = house.eligible(programme, 69, villages=VILLAGES)
    if "proposals" in choice:
        choice = {"proposals": [row.ref for row in rows[: choice["proposals"]]]}
    url = reverse("decrees:draft", args=[programme.ref])
    assert post(house.cast.kabid, url, title="Penetapan", considerations="bahwa;", **choice).status_code == 303
    assert queries.totals(Decree.objects.get()).count == named


@pytest.mark.parametrize(
    "choice, sentence",
    [
        ({}, "Pilih sedikitnya satu usulan layak."),
        ({"everything": "on", "villages": [VILLAGES[0]]}, "Pilih dengan satu cara saja"),
        ({"proposals": ["0000000000XX"]}, "Sebagian pilihan tidak ada lagi di daftar ini"),
        ({"villages": ["62.09.08.2001"]}, "62.09.08.2001"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_refused_and_kept(house, post, choice, sentence):
    programme = house.programme()
    house.eligible(programme, 60, villages=VILLAGES)
    url = reverse("decrees:draft", args=[programme.ref])
    answer = post(house.cast.kabid, url, title="Judul saya", considerations="bahwa;", **choice)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, "Judul saya" in page) == (422, True, True)
    assert Decree.objects.count() == 0


def test_an_amendment_through_its_pages(house, post, get):
    decree = house.signed(3)
    new = house.eligible(decree.programme, 1)[0]
    post(house.cast.kabid, address(decree, "ubah/"), title="Perubahan", considerations="bahwa;")
    amendment = Decree.objects.get(kind="amendment")
    leaves = decree.recipients.first()
    steps = (
        ("keluarkan/", {"recipients": [leaves.ref], "cause": "moved"}),
        ("tambah/", {"proposals": [new.ref]}),
        ("pengganti/", {leaves.ref: new.ref}),
        ("ajukan/", {}),
    )
    for page, data in steps:
        assert post(house.cast.kabid, address(amendment, page), **data).status_code == 303, page
    removal = Removal.objects.get()
    assert (removal.recipient, removal.cause, removal.replaced_by) == (leaves, "moved", new)
    page = get(house.cast.secretary, address(amendment, "paraf/")).content.decode()
    for words in (leaves.name, new.name, "pindah domisili"):
        assert words in page


def test_the_signed_scan_is_served_to_those_who_see_the_decree(house, get, post):
    decree = house.at("at_regent", regent=True)
    url = address(decree, "catat-tanda-tangan/")
    facts = {"number": "188.45/1/HUK/2026", "date": "2026-01-05", "seen": queries.draft_hash(decree)}
    assert post(house.cast.secretary, url, **facts).status_code == 422  # no scan
    assert get(house.cast.head, address(decree, "pindaian/")).status_code == 404
    assert post(house.cast.secretary, url, **facts, scan=upload("sk.jpg")).status_code == 303
    assert get(house.cast.head, address(decree, "pindaian/")).status_code == 404  # a second person has yet to look
    ink.read_signed_scan(queries.waiting_scan(decree).pk)
    confirm(house, decree, note="Dibandingkan.")
    answer = get(house.cast.auditor, address(decree, "pindaian/"))
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )


def test_a_preview_is_for_drafts_and_the_paper_for_ink_for_the_regents(house, get):
    head, regent = house.at("endorsed"), house.at("at_regent", regent=True)
    assert get(house.cast.head, address(head, "pratinjau.pdf"))["Content-Type"] == "application/pdf"
    assert get(house.cast.head, address(head, "naskah-kertas.pdf")).status_code == 404
    assert get(house.cast.secretary, address(regent, "naskah-kertas.pdf")).status_code == 200
    assert get(house.cast.head, address(house.signed(), "pratinjau.pdf")).status_code == 404
    assert get(house.cast.staff, address(head, "pratinjau.pdf")).status_code == 403


def test_a_vacant_post_stops_no_preview(house, get):
    decree = house.at("draft")
    house.cast.head.posts_held.update(user=None, ends="2020-02-01")
    assert get(house.cast.kabid, address(decree, "pratinjau.pdf")).status_code == 200
    assert (
        "Tidak ada pejabat yang tercatat sebagai Kepala Dinas"
        in get(house.cast.kabid, address(decree)).content.decode()
    )


def test_the_list_is_searched_filtered_and_sorted(house, get):
    draft, signed = house.at("draft"), house.signed()
    page = get(house.cast.head, "/sk/", cari=signed.number).content.decode()
    assert (address(signed) in page, address(draft) in page) == (True, False)
    page = get(house.cast.head, "/sk/", tahap="draft").content.decode()
    assert (address(signed) in page, address(draft) in page) == (False, True)
    page = get(house.cast.head, "/sk/", program=signed.programme.pk, urut="nomor").content.decode()
    assert (address(signed) in page, address(draft) in page) == (True, False)


def test_the_page_of_a_household_tells_its_decree(house, get):
    decree = house.signed()
    line = decree.recipients.get(position=2)
    url = line.proposal.get_absolute_url()
    inside = get(house.cast.staff, url).content.decode()
    village = get(house.cast.alice, url).content.decode()
    for words in (decree.number, "lima juta rupiah"):
        assert (words in inside, words in village) == (True, True), words
    assert (address(decree) in inside, address(decree) in village) == (True, False)


def test_a_draft_is_not_told_to_the_village(house, get):
    decree = house.at("draft")
    url = decree.proposals.first().get_absolute_url()
    told = [decree.title in get(user, url).content.decode() for user in (house.cast.staff, house.cast.alice)]
    assert told == [True, False]


# One row and many: the same number of queries --------------------------------------------------------------------------


def counted(get, django_assert_num_queries, user, url, expected):
    get(user, url)  # sign-in and caches aside
    with django_assert_num_queries(expected):
        assert get(user, url).status_code == 200


@pytest.mark.parametrize("count", [1, 60])
@pytest.mark.parametrize(
    "stage, who, page, expected",
    [
        ("draft", "kabid", "", 60),
        ("endorsed", "head", "", 32),
        ("signed", "head", "", 26),
        ("signed", "bank", "", 23),
        ("draft", "kabid", "coret/", 15),
        ("endorsed", "head", "tandatangani/", 43),
    ],
)
def test_pages_make_the_same_queries_for_any_size(
    house, get, django_assert_num_queries, count, stage, who, page, expected
):
    decree = house.at(stage, count=count)
    counted(get, django_assert_num_queries, getattr(house.cast, who), address(decree, page), expected)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_makes_the_same_queries_for_any_size(house, get, django_assert_num_queries, count):
    programmes = [house.programme() for _ in range(count)]
    rows = [house.eligible(programme, 2) for programme in programmes]
    for pair in rows:
        house.draft(pair[:1])
    counted(get, django_assert_num_queries, house.cast.kabid, "/sk/", 23)


@pytest.mark.parametrize("count, expected", [(1, 29), (50, 29), (51, 28), (200, 28)])
def test_the_drafting_page_makes_the_same_queries_for_any_size(house, get, django_assert_num_queries, count, expected):
    programme = house.programme()
    house.eligible(programme, count, villages=VILLAGES)
    url = reverse("decrees:draft", args=[programme.ref])
    counted(get, django_assert_num_queries, house.cast.kabid, url, expected)
    assert Proposal.objects.count() == count
    assert DraftChange.objects.count() == 0


@pytest.mark.django_db
def test_kabid_sees_what_budget_and_quota_hold_where_a_household_is_decided_over(house, get):
    programme = house.programme(budget=5 * AMOUNT, quota=4)
    drafted, *_ = house.eligible(programme, 3)
    house.draft([drafted])
    (asked,) = house.eligible(programme, 1, state=State.ASSESSED)
    (reserve,) = Walk(house.cast).proposals_at(State.WAITLISTED, programme=programme)  # one that meets the rules
    assert queries.headroom_for(asked) == ((4 * AMOUNT, 3), (2, 2 * AMOUNT), (2 * AMOUNT, 1), True)
    short = "Anggaran atau kuota tidak cukup untuk usulan ini."
    addresses = [f"/verifikasi/{asked.ref}/validasi/", f"/verifikasi/{reserve.ref}/naikkan/"]
    for address in addresses:
        page = get(house.cast.kabid, address).content.decode()
        assert ("<strong>Rp10.000.000, 1 penerima</strong>" in page, short in page) == (True, False)
    house.eligible(programme, 1)
    assert queries.headroom_for(asked) == ((4 * AMOUNT, 3), (3, 3 * AMOUNT), (AMOUNT, 0), False)
    page = get(house.cast.kabid, addresses[0]).content.decode()
    assert ("<strong>Rp5.000.000, 0 penerima</strong>" in page, short in page) == (True, True)
    refused = get(house.cast.kabid, addresses[1])
    assert (refused.status_code, why_no_place(reserve) in unescape(refused.content.decode())) == (403, True)
