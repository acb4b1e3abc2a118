"""Every stage and every act: who may, who may not, and the sentence; initials, returns, stand-ins."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from decrees import actions, queries
from decrees.models import Decree
from proposals.models import Programme
from tests.cast import person
from tests.decrees.conftest import again
from uep.access.access import NOT_YOURS, Refused, why_not
from uep.access.roles import GRANTS, Role
from uep.office.models import ActingAppointment, LegalBasis, Official, Post

pytestmark = pytest.mark.django_db

RISING = "Draf sedang naik dan tidak dapat diubah; tarik kembali lebih dahulu."
SIGNED = "SK ini sudah ditetapkan; perubahannya memerlukan SK perubahan."
CANCELLED = "Draf SK ini sudah dibatalkan."
WRITER = "Anda penyusun draf ini; paraf dan tanda tangan harus dari orang lain."
NO_DECISION = "SK ini tidak sedang menunggu keputusan."
NOT_RISING = "Draf ini tidak sedang menunggu paraf atau tanda tangan."
NO_INITIALS = "SK ini tidak sedang menunggu paraf."
NOT_THERE = "SK ini belum sampai di meja penanda tangan."
NOT_REGENT = "SK program ini ditandatangani secara elektronik oleh Kepala Dinas."
NOT_AT_REGENT = "SK ini tidak sedang menunggu tanda tangan Bupati."
UNSIGNED = "Hanya SK yang sudah ditetapkan yang dapat diubah."
NO_AMENDMENT = "Hanya SK perubahan yang mengeluarkan penerima."
NO_NUMBER = "Belum ada nomor yang dipesan di buku nomor."
NO_SCAN = {
    "confirm_signature": "Belum ada pindaian SK bertanda tangan yang diunggah.",
    "put_aside_scan": "Tidak ada pindaian yang menunggu konfirmasi.",
}
DRAFTING = ("edit", "add", "strike", "cancel", "send_up")
AMENDING = ("remove", "keep", "replace")

# stage -> act -> sentence for the one whose part it is (None: may), for a decree of the head of office and the regent.
HEADS = {
    "draft": dict.fromkeys(DRAFTING) | dict.fromkeys(AMENDING, NO_AMENDMENT) | NO_SCAN | {"set_number": NO_NUMBER}
    | {"recall": NOT_RISING, "endorse": NO_INITIALS, "return_draft": NO_DECISION, "sign": NOT_THERE,
       "record_signature": NOT_REGENT, "amend": UNSIGNED},
    "going_up": dict.fromkeys((*DRAFTING, *AMENDING, "set_number"), RISING) | NO_SCAN
    | {"recall": None, "endorse": None, "return_draft": None, "sign": NOT_THERE, "record_signature": NOT_REGENT,
       "amend": UNSIGNED},
    "endorsed": dict.fromkeys((*DRAFTING, *AMENDING, "set_number"), RISING) | NO_SCAN
    | {"recall": None, "endorse": "SK ini sudah diparaf dan menunggu tanda tangan Kepala Dinas.",
       "return_draft": "Draf ini sedang di tangan Kepala Dinas.", "sign": None, "record_signature": NOT_REGENT,
       "amend": UNSIGNED},
    "signed": dict.fromkeys((*DRAFTING, *AMENDING, "set_number"), SIGNED)
    | NO_SCAN | {"confirm_signature": "SK ini sudah ditetapkan."}
    | {"recall": NOT_RISING, "endorse": NO_INITIALS, "return_draft": NO_DECISION, "sign": "SK ini sudah ditandatangani.",
       "record_signature": "SK ini sudah ditetapkan.", "amend": None},
    "cancelled": dict.fromkeys((*DRAFTING, *AMENDING, "set_number"), CANCELLED) | NO_SCAN
    | {"recall": NOT_RISING, "endorse": NO_INITIALS, "return_draft": NO_DECISION, "sign": NOT_THERE,
       "record_signature": NOT_REGENT, "amend": UNSIGNED},
}  # fmt: skip
REGENTS = {
    "going_up": {"endorse": None, "return_draft": None, "sign": NOT_THERE, "record_signature": NOT_AT_REGENT, "recall": None},
    "endorsed": {"endorse": "Draf ini menunggu paraf Kepala Dinas.", "return_draft": "Draf ini sedang di tangan Kepala Dinas.",
                 "sign": NOT_THERE, "record_signature": NOT_AT_REGENT, "recall": None},
    "at_regent": {"endorse": NO_INITIALS, "return_draft": "Draf ini sedang di tangan Bupati.", "sign": None,
                  "record_signature": None, "recall": None},
}  # fmt: skip
OWNERS = dict.fromkeys(
    ("endorse", "return_draft", "record_signature", "confirm_signature", "put_aside_scan"), "secretary"
)


def answers(cast, decree, acts, *, signer) -> dict:
    owner = {act: getattr(cast, OWNERS.get(act, "kabid")) for act in acts} | {"sign": signer}
    return {act: why_not(owner[act], f"decrees.{act}", decree) for act in acts}


@pytest.mark.parametrize("stage", HEADS)
def test_every_stage_answers_every_act(house, stage):
    decree = house.at(stage)
    house.eligible(decree.programme, 1)  # so that there is someone to add
    assert answers(house.cast, decree, HEADS[stage], signer=house.cast.head) == HEADS[stage]


@pytest.mark.parametrize("stage", REGENTS)
def test_every_stage_of_a_regents_decree_answers_every_act(house, stage):
    decree = house.at(stage, regent=True)
    assert answers(house.cast, decree, REGENTS[stage], signer=house.cast.regent) == REGENTS[stage]


@pytest.mark.parametrize("stage", ["draft", "going_up", "endorsed", "at_regent", "signed"])
def test_who_is_not_granted_an_act_is_refused_at_every_stage(house, stage):
    decree = house.at(stage, regent=True)
    acts = sorted({act for role in Role for act in GRANTS[role] if act.startswith("decrees.")} - {"decrees.draft"})
    for act in acts:
        for user in house.cast:
            if act not in GRANTS[user.role]:
                assert why_not(user, act, decree) == NOT_YOURS, (act, user.role)


def test_the_action_asks_again_and_changes_nothing(house):
    decree = house.at("draft")
    refused = {
        "send_up": (house.cast.secretary, {}),
        "edit": (house.cast.head, {"title": "X", "considerations": "Y"}),
        "cancel": (house.cast.staff, {"reason": "Coba"}),
        "endorse": (house.cast.secretary, {}),
        "sign": (house.cast.head, {}),
        "return_draft": (house.cast.secretary, {"reason": "Coba"}),
        "recall": (house.cast.kabid, {"reason": "Coba"}),
        "amend": (house.cast.kabid, {"title": "X", "considerations": "Y"}),
    }
    before = Decree.objects.values().get()
    for act, (user, data) in refused.items():
        with pytest.raises(Refused):
            getattr(actions, act)(decree, by=user, **data)
    assert Decree.objects.values().get() == before


def test_the_way_up_leaves_who_did_what_as_what(house):
    decree = house.at("signed", regent=True)
    assert list(decree.notes.order_by("pk").values_list("act", "by__username", "post")) == [
        ("decrees.draft", "kabid", title_of(Role.DIVISION_HEAD)),
        ("decrees.send_up", "kabid", title_of(Role.DIVISION_HEAD)),
        ("decrees.endorse", "sekretaris", title_of(Role.SECRETARY)),
        ("decrees.endorse", "kadis", title_of(Role.OFFICE_HEAD)),
        ("decrees.sign", "bupati", title_of(Role.REGENT)),
    ]
    assert (decree.signatory["name"], decree.signatory["title"]) == ("Bupati Uji, S.E.", "BUPATI LAMANDAU")


def title_of(role) -> str:
    return Post.objects.get(role=role).title


@pytest.mark.parametrize("stage, by", [("going_up", "secretary"), ("endorsed", "head"), ("at_regent", "regent")])
def test_return_voids_the_initials_and_says_why(house, stage, by):
    decree = house.at(stage, regent=True)
    given = decree.endorsements.count()
    actions.return_draft(decree, by=getattr(house.cast, by), reason="Nama nomor 3 keliru")
    decree = Decree.objects.get()
    assert decree.stage == "draft"
    assert list(decree.endorsements.values_list("void_reason", flat=True)) == ["Nama nomor 3 keliru"] * given
    assert queries.valid_endorsements(decree).count() == 0
    assert decree.notes.first().note == "Nama nomor 3 keliru"
    with pytest.raises(Refused, match=NOT_THERE):
        actions.sign(decree, by=house.cast.regent)


def test_kabid_takes_back_what_the_regent_returned_on_paper(house):
    decree = actions.recall(house.at("at_regent", regent=True), by=house.cast.kabid, reason="Dikembalikan Bagian Hukum")
    assert (decree.stage, queries.valid_endorsements(decree).count()) == ("draft", 0)
    assert house.at("signed", decree=decree).stage == "signed"


def test_what_changed_since_the_return_is_told(house):
    programme = house.programme()
    first, others = house.eligible(programme, 3), house.eligible(programme, 3)
    decree = house.at("going_up", decree=house.draft(first))
    assert queries.changes_since_return(decree) is None
    actions.return_draft(decree, by=house.cast.secretary, reason="Tukar nomor 3")
    assert queries.changes_since_return(decree).any is False
    actions.strike(decree, by=house.cast.kabid, proposals=first[2:], reason="Sesuai catatan")
    actions.add(decree, by=house.cast.kabid, proposals=others[:2])
    actions.strike(decree, by=house.cast.kabid, proposals=others[1:2], reason="Tidak jadi")
    changes = queries.changes_since_return(decree)
    assert (changes.why, changes.added, changes.struck, changes.reworded) == (
        "Tukar nomor 3",
        others[:1],
        first[2:],
        False,
    )


def test_the_page_that_was_seen_is_the_draft_that_is_signed(house):
    programme = house.programme()
    rows, more = house.eligible(programme, 2), house.eligible(programme, 1)
    decree = house.at("endorsed", decree=house.draft(rows))
    seen = queries.draft_hash(decree)
    actions.return_draft(decree, by=house.cast.head, reason="Tambahkan satu")
    actions.add(decree, by=house.cast.kabid, proposals=more)
    decree = house.at("endorsed", decree=Decree.objects.get(pk=decree.pk))
    with pytest.raises(ValidationError, match="Draf berubah sejak halaman ini dibuka"):
        actions.sign(decree, by=house.cast.head, seen=seen)
    signed = actions.sign(decree, by=house.cast.head, seen=queries.draft_hash(decree))
    assert queries.totals(signed).count == 3


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Nama Lain"},
        {"address": "Jl. Lain"},
        {"rt": "009"},
        {"business": "Bengkel"},
        {"amount_requested": 1},
        {"nik": "6209034503850099"},
        {"kk_number": "6209030101200099"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_hash_holds_every_word_of_a_line(house, change):
    decree = house.at("draft", count=1)
    before, proposal = queries.draft_hash(decree), decree.proposals.get()
    for name, value in change.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=list(change))
    assert queries.draft_hash(decree) != before


def test_a_programme_changed_after_the_initials_asks_for_new_ones(house):
    decree = house.at("endorsed")
    Programme.objects.update(dpa_number="DPA/B.2")
    with pytest.raises(ValidationError, match="Draf berubah setelah diparaf"):
        actions.sign(decree, by=house.cast.head)


def test_a_programme_that_changes_its_signatory_waits_for_the_next_sending(house):
    decree = house.at("endorsed")
    Programme.objects.update(signatory=Role.REGENT)
    assert why_not(house.cast.head, "decrees.sign", Decree.objects.get()) is None
    decree = actions.return_draft(decree, by=house.cast.head, reason="Untuk Bupati")
    with pytest.raises(Refused, match="Draf ini memakai naskah Kepala Dinas, sedangkan penanda tangannya Bupati"):
        actions.send_up(decree, by=house.cast.kabid)
    same = {"title": decree.title, "considerations": decree.considerations}
    actions.edit(decree, by=house.cast.kabid, renew=True, **same)
    decree = actions.send_up(Decree.objects.get(), by=house.cast.kabid)
    assert (decree.signatory_role, decree.wording.signatory) == (Role.REGENT, Role.REGENT)


def holds_post(user, nip, *, starts) -> Official:
    post = Post.objects.get(role=user.role)
    return Official.objects.create(post=post, name=f"{user.full_name}, S.E.", nip=nip, user=user, starts=starts)


# Four eyes by person --------------------------------------------------------------------------------------------------


def stands_in(user, role, *, kind="plh", days=1, **changes) -> ActingAppointment:
    today = timezone.localdate()
    facts = {
        "post": Post.objects.get(role=role),
        "official": Official.objects.get(user=user),
        "kind": kind,
        "letter_number": "800/12/BKPSDM/2026",
        "letter_date": today,
        "starts": today,
        "ends": today + timedelta(days=days),
    } | changes
    return ActingAppointment.objects.create(**facts)


def test_whoever_changed_the_draft_neither_endorses_nor_signs_it(house):
    stands_in(house.cast.secretary, Role.DIVISION_HEAD)
    secretary = again(house.cast.secretary)
    decree = house.at("draft")
    actions.edit(decree, by=secretary, title="Judul dari Plh. Kabid", considerations="bahwa;")
    decree = actions.send_up(decree, by=house.cast.kabid)
    assert why_not(again(secretary), "decrees.endorse", decree) == WRITER


def test_the_drafter_does_not_sign_though_standing_in_for_the_head(house):
    stands_in(house.cast.kabid, Role.OFFICE_HEAD)
    decree = house.at("endorsed")
    with pytest.raises(Refused, match=WRITER):
        actions.sign(decree, by=again(house.cast.kabid))


def test_the_secretary_who_endorsed_signs_as_plh(house):
    stands_in(house.cast.secretary, Role.OFFICE_HEAD)
    decree = actions.sign(house.at("endorsed"), by=again(house.cast.secretary))
    basis = decree.signatory["basis"]
    assert (decree.signatory["title"], decree.signatory["quality"], decree.signatory["name"]) == (
        "Plh. KEPALA DINAS SOSIAL KABUPATEN LAMANDAU",
        "Plh.",
        "Sekretaris Uji, S.E.",
    )
    assert basis.startswith("SPT No. 800/12/BKPSDM/2026 tanggal ")
    note = decree.notes.first()
    assert (note.act, note.post, note.acting_basis) == (
        "decrees.sign",
        "Plh. Kepala Dinas Sosial Kabupaten Lamandau",
        f"Plh. Kepala Dinas Sosial Kabupaten Lamandau, {basis}",
    )


def test_an_expired_or_cancelled_appointment_signs_nothing(house):
    today = timezone.localdate()
    decree = house.at("endorsed")
    stands_in(house.cast.secretary, Role.OFFICE_HEAD, starts=today - timedelta(9), ends=today - timedelta(1))
    stands_in(house.cast.secretary, Role.OFFICE_HEAD, cancelled=True)
    with pytest.raises(Refused, match=NOT_YOURS):
        actions.sign(decree, by=again(house.cast.secretary))


def test_a_post_without_an_official_is_named_before_the_draft_goes_up(house):
    Official.objects.filter(user=house.cast.head).update(ends=timezone.localdate() - timedelta(1))
    decree = house.at("draft")
    with pytest.raises(Refused, match="Tidak ada pejabat yang tercatat sebagai Kepala Dinas pada"):
        actions.send_up(decree, by=house.cast.kabid)
    successor = person("kadis-baru", Role.OFFICE_HEAD)
    holds_post(successor, "197001011990031001", starts=timezone.localdate())
    signed = actions.sign(house.at("endorsed", decree=decree), by=successor)
    assert signed.signatory["name"] == "Kadis-Baru Uji, S.E."


@pytest.mark.parametrize(
    "change, sentence",
    [
        (lambda d: Decree.objects.update(considerations=" "), "Bagian Menimbang masih kosong."),
        (lambda d: LegalBasis.objects.update(kinds=["bast"]), "Dasar hukum untuk bagian Mengingat belum tercatat"),
    ],
)
def test_a_draft_that_lacks_words_is_not_sent_up(house, change, sentence):
    decree = house.at("draft")
    change(decree)
    with pytest.raises(Refused, match=sentence):
        actions.send_up(decree, by=house.cast.kabid)
