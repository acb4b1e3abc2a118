"""The whole story in a browser: a village's own spreadsheet goes in, signed minutes come out, each act by its role.

Nine sign-ins: administrator, Kabid, village, secretary, staff, head, bank, auditor, Bupati. What the papers say is
compared with the database.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from decrees.models import Decree, Recipient
from distribution.models import OutreachSession, Payment
from proposals.flow import State
from proposals.models import CoverLetter, ListImport, Programme, Proposal
from tests.cast import PASSWORD
from tests.walk import picture
from uep.documents.models import OfficialDocument
from uep.office.models import Bank
from uep.ui.indonesian import rupiah, rupiah_terbilang, tanggal_terbilang
from verification.models import Assignment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = Path(__file__).parent.parent / "data" / "usulan_6209031005.xlsx"
OPERATOR, NEW_PASSWORD = "desa.nangabulik", "perahu-kelotok-7"
SENT = 4  # households that the village completes and sends; the rest of its list stays drafts


def photo(name: str = "foto.jpg") -> dict:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture()}


class Story:
    """Shared between the acts of the story."""

    def __init__(self, cast, enter, run_jobs):
        self.cast, self.enter, self.run_jobs = cast, enter, run_jobs
        self.today = timezone.localdate()

    def signed_in(self, username, *, phone=False):
        return self.enter(username, phone=phone).sign_in(PASSWORD)

    def chosen(self) -> list[Proposal]:
        return list(Proposal.objects.exclude(letter=None).order_by("name", "pk"))


@pytest.fixture
def story(cast, enter, run_jobs):
    return Story(cast, enter, run_jobs)


def test_from_a_villages_list_to_the_last_handover(story):
    operator = administrator_opens_an_account(story)
    kabid = story.signed_in("kabid")
    kabid_opens_a_programme(story, kabid)
    village_imports_its_list(story, operator)
    village_completes_households(story, operator)
    village_sends_its_letter(story, operator)
    secretary = story.signed_in("sekretaris", phone=True)
    secretary_disposes(story, secretary)
    staff = story.signed_in("sari")
    staff_checks_papers(story, staff, operator)
    kabid_sends_a_team(story, kabid)
    staff_visits(story, staff)
    kabid_validates(story, kabid)
    decree_is_signed(story, kabid, secretary)
    bank = story.signed_in("bank")
    bank_and_office_agree(story, bank, kabid, operator)
    staff_briefs(story, staff, operator)
    bank_pays(story, bank, kabid, secretary, staff, operator)
    staff_hands_over(story, staff)
    everyone_reads_the_end(story, operator)


def administrator_opens_an_account(story):
    admin = story.signed_in("admin")
    admin.do(
        "/pengguna/tambah/",
        username=OPERATOR,
        full_name="Operator Nanga Bulik",
        role="village",
        village="62.09.03.1005",
    )
    password = admin.page.locator("main code").inner_text()
    operator = story.enter(OPERATOR, phone=True).sign_in(password)
    assert operator.heading() == "Ganti kata sandi"
    operator.fill(current=password, password=NEW_PASSWORD, again=NEW_PASSWORD).send()
    assert operator.heading() == "Meja kerja"
    return operator


def kabid_opens_a_programme(story, kabid):
    kabid.do(
        "/usulan/program/buat/",
        name="UEP Kabupaten",
        budget="50.000.000",
        amount="5.000.000",
        quota=10,
        opens_on=(story.today - timedelta(days=1)).isoformat(),
        closes_on=(story.today + timedelta(days=30)).isoformat(),
        bank=str(story.cast.bank.bank_id),
    )
    programme = Programme.objects.get()
    assert (programme.budget, programme.quota, programme.requirements.count() > 5) == (50_000_000, 10, True)
    assert programme.bank == Bank.objects.get(pk=story.cast.bank.bank_id)


def village_imports_its_list(story, operator):
    programme = Programme.objects.get()
    operator.open("/").picture("meja-kerja-desa")
    operator.do(f"/usulan/program/{programme.ref}/daftar/", upload=LIST)
    operator.sees("tersimpan sebagai angka").picture("impor-daftar")
    listed = ListImport.objects.get()
    operator.open(f"/usulan/daftar/{listed.ref}/masukkan/").send()
    listed.refresh_from_db()
    drafts = Proposal.objects.filter(state=State.DRAFT).count()
    assert (listed.added, drafts, listed.added + listed.faulty) == (drafts, listed.added, 28)
    again = Proposal.objects.count()
    operator.do(f"/usulan/program/{programme.ref}/daftar/", upload=LIST)
    assert Proposal.objects.count() == again


def village_completes_households(story, operator):
    for proposal in Proposal.objects.order_by("name", "pk")[:SENT]:
        operator.do(
            f"/usulan/{proposal.ref}/ubah/",
            social_data="DTSEN",
            desil=2,
            social_period="triwulan III 2026",
            is_not_public_payroll=True,
            amount_requested=proposal.amount_requested,
            account_name=proposal.name,
        )
        operator.do(
            f"/usulan/{proposal.ref}/rab/",
            description_1="Modal dagang",
            quantity_1=1,
            unit_1="paket",
            unit_price_1=proposal.amount_requested,
        )
        for code in ("ktp", "kk", "sptjm", "sku", "foto_usaha"):
            operator.do(f"/usulan/{proposal.ref}/unggah/?untuk={code}", uploads=photo(f"{code}.jpg"))
    first = Proposal.objects.order_by("name", "pk").first()
    operator.open(f"/usulan/{first.ref}/").picture("usulan-desa")
    sptjm = operator.pdf(f"/usulan/{first.ref}/cetak/sptjm.pdf")
    assert (str(first.nik) in sptjm.replace(" ", ""), first.name.upper() in sptjm.upper()) == (True, True)


def village_sends_its_letter(story, operator):
    programme = Programme.objects.get()
    operator.do(
        f"/usulan/program/{programme.ref}/surat/",
        number="400.9/112/NB",
        date=story.today.isoformat(),
        signed_by="Rahmat Hidayat",
    )
    letter = CoverLetter.objects.get()
    ready = {str(proposal.pk) for proposal in Proposal.objects.order_by("name", "pk")[:SENT]}
    operator.open(f"/usulan/surat/{letter.ref}/pilih/")
    for box in operator.page.locator("main form [name=proposals]").all():
        box.set_checked(box.get_attribute("value") in ready)
    operator.send()
    for requirement in programme.requirements.filter(owner="letter", is_required=True):
        operator.do(f"/usulan/surat/{letter.ref}/berkas/", requirement=str(requirement.pk), upload=photo("surat.jpg"))
    operator.open(f"/usulan/surat/{letter.ref}/kirim/").send()
    story.run_jobs()
    numbers = [f"{n:04d}/{story.today.year}" for n in range(1, SENT + 1)]
    assert [proposal.register for proposal in letter.proposals.order_by("register_number")] == numbers
    receipt = OfficialDocument.objects.get(paper="tanda_terima")
    text = operator.pdf(receipt.get_download_url())
    assert [number in text for number in [*numbers, "400.9/112/NB"]] == [True] * (SENT + 1)
    public = operator.open(receipt.get_check_url())
    public.sees("Berlaku")
    assert [p.name in public.page.content() for p in story.chosen()] == [False] * SENT


def secretary_disposes(story, secretary):
    letter = CoverLetter.objects.get()
    secretary.open("/").picture("meja-kerja-sekretaris").follow(f"Disposisi {SENT} usulan")
    secretary.do(
        f"/usulan/surat/{letter.ref}/disposisi/",
        to=str(story.cast.staff.pk),
        nature="urgent",
        instruction="process",
        note="Verifikasi minggu ini.",
    )
    story.run_jobs()
    text = secretary.pdf(OfficialDocument.objects.get(paper="disposisi").get_download_url())
    assert [word in text for word in ("400.9/112/NB", "Verifikasi minggu ini.", str(story.cast.staff))] == [True] * 3
    assert set(letter.proposals.values_list("state", flat=True)) == {State.ASSIGNED}


def staff_checks_papers(story, staff, operator):
    first, *rest = story.chosen()
    check(staff, first, wrong={"sptjm": "Belum bermeterai; tempel meterai lalu foto ulang."})
    staff.open(f"/verifikasi/{first.ref}/kembalikan/").send()
    operator.open(f"/usulan/{first.ref}/").sees("Belum bermeterai").picture("perlu-perbaikan")
    operator.do(f"/usulan/{first.ref}/unggah/?untuk=sptjm", uploads=photo("sptjm-bermeterai.jpg"))
    operator.do(f"/usulan/{first.ref}/jawab/", note="Sudah bermeterai.")
    check(staff, first, only={"sptjm"})
    staff.open(f"/verifikasi/{first.ref}/teruskan/").send()
    for proposal in rest:
        check(staff, proposal)
        staff.open(f"/verifikasi/{proposal.ref}/teruskan/").send()
    assert {p.state for p in story.chosen()} == {State.COMPLETE}


def check(staff, proposal, *, wrong=None, only=None):
    """Tick every open item as right, but those named as wrong."""
    wrong = wrong or {}
    staff.open(f"/verifikasi/{proposal.ref}/berkas/").picture("periksa-berkas")
    boxes = staff.page.locator("main form [type=radio][value=right]").all()
    for box in boxes:
        code = box.get_attribute("name").removeprefix("verdict_")
        if code in wrong:
            staff.fill(**{f"verdict_{code}": "wrong", f"why_{code}": wrong[code]})
        elif (only is None or code in only) and box.is_visible():
            box.check()
    staff.send()


def kabid_sends_a_team(story, kabid):
    programme = Programme.objects.get()
    kabid.open(f"/verifikasi/program/{programme.ref}/tugaskan/")
    for box in kabid.page.locator("main form [name=proposals]").all():
        box.check()
    kabid.fill(
        leader=str(story.cast.staff.pk),
        members=[story.cast.colleague.pk],
        starts=story.today.isoformat(),
        ends=(story.today + timedelta(days=1)).isoformat(),
    ).send()
    story.run_jobs()
    assignment = Assignment.objects.get()
    text = kabid.pdf(OfficialDocument.objects.get(paper="surat_tugas").get_download_url())
    assert [p.name in text for p in story.chosen()] == [True] * SENT
    sheets = kabid.pdf(f"/verifikasi/tugas/{assignment.ref}/lembar-kunjungan.pdf")
    assert [p.register in sheets for p in story.chosen()] == [True] * SENT


def staff_visits(story, staff):
    for proposal in story.chosen():
        staff.do(
            f"/verifikasi/{proposal.ref}/kunjungan/",
            visited_at=timezone.localtime(timezone.now() - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"),
            found="found",
            met="Calon penerima",
            latitude="-2.012345",
            longitude="111.212345",
            identity_matches="True",
            lives_there="True",
            business_exists="True",
            business_seen="Usaha di depan rumah",
            answer_walls="True",
            answer_light="True",
            recommendation="eligible",
            reason="Usaha berjalan, modal terbatas.",
        )
        visit = proposal.visits.get()
        staff.do(f"/verifikasi/kunjungan/{visit.ref}/foto/", business=photo("usaha.jpg"))
        staff.open(f"/verifikasi/{proposal.ref}/ajukan/").send()
    assignment = Assignment.objects.get()
    staff.do(f"/verifikasi/tugas/{assignment.ref}/berita-acara/", date=story.today.isoformat())
    story.run_jobs()
    text = staff.pdf(OfficialDocument.objects.get(paper="ba_verifikasi").get_download_url())
    assert [p.name in text for p in story.chosen()] == [True] * SENT
    assert tanggal_terbilang(story.today) in text


def kabid_validates(story, kabid):
    *eligible, last = story.chosen()
    kabid.open(f"/verifikasi/{last.ref}/validasi/").picture("validasi-kabid")
    kabid.do(f"/verifikasi/{last.ref}/tidak-layak/", reason="Usaha tidak ditemukan saat dicek ulang.")
    for proposal in eligible:
        kabid.do(f"/verifikasi/{proposal.ref}/layak/", reason="Sesuai hasil kunjungan.")
    assert [p.state for p in story.chosen()] == [State.ELIGIBLE] * (SENT - 1) + [State.INELIGIBLE]


def decree_is_signed(story, kabid, secretary):
    programme = Programme.objects.get()
    kabid.open("/sk/").follow("Susun draf SK")
    kabid.fill(considerations="bahwa bantuan perlu tepat sasaran;").send()
    decree = Decree.objects.get()
    preview = kabid.pdf(f"/sk/{decree.ref}/pratinjau.pdf")
    assert ("PRATINJAU" in preview, "MEMUTUSKAN" in preview) == (True, True)
    kabid.open(f"/sk/{decree.ref}/ajukan/").send()
    secretary.do(f"/sk/{decree.ref}/kembalikan/", reason="Lengkapi bagian Menimbang.")
    kabid.do(
        f"/sk/{decree.ref}/teks/", considerations="bahwa calon penerima telah diverifikasi;\nbahwa perlu ditetapkan;"
    )
    kabid.open(f"/sk/{decree.ref}/ajukan/").send()
    secretary.open(f"/sk/{decree.ref}/paraf/").send()
    head = story.signed_in("kadis", phone=True)
    head.open(f"/sk/{decree.ref}/").picture("sk-kadis")
    head.open(f"/sk/{decree.ref}/tandatangani/").send()
    head.open(f"/sk/{decree.ref}/")
    story.run_jobs()
    decree.refresh_from_db()
    total = sum(recipient.amount for recipient in decree.recipients.all())
    document = OfficialDocument.objects.get(paper="sk")
    text = head.pdf(document.get_download_url())
    words = [decree.number, rupiah(total), rupiah_terbilang(total), *(r.name for r in decree.recipients.all())]
    assert {word: word in text for word in words} == dict.fromkeys(words, True)
    assert [str(r.nik) in text.replace(" ", "") for r in decree.recipients.all()] == [False] * (SENT - 1)
    anyone = story.enter("siapa-saja").open(document.get_check_url()).sees("Berlaku").sees(decree.number)
    assert [r.name in anyone.page.content() for r in decree.recipients.all()] == [False] * (SENT - 1)
    assert programme.decrees.count() == 1


def recipients() -> list[Recipient]:
    return list(Recipient.objects.order_by("position"))


def bank_and_office_agree(story, bank, kabid, operator):
    decree = Decree.objects.get()
    wrong, *_ = recipients()
    bank.open("/").follow("Periksa rekening")
    bank.do(f"/penyaluran/penerima/{wrong.ref}/periksa/", verdict="wrong", why="Nama di rekening berbeda satu huruf.")
    story.run_jobs()
    operator.open("/pemberitahuan/").follow(f"Rekening {wrong.name} dinyatakan salah").sees("berbeda satu huruf")
    operator.do(
        f"/penyaluran/penerima/{wrong.ref}/perbaiki-rekening/",
        account_number="125009999999",
        account_name=wrong.name,
    )
    story.run_jobs()
    bank.open("/pemberitahuan/").sees(f"Rekening {wrong.name} sudah diperbaiki")
    bank.open(f"/penyaluran/{decree.ref}/rekening-benar/").picture("periksa-rekening")
    bank.fill(which="all").send()
    kabid.do(
        f"/penyaluran/{decree.ref}/usulkan-kesepakatan/",
        method="transfer",
        starts=story.today.isoformat(),
        ends=(story.today + timedelta(days=14)).isoformat(),
        place="Kantor Cabang Nanga Bulik",
        fee="0",
        contact="Ibu Rina, 0532-00000",
        failed_handling="Bank melapor paling lambat dua hari kerja.",
    )
    agreement = decree.agreements.get()
    bank.open(f"/penyaluran/kesepakatan/{agreement.ref}/setujui/").send()
    story.run_jobs()
    text = bank.pdf(OfficialDocument.objects.get(paper="kesepakatan").get_download_url())
    total = rupiah(sum(recipient.amount for recipient in recipients()))
    assert [word in text for word in (decree.number, "Kantor Cabang Nanga Bulik", total)] == [True] * 3
    assert states() == [State.AGREED] * (SENT - 1)


def states() -> list[str]:
    return [recipient.proposal.state for recipient in recipients()]


def staff_briefs(story, staff, operator):
    decree = Decree.objects.get()
    absent = recipients()[-1]
    for guests in (None, [absent]):
        soon = timezone.localtime(timezone.now() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
        staff.open(f"/penyaluran/{decree.ref}/sosialisasi/").fill(
            which="all", starts_at=soon, place="Aula Kecamatan Bulik"
        ).send()
        session = decree.sessions.order_by("-pk").first()
        story.run_jobs()
        # Nobody waits two minutes in a test: the session has been.
        OutreachSession.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(hours=1))
        staff.open(f"/penyaluran/sosialisasi/{session.ref}/catat/")
        for row in session.attendances.select_related("recipient"):
            staff.page.locator(f"main form [name=came-{row.pk}]").set_checked(bool(guests) or row.recipient != absent)
        staff.fill(companion=str(story.cast.staff.pk), minutes="Berjalan lancar.", photo=photo()).send()
    names = [recipient.name for recipient in recipients()]
    invitation = OfficialDocument.objects.filter(paper="undangan").order_by("pk").first()
    text = staff.pdf(invitation.get_download_url())
    assert [name in text for name in names] == [True] * len(names)
    first = decree.sessions.order_by("pk").first()
    sheet = staff.pdf(f"/penyaluran/sosialisasi/{first.ref}/daftar-hadir.pdf")
    assert [name in sheet for name in names] == [True] * len(names)
    own = operator.pdf(f"/penyaluran/sosialisasi/{first.ref}/undangan/{absent.village_id}.pdf")
    assert [word in own for word in [invitation.number, *names]] == [True] * (len(names) + 1)
    story.run_jobs()
    minutes = OfficialDocument.objects.filter(paper="ba_sosialisasi").order_by("pk").first()
    text = staff.pdf(minutes.get_download_url())
    assert [f"Hadir {len(names) - 1} dari {len(names)} undangan" in text, str(story.cast.staff) in text] == [True, True]
    assert states() == [State.BRIEFED] * (SENT - 1)


def bank_pays(story, bank, kabid, secretary, staff, operator):
    decree = Decree.objects.get()
    for recipient in recipients():
        operator.do(f"/usulan/{recipient.proposal.ref}/unggah/?untuk=pakta_integritas", uploads=photo())
    kabid.open(f"/penyaluran/{decree.ref}/kirim-daftar/").send()
    first = decree.disbursements.get()
    secretary.open("/").follow(f"Lepas daftar pembayaran {first.count} penerima ke bank")
    secretary.open(f"/penyaluran/daftar/{first.ref}/lepas/").send()
    failing = first.payments.order_by("position").first()
    bank.do(f"/penyaluran/pembayaran/{failing.ref}/gagal/", failure="name", note="Nama berbeda di sistem bank")
    bank.open(f"/penyaluran/daftar/{first.ref}/konfirmasi/").picture("konfirmasi-bank")
    bank.fill(which="all", paid_on=story.today.isoformat(), reference="TRX-2026-1").send()
    mended = failing.recipient
    operator.open("/").follow(f"Perbaiki rekening {mended.name}")
    operator.do(
        f"/penyaluran/penerima/{mended.ref}/perbaiki-rekening/",
        account_number="125008888888",
        account_name=mended.name,
    )
    bank.do(f"/penyaluran/penerima/{mended.ref}/periksa/", verdict="valid")
    staff.open(f"/penyaluran/penerima/{mended.ref}/ulangi/").send()
    kabid.open(f"/penyaluran/{decree.ref}/kirim-daftar/").send()
    second = decree.disbursements.order_by("-position").first()
    secretary.open(f"/penyaluran/daftar/{second.ref}/lepas/").send()
    bank.open(f"/penyaluran/daftar/{second.ref}/konfirmasi/").fill(
        which="all", paid_on=story.today.isoformat(), reference="TRX-2026-2"
    ).send()
    story.run_jobs()
    assert states() == [State.PAID] * (SENT - 1)
    paid = Payment.objects.filter(status=Payment.Status.PAID)
    assert sum(line.amount for line in paid) == sum(recipient.amount for recipient in recipients())
    lists = OfficialDocument.objects.filter(paper="daftar_pembayaran").order_by("pk")
    texts = [bank.pdf(document.get_download_url()) for document in lists]
    totals = [rupiah(disbursement.total) for disbursement in (first, second)]
    assert [total in text for total, text in zip(totals, texts, strict=True)] == [True, True]


def staff_hands_over(story, staff):
    decree = Decree.objects.get()
    for recipient in recipients():
        staff.do(
            f"/penyaluran/penerima/{recipient.ref}/serah-terima/",
            date=story.today.isoformat(),
            place="Kantor Kelurahan Nanga Bulik",
            identity_checked=True,
            witness="Rahmat Hidayat",
            witness_title="Lurah Nanga Bulik",
            photo=photo("penyerahan.jpg"),
            signature=photo("tanda-tangan.jpg"),
        )
    story.run_jobs()
    assert states() == [State.HANDED_OVER] * (SENT - 1)
    for recipient in recipients():
        document = OfficialDocument.objects.get(paper="bast", subject_pk=recipient.handover.pk)
        text = staff.pdf(document.get_download_url())
        words = [recipient.name, decree.number, rupiah(recipient.amount), "Rahmat Hidayat", document.number]
        assert {word: word in text for word in words} == dict.fromkeys(words, True)
        assert tanggal_terbilang(story.today).lower() in text.lower()
    village, total = recipients()[0].village, sum(recipient.amount for recipient in recipients())
    names = [recipient.name for recipient in recipients()]
    roll = staff.pdf(f"/penyaluran/{decree.ref}/serah-terima/{village.pk}.pdf")
    assert {word: word in roll for word in [*names, rupiah(total)]} == dict.fromkeys([*names, rupiah(total)], True)
    receipts = staff.pdf(f"/penyaluran/{decree.ref}/kuitansi/{village.pk}.pdf")
    words = [*names, rupiah_terbilang(recipients()[0].amount).capitalize(), f"Kuitansi {len(names)} dari {len(names)}"]
    assert {word: word in receipts for word in words} == dict.fromkeys(words, True)
    staff.open(f"/penyaluran/{decree.ref}/").picture("penyaluran-selesai").sees("Penyaluran selesai.")


def everyone_reads_the_end(story, operator):
    first = recipients()[0].proposal
    operator.open(f"/usulan/{first.ref}/").sees("Selesai").picture("usulan-selesai")
    auditor = story.signed_in("auditor")
    auditor.open("/laporan/").sees("UEP Kabupaten").picture("laporan")
    assert auditor.page.goto(f"/usulan/{first.ref}/ubah/").status == 403
    regent = story.signed_in("bupati", phone=True)
    regent.open("/laporan/").sees("UEP Kabupaten")
    assert regent.page.goto(f"/usulan/{first.ref}/").status == 403
