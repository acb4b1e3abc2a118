"""What decrees say, as versions: drafted, written, looked at, brought into force; what a draft lacks before it goes up."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from decrees import actions, queries
from decrees.models import Decree, Removal, Wording
from decrees.papers import AmendmentPaper, DecreePaper
from decrees.queries.budget import Totals
from decrees.queries.facts import Material, Revoked
from decrees.tags import PARTS
from proposals.models import Programme
from tests.decrees.conftest import again, sql
from tests.decrees.test_papers import printed, squeezed
from tests.decrees.test_rising import stands_in
from tests.papers.golden import words_of
from tests.walk import AMOUNT
from uep.access.access import NOT_YOURS, Refused
from uep.access.roles import Role
from uep.documents.models import OfficialDocument
from uep.documents.render import pdf
from uep.office.models import ActingAppointment, LegalBasis, Official, PaperSetting
from uep.ui.indonesian import tanggal

pytestmark = pytest.mark.django_db
HEAD, REGENT = Role.OFFICE_HEAD, Role.REGENT
ONE_DRAFT = "Masih ada rancangan: SK penetapan oleh Kepala Dinas, versi 2. Lanjutkan yang itu."


def first(kind="original", signatory=HEAD) -> Wording:
    return queries.wording_in_force(kind, signatory)


def drafted(house, kind="original", signatory=HEAD) -> Wording:
    return actions.draft_wording(house.cast.kabid, by=house.cast.kabid, source=first(kind, signatory))


def write(house, wording, **texts) -> Wording:
    seen = queries.fingerprint(wording.texts, wording.note)
    facts = wording.texts | {"note": "Uji"} | texts
    return actions.edit_wording(wording, by=house.cast.kabid, seen=seen, **facts)


def enacted(house, kind="original", signatory=HEAD, **texts) -> Wording:
    return actions.enact_wording(write(house, drafted(house, kind, signatory), **texts), by=house.cast.kabid)


# Versions -----------------------------------------------------------------------------------------------------------


def test_the_first_draft_lays_version_1_down(house):
    assert (Wording.objects.count(), first().pk, first().number) == (0, None, 1)
    decree = house.draft(house.eligible(house.programme(), 1))
    assert (decree.wording, decree.clauses) == (Wording.objects.get(), "")
    assert (decree.wording.number, decree.wording.stage, decree.wording.made_by) == (1, "in_force", house.cast.kabid)
    assert decree.wording.texts == queries.unsaved_first("original", HEAD).texts
    house.draft(house.eligible(house.programme(), 1))
    assert Wording.objects.count() == 1


def test_each_kind_and_signatory_has_its_own(house):
    decree = house.signed(regent=True)
    amendment = house.amendment(decree)
    assert [(row.kind, row.signatory) for row in (decree.wording, amendment.wording)] == [
        ("original", "regent"), ("amendment", "regent"),
    ]  # fmt: skip
    assert decree.wording.copies.startswith("Kepala {nama_dinas};\nInspektur")


def test_a_version_is_drafted_written_and_enacted(house):
    wording = drafted(house)
    assert (wording.number, wording.stage, wording.texts) == (2, "draft", first().texts)
    wording = write(
        house, wording, clauses="  Menetapkan {jumlah_penerima} penerima.\n\n\tSejumlah {total}. ", note=" Uji  satu "
    )
    assert (wording.clauses, wording.note) == ("Menetapkan {jumlah_penerima} penerima.\nSejumlah {total}.", "Uji satu")
    wording = actions.enact_wording(wording, by=house.cast.kabid)
    assert list(Wording.objects.order_by("number").values_list("number", "stage", "in_force_by")) == [
        (1, "retired", house.cast.kabid.pk), (2, "in_force", house.cast.kabid.pk),
    ]  # fmt: skip
    assert first() == wording


def test_what_is_under_way_and_what_is_signed_keep_their_words(house):
    signed, under_way = house.signed(), house.at("going_up")
    before = words_of(printed(signed)), words_of(pdf(DecreePaper, under_way)), queries.draft_hash(under_way)
    enacted(house, clauses="Menetapkan {jumlah_penerima} penerima sejumlah {total} menurut versi dua.")
    signed, under_way = Decree.objects.get(pk=signed.pk), Decree.objects.get(pk=under_way.pk)
    assert (words_of(printed(signed)), words_of(pdf(DecreePaper, under_way)), queries.draft_hash(under_way)) == before
    new = house.draft(house.eligible(house.programme(), 1))
    text = words_of(pdf(DecreePaper, new))
    assert ("menurut versi dua" in text, "KEDUA" in text, new.wording.number) == (True, False, 2)


def test_a_paper_keeps_the_words_of_its_day(house, settings):
    decree = house.signed()
    before = printed(decree)
    document = OfficialDocument.objects.get(subject_pk=str(decree.pk))
    assert (document.facts["sheet"], document.facts["words"]["version"]) == (
        ["F4", "bookman"], "SK penetapan oleh Kepala Dinas, versi 1",
    )  # fmt: skip
    PaperSetting.objects.filter(code="sk").update(size="A4", font="arial")
    LegalBasis.objects.update(text="Undang-Undang lain")
    assert printed(Decree.objects.get()) == before


def test_a_paper_from_before_there_were_versions_is_drawn_from_its_facts(house):
    decree = house.signed()
    before = words_of(printed(decree))
    document = OfficialDocument.objects.get(subject_pk=str(decree.pk))
    decree.wording = None
    document.facts = {key: value for key, value in document.facts.items() if key not in {"words", "sheet"}}
    assert words_of(pdf(DecreePaper, decree, document)) == before


def test_only_kabid_writes_and_the_office_reads(house, client):
    wording = drafted(house)
    seen = queries.fingerprint(wording.texts)
    tried = [
        lambda user: actions.draft_wording(user, by=user, source=first()),
        lambda user: actions.edit_wording(wording, by=user, seen=seen, note="", **wording.texts),
        lambda user: actions.enact_wording(wording, by=user),
    ]
    for user in house.cast:
        if user.role != Role.DIVISION_HEAD:
            for act in tried:
                with pytest.raises(Refused, match=NOT_YOURS):
                    act(user)
    assert Wording.objects.get(stage="draft").texts == wording.texts


def test_one_draft_at_a_time(house):
    drafted(house)
    with pytest.raises(ValidationError) as refused:
        drafted(house)
    assert refused.value.message_dict == {"source": [ONE_DRAFT]}
    with pytest.raises(ValidationError, match="Rancangan tidak dapat disalin"):
        actions.draft_wording(house.cast.kabid, by=house.cast.kabid, source=Wording.objects.get(stage="draft"))
    assert drafted(house, "amendment").number == 2
    assert Wording.objects.filter(stage="draft").count() == 2


def test_nobody_writes_over_what_they_have_not_seen(house):
    wording = drafted(house)
    write(house, wording, copies="Arsip.")
    with pytest.raises(ValidationError, match="sudah diubah orang lain"):
        write(house, wording, copies="Bupati.")
    assert Wording.objects.get(pk=wording.pk).copies == "Arsip."


@pytest.mark.parametrize(
    "part, text, fault",
    [
        ("clauses", "Menetapkan {jumlah} orang", "Diktum KESATU: tag {jumlah} tidak dikenal."),
        ("considerations", "bahwa a;\nbahwa {", "Menimbang huruf b: kurung kurawal “{” pada huruf ke-7 belum ditutup."),
        ("title", "Penetapan {judul}", "Tentang: tag {judul} tidak dikenal."),
        ("title", "Perubahan atas {nomor_lama}", "Tentang: tag {nomor_lama} tidak dikenal."),
        ("copies", "x" * 20_001, "Tembusan: paling banyak 20000 huruf."),
    ],
)
def test_what_cannot_be_printed_is_not_kept(house, part, text, fault):
    wording = drafted(house)
    with pytest.raises(ValidationError) as refused:
        write(house, wording, **{part: text})
    assert refused.value.message_dict == {part: [fault]}
    assert Wording.objects.get(pk=wording.pk).texts == wording.texts


def test_an_empty_wording_is_not_enacted(house):
    wording = write(house, drafted(house), clauses="", considerations=" \n ")
    with pytest.raises(ValidationError) as refused:
        actions.enact_wording(wording, by=house.cast.kabid)
    assert refused.value.messages == ["Bagian Menimbang masih kosong.", "Bagian Diktum masih kosong."]
    assert first().number == 1


def test_what_was_enacted_is_out_of_reach(house):
    wording = enacted(house)
    for act in (
        lambda: write(house, wording, copies="Arsip."),
        lambda: actions.enact_wording(wording, by=house.cast.kabid),
    ):
        with pytest.raises(Refused, match="Hanya rancangan yang dapat diubah; susun versi baru"):
            act()
    for change in (*(f"{part} = 'lain'" for part in PARTS), "stage = 'draft', in_force_at = NULL, in_force_by_id = NULL",
                   "number = 9", "kind = 'amendment'"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            sql(f"UPDATE decrees_wording SET {change} WHERE id = %s", wording.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("DELETE FROM decrees_wording WHERE id = %s", wording.pk)
    with pytest.raises(DatabaseError), transaction.atomic():  # what was retired does not come back by itself
        sql("UPDATE decrees_wording SET stage = 'in_force' WHERE number = 1")
    assert first().texts == wording.texts


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["draft", "first"])
def test_two_at_once_make_one(house, what):
    rows = [house.eligible(house.programme(), 1) for _ in range(2)]
    if what == "draft":
        drafted(house)
        actions.enact_wording(Wording.objects.get(stage="draft"), by=house.cast.kabid)
    start, failed = Barrier(2), []

    def act(proposals):
        try:
            kabid = again(house.cast.kabid)
            start.wait()
            if what == "draft":
                actions.draft_wording(kabid, by=kabid, source=first())
            else:
                house.draft(proposals, by=kabid)
        except ValidationError as error:
            failed.append(error.messages)
        finally:
            connection.close()

    threads = [Thread(target=act, args=[proposals]) for proposals in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [["Masih ada rancangan: SK penetapan oleh Kepala Dinas, versi 3. Lanjutkan yang itu."]]
    assert failed == (expected if what == "draft" else [])
    assert Wording.objects.count() == (3 if what == "draft" else 1)


# A draft's own words ------------------------------------------------------------------------------------------------


def test_a_draft_has_its_own_clauses_and_any_change_voids_initials(house):
    decree = house.at("going_up")
    decree = actions.endorse(decree, by=house.cast.secretary)
    decree = actions.return_draft(decree, by=house.cast.head, reason="Tambah diktum")
    before = queries.draft_hash(decree)
    clauses = decree.wording.clauses + "\nKeputusan ini diumumkan."
    decree = actions.edit(
        decree, by=house.cast.kabid, title=decree.title, considerations=decree.considerations, clauses=clauses
    )
    assert (decree.clauses, queries.draft_hash(decree) == before) == (clauses, False)
    assert list(queries.valid_endorsements(decree)) == []
    assert "KETUJUH : Keputusan ini diumumkan." in words_of(pdf(DecreePaper, decree))
    decree = actions.edit(
        decree, by=house.cast.kabid, title=decree.title, considerations=decree.considerations,
        clauses=decree.wording.clauses,
    )  # fmt: skip
    assert (decree.clauses, queries.draft_hash(decree)) == ("", before)


@pytest.mark.parametrize("change", ["law", "clauses", "wording"])
def test_what_changes_under_an_endorsed_draft_is_not_signed(house, change):
    decree = house.at("endorsed")
    if change == "law":
        LegalBasis.objects.filter(short_name="UU 11/2009").update(text="Undang-Undang lain")
    elif change == "clauses":
        Decree.objects.update(clauses="Menetapkan {jumlah_penerima} penerima sejumlah {total}.")
    else:
        Decree.objects.update(wording=enacted(house, copies="Arsip."))
    with pytest.raises(ValidationError, match="Draf berubah setelah diparaf"):
        actions.sign(decree, by=house.cast.head)


def test_a_draft_takes_the_version_in_force_when_asked(house):
    decree = house.at("draft")
    newer = enacted(house, copies="Arsip.")
    same = {"title": decree.title, "considerations": decree.considerations}
    assert actions.edit(decree, by=house.cast.kabid, **same).wording.number == 1
    decree = actions.edit(decree, by=house.cast.kabid, renew=True, **same)
    assert (decree.wording, "Arsip." in words_of(pdf(DecreePaper, decree))) == (newer, True)


def test_a_draft_from_before_there_were_versions_keeps_its_words_and_its_initials(house):
    decree = house.at("draft")
    Decree.objects.update(wording=None, considerations="bahwa {ini} [bukan] tag;")
    decree = Decree.objects.get()
    text = squeezed(words_of(pdf(DecreePaper, decree)))
    assert ("bahwa{ini}[bukan]tag;" in text, "Menetapkan2(dua)penerima" in text) == (True, True)
    decree = actions.endorse(actions.send_up(decree, by=house.cast.kabid), by=house.cast.secretary)
    before = queries.draft_hash(decree)
    enacted(house, copies="Arsip.")
    assert queries.draft_hash(Decree.objects.get()) == before
    assert actions.sign(decree, by=house.cast.head).wording is None


def test_the_text_of_a_draft_is_refused_with_its_place(house):
    decree = house.at("draft")
    with pytest.raises(ValidationError) as refused:
        actions.edit(decree, by=house.cast.kabid, title="T", considerations="bahwa {x};", clauses="a\n[b")
    assert refused.value.message_dict == {
        "considerations": ["Menimbang huruf a: tag {x} tidak dikenal."],
        "clauses": ["Diktum KEDUA: kurung siku “[” pada huruf ke-1 belum ditutup."],
    }
    rows = house.eligible(decree.programme, 1)
    with pytest.raises(ValidationError) as refused:
        actions.draft(decree.programme, by=house.cast.kabid, title="T", considerations="{x}", proposals=rows)
    assert refused.value.message_dict == {"considerations": ["Menimbang huruf a: tag {x} tidak dikenal."]}
    assert Decree.objects.count() == 1


def test_amounts_that_differ_are_left_to_the_annex(house):
    programme = house.programme()
    rows = [*house.eligible(programme, 1), *house.eligible(programme, 1, amount_requested=2 * AMOUNT)]
    text = words_of(pdf(DecreePaper, house.draft(rows)))
    assert (
        "Besaran bantuan tiap penerima sebagaimana tercantum dalam Lampiran, seluruhnya berjumlah Rp15.000.000 "
        "(lima belas juta rupiah)."
    ) in text


def test_what_a_village_typed_is_no_tag_and_no_html(house):
    rows = house.eligible(house.programme(name="UEP {total} <b>x</b>"), 1, business="{jabatan} <img src=x>")
    decree = house.draft(rows, title="Judul [x|y] </style><script>")
    text = words_of(pdf(DecreePaper, decree))
    for words in ("UEP {total} <b>x</b>", "{jabatan}", "<img", "[x|y] </style><script>".upper()):
        assert squeezed(words) in squeezed(text), words


# Named before it can be sent up -------------------------------------------------------------------------------------


def lacking(decree) -> list[str]:
    return queries.lacking(Decree.objects.get(pk=decree.pk))


def test_a_sound_draft_lacks_nothing(house):
    assert [lacking(house.at("draft", regent=regent)) for regent in (False, True)] == [[], []]
    assert queries.lacking(house.amendment(house.signed())) == []


@pytest.mark.parametrize(
    "clauses, sentences",
    [
        (
            "Menetapkan penerima.",
            [
                "Diktum tidak menyebut jumlah penerima; sisipkan tag {jumlah_penerima}.",
                "Diktum tidak menyebut jumlah bantuan; sisipkan tag {total}.",
            ],
        ),
        ("{jumlah_penerima_terbilang} dan {total_terbilang}", []),
        ("[{perubahan}|{jumlah_penerima}] {total}", ["Diktum KESATU: tag {perubahan} tidak dikenal."]),
        ("{jumlah_penerima} {total}\n{", ["Diktum KEDUA: kurung kurawal “{” pada huruf ke-1 belum ditutup."]),
        (
            "{jumlah_penerima} [{kode_rekening} {total}|lain]",
            ["Diktum tidak menyebut jumlah bantuan; sisipkan tag {total}."],
        ),
        (
            "{jumlah_penerima} {total} menurut Permendagri 32/2011",
            ["Diktum menyebut Permendagri 32/2011, yang hanya berlaku sampai 29 Desember 2020."],
        ),
        ("{jumlah_penerima} {total} menurut Permendagri 32/20112", []),
        (
            "{jumlah_penerima} {total} menurut keputusan menteri Sosial Nomor 146/HUK/2013 tentang Kriteria",
            ["Diktum menyebut Kepmensos 146/HUK/2013, yang hanya berlaku sampai 30 Desember 2022."],
        ),
    ],
)
def test_what_the_clauses_lack_is_named(house, clauses, sentences):
    decree = house.draft(house.eligible(house.programme(account_code=""), 2))
    Decree.objects.filter(pk=decree.pk).update(clauses=" ".join(clauses.split(" ")).replace("  ", " "))
    assert lacking(decree) == sentences
    if sentences:
        with pytest.raises(Refused, match=re.escape(sentences[0])):
            actions.send_up(decree, by=house.cast.kabid)


def test_an_amendment_names_what_it_changes(house):
    amendment = house.amendment(house.signed(3))
    leaves = amendment.amends.recipients.first()
    new = house.eligible(amendment.programme, 1)
    actions.remove(amendment, by=house.cast.kabid, recipients=[leaves], cause=Removal.Cause.MOVED)
    actions.add(amendment, by=house.cast.kabid, proposals=new)
    assert lacking(amendment) == []
    Decree.objects.filter(pk=amendment.pk).update(clauses="Mengubah {nomor_lama} dengan {isi_perubahan}, {total}.")
    assert lacking(amendment) == []
    Decree.objects.filter(pk=amendment.pk).update(clauses="Mengubah.")
    assert lacking(amendment) == [
        "Diktum tidak menyebut jumlah penerima; sisipkan tag {jumlah_penerima}.",
        "Diktum tidak menyebut jumlah bantuan; sisipkan tag {total}.",
        "Diktum tidak menyebut nomor SK yang lama; sisipkan tag {nomor_lama}.",
        "Diktum tidak menyebut jumlah penerima yang dikeluarkan; sisipkan tag {jumlah_keluar}.",
    ]


def test_an_official_without_a_nip_is_named_the_elected_regent_not(house):
    head, regent = house.at("draft"), house.at("draft", regent=True)
    Official.objects.update(nip="")
    assert lacking(head) == ["NIP Kadis Uji, S.E. belum diisi; Administrator mengisinya di halaman Kantor."]
    assert lacking(regent) == []


def test_an_expired_appointment_is_named_with_its_days(house):
    today = timezone.localdate()
    decree = house.at("draft")
    Official.objects.filter(user=house.cast.head).update(ends=today - timedelta(30))
    starts, ends = today - timedelta(20), today - timedelta(1)
    stands_in(house.cast.secretary, Role.OFFICE_HEAD, starts=starts, ends=ends)
    letter = ActingAppointment.objects.get().letter_number
    sentence = (
        f"Penunjukan Sekretaris Uji, S.E. sebagai Plh. Kepala Dinas Sosial Kabupaten Lamandau (SPT No. {letter}) hanya "
        f"berlaku {tanggal(starts)} sampai {tanggal(ends)}, dan belum ada penggantinya."
    )
    assert lacking(decree) == [sentence]
    stands_in(house.cast.secretary, Role.OFFICE_HEAD, starts=today, ends=today)
    assert lacking(decree) == []


def test_a_law_of_tomorrow_is_named_and_printed_laws_are_those_of_the_day(house):
    tomorrow = timezone.localdate() + timedelta(1)
    decree = house.at("draft")
    LegalBasis.objects.create(short_name="Perbup 9/2026", text="Peraturan Bupati Nomor 9 Tahun 2026 tentang UEP",
                              kinds=["sk"], in_force_from=tomorrow)  # fmt: skip
    Decree.objects.filter(pk=decree.pk).update(
        considerations="bahwa menurut Perbup 9/2026 {jumlah_penerima} dan {total};"
    )
    assert lacking(decree) == [f"Menimbang menyebut Perbup 9/2026, yang baru berlaku {tanggal(tomorrow)}."]
    laws = queries.facts_of(Decree.objects.get(pk=decree.pk))["words"]["legal"]
    assert [law[:30] for law in laws[:2]] == ["Undang-Undang Nomor 5 Tahun 20", "Undang-Undang Nomor 11 Tahun 2"]
    assert [law for law in laws if "Nomor 32 Tahun 2011" in law or "Nomor 9 Tahun 2026" in law] == []


def test_a_signatory_that_changed_needs_its_own_wording(house):
    decree = house.at("draft")
    Programme.objects.update(signatory=Role.REGENT)
    sentence = (
        "Draf ini memakai naskah Kepala Dinas, sedangkan penanda tangannya Bupati. "
        "Buka Ubah teks, lalu pakai naskah yang berlaku."
    )
    assert lacking(decree) == [sentence]
    decree = actions.edit(
        decree, by=house.cast.kabid, title=decree.title, considerations=decree.considerations, renew=True
    )
    assert (decree.wording.signatory, lacking(decree)) == ("regent", [])


# Pages --------------------------------------------------------------------------------------------------------------


def page(client, user, name, *args) -> str:
    client.force_login(user)
    answer = client.get(reverse(f"decrees:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_versions_are_told_with_what_changed(house, client):
    wording = enacted(house, copies="Arsip.", note="Tembusan dipersingkat")
    told = page(client, house.cast.auditor, "wordings")
    assert ("Tembusan dipersingkat" in told, wording.get_absolute_url() in told) == (True, True)
    assert told.count("Naskah bawaan berlaku.") == 5
    one = page(client, house.cast.auditor, "wording", wording.ref)
    assert ("Arsip." in one, "Pimpinan {bank};" in one, "Ubah naskah" in one) == (True, True, False)
    assert "<summary>Tembusan</summary>" in one


def boxes(wording, **texts) -> dict:
    return (
        wording.texts | {"seen": queries.fingerprint(wording.texts, wording.note), "note": "Uji", "sample": ""} | texts
    )


def test_looking_draws_what_stands_in_the_boxes_and_keeps_nothing(house, client):
    wording = drafted(house)
    client.force_login(house.cast.kabid)
    url = reverse("decrees:edit_wording", args=[wording.ref])
    data = boxes(wording, copies="<script>alert(1)</script> {bank};", lihat="1")
    whole = client.post(url, data)
    part = client.post(url, data, headers={"HX-Request": "true"})
    for answer in (whole, part):
        text = answer.content.decode()
        assert (answer.status_code, text.count("data:image/jpeg;base64,")) == (200, 5)
        assert "<script>alert" not in text
    assert ("<form" in whole.content.decode(), "<form" in part.content.decode()) == (True, False)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {bank};" in whole.content.decode()  # what was typed is still there
    assert Wording.objects.get(pk=wording.pk).texts == wording.texts
    assert Decree.objects.count() == 0


@pytest.mark.parametrize("kind", ["original", "amendment", "revocation"])
def test_every_kind_is_looked_at_with_a_sample(house, kind):
    decree = queries.sample_decree(queries.unsaved_first(kind, REGENT))
    paper = AmendmentPaper if kind == "amendment" else DecreePaper
    text = words_of(pdf(paper, decree))
    assert ("KEPUTUSAN BUPATI LAMANDAU" in text, "{" in text, "Adinda Contoh" in text) == (
        True, False, kind != "revocation",
    )  # fmt: skip
    assert (Decree.objects.count(), Wording.objects.count()) == (0, 0)


def test_a_revocation_says_what_falls_and_what_has_to_come_back(house):
    sample = queries.sample_decree(queries.unsaved_first("revocation", HEAD))

    def clauses(revoked):
        sample.material = queries.material_of(sample)._replace(revoked=revoked)
        return queries.facts_of(sample)["words"]["clauses"][:3]

    date = f"tanggal 1 Februari {timezone.localdate().year}"
    falls, freed, recovered = clauses(Revoked(Totals(3, 15), 1, Totals(2, 10), "Nomor 2 tanggal 3 Mei 2026"))
    assert falls == (
        f"Mencabut Keputusan Kepala Dinas Sosial Kabupaten Lamandau Nomor 188.4/000/CONTOH {date} tentang "
        f"{sample.amends.title} sebagaimana telah diubah dengan Keputusan Nomor 2 tanggal 3 Mei 2026, yang memuat 3 (tiga) "
        "penerima dengan jumlah Rp15 (lima belas rupiah) sebagaimana tercantum dalam Lampiran, dan menyatakannya tidak "
        "berlaku."
    )
    assert freed == "Bantuan bagi 1 (satu) penerima yang dananya belum tersalur tidak disalurkan."
    assert recovered == (
        "Dana yang telah tersalur kepada 2 (dua) penerima berjumlah Rp10 (sepuluh rupiah) wajib dikembalikan ke Kas Daerah "
        "sesuai ketentuan peraturan perundang-undangan."
    )
    assert clauses(Revoked(Totals(3, 15), 0, Totals(0, 0)))[1:] == [
        "Tidak ada bantuan yang masih menunggu penyaluran.",
        "Tidak ada dana yang telah tersalur sehingga tidak ada yang harus dikembalikan.",
    ]


@pytest.mark.parametrize(
    "corrected, leaving, coming, phrase",
    [
        (0, 0, 0, ""),
        (0, 2, 0, "mengeluarkan 2 (dua) penerima"),
        (0, 2, 1, "mengeluarkan 2 (dua) penerima dan menetapkan 1 (satu) penerima baru"),
        (3, 0, 1, "memperbaiki data 3 (tiga) penerima dan menetapkan 1 (satu) penerima baru"),
        (
            3,
            2,
            1,
            "memperbaiki data 3 (tiga) penerima, mengeluarkan 2 (dua) penerima dan menetapkan 1 (satu) penerima baru",
        ),
    ],
)
def test_what_an_amendment_changes_is_one_phrase(house, corrected, leaving, coming, phrase):
    sample = queries.sample_decree(queries.unsaved_first("amendment", HEAD))
    sample.material = Material(Totals(coming, coming * AMOUNT), AMOUNT, [None] * leaving, corrected)
    values = queries.values_of(sample, queries.facts_of(sample))
    assert (values["isi_perubahan"].text, set(values)) == (phrase, set(queries.tags_for("amendment")))


def test_looking_with_a_draft_shows_its_people_and_what_each_tag_gives(house, client):
    decree = house.at("going_up", count=3)
    wording = drafted(house)
    client.force_login(house.cast.kabid)
    url = reverse("decrees:edit_wording", args=[wording.ref])
    answer = client.post(url, boxes(wording, sample=decree.ref, lihat="1"), headers={"HX-Request": "true"})
    text = answer.content.decode()
    for words in ("{jumlah_penerima_terbilang}", "<dd>tiga<br>", "<dd>Rp15.000.000<br>", "<dd><em>kosong</em><br>",
                  "Undang-Undang Nomor 5 Tahun 2002"):  # fmt: skip
        assert words in text, words
    stranger = house.signed()
    answer = client.post(url, boxes(wording, sample=stranger.ref, lihat="1"), headers={"HX-Request": "true"})
    assert "data:image" not in answer.content.decode()


def test_looking_at_faults_names_them_and_draws_nothing(house, client):
    wording = drafted(house)
    client.force_login(house.cast.kabid)
    url = reverse("decrees:edit_wording", args=[wording.ref])
    data = boxes(wording, clauses="{jumlah}\n[", title="", lihat="1")
    text = client.post(url, data, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r"<li>(.*?)</li>", text) == [
        "Tentang belum diisi.",
        "Diktum KESATU: tag {jumlah} tidak dikenal.",
        "Diktum KEDUA: kurung siku “[” pada huruf ke-1 belum ditutup.",
    ]
    assert "data:image" not in text
    saved = client.post(url, data | {"lihat": ""})
    assert saved.status_code == 200  # also an empty "lihat" only looks
    del data["lihat"]
    assert client.post(url, data).status_code == 422
    assert Wording.objects.get(pk=wording.pk).texts == wording.texts


def test_kabid_writes_a_version_by_its_pages(house, client):
    client.force_login(house.cast.kabid)
    answer = client.post(reverse("decrees:draft_wording"), {"source": "original.office_head", "note": "Tembusan"})
    wording = Wording.objects.get(stage="draft")
    assert (answer.status_code, answer["Location"]) == (303, wording.get_absolute_url())
    answer = client.post(reverse("decrees:edit_wording", args=[wording.ref]), boxes(wording, copies="Arsip."))
    assert (answer.status_code, Wording.objects.get(pk=wording.pk).copies) == (303, "Arsip.")
    answer = client.post(reverse("decrees:enact_wording", args=[wording.ref]))
    assert (answer.status_code, first()) == (303, wording)
    older = Wording.objects.get(number=1)
    client.post(reverse("decrees:draft_wording"), {"source": older.ref})
    assert Wording.objects.get(stage="draft").copies == older.copies


def test_the_words_of_a_draft_are_written_beside_its_paper(house, client):
    decree = house.at("draft", count=2)
    client.force_login(house.cast.kabid)
    url = reverse("decrees:edit", args=[decree.ref])
    shown = client.get(url).content.decode()
    assert ("Menetapkan {jumlah_penerima}" in shown, "Pakai naskah yang berlaku" in shown) == (True, False)
    data = {"title": "Judul uji", "considerations": "bahwa {judul};", "clauses": "{jumlah_penerima} dan {total}."}
    looked = client.post(url, data | {"lihat": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert (looked.count("data:image/jpeg"), Decree.objects.get().title == decree.title) == (3, True)
    assert client.post(url, data).status_code == 303
    decree = Decree.objects.get()
    assert (decree.title, decree.considerations, decree.clauses) == (
        "Judul uji",
        data["considerations"],
        data["clauses"],
    )
    client.post(url, data | {"clauses": ""})
    assert Decree.objects.get().clauses == ""
    for wrong in ({"title": "{program}"}, {"clauses": "{x}"}, {"considerations": "bahwa [;"}):
        assert client.post(url, data | wrong).status_code == 422


def test_the_page_of_drafting_begins_with_the_words_in_force(house, client):
    enacted(house, title="Penetapan Penerima {program} TA {tahun}", considerations="bahwa {judul};")
    programme = house.programme(name="UEP Uji", year=2026)
    house.eligible(programme, 1)
    shown = page(client, house.cast.kabid, "draft", programme.ref)
    assert ("Penetapan Penerima UEP Uji TA 2026" in shown, "bahwa {judul};" in shown) == (True, True)
    decree = house.signed()
    shown = page(client, house.cast.kabid, "amend", decree.ref)
    assert f"Perubahan atas Keputusan Nomor {decree.number} tentang {decree.title}" in shown
    amendment = house.amendment(decree)
    actions.add(amendment, by=house.cast.kabid, proposals=house.eligible(decree.programme, 1))
    house.at("signed", decree=Decree.objects.get(pk=amendment.pk))
    assert "Perubahan Kedua atas Keputusan Nomor" in page(client, house.cast.kabid, "amend", decree.ref)
