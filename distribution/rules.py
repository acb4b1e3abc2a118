"""Who may act at steps 4 to 6, on what, and when; four eyes by person (design, law 2)."""

from decrees.queries import why_off
from distribution import queries
from distribution.models import Confirmation, Payment
from proposals.flow import ON_DECREE_UNPAID, State
from uep.access.access import rule
from uep.access.roles import Role

DEPOSITED = "Dana penerima ini sudah disetor kembali ke kas daerah."
NOT_THE_SENDER = "Anda mengirim daftar ini; konfirmasi harus dari orang lain."


@rule("distribution.view")
def view(user, subject):
    yield True, ""


@rule("distribution.view_proof")
def view_proof(user, subject):
    yield True, ""


# Step 4 -----------------------------------------------------------------------------------------------------------------


def _stands(recipient):
    sentence = why_off(recipient)
    yield not sentence, sentence


def _unpaid(recipient):
    yield from _stands(recipient)
    yield recipient.proposal.state in ON_DECREE_UNPAID, "Dana penerima ini sudah tersalur."
    yield (
        not recipient.payments.filter(status=Payment.Status.WAITING).exists(),
        "Rekening ini ada di daftar pembayaran yang sedang ditangani bank. Bila salah, bank mencatat gagal salur.",
    )


@rule(
    "distribution.reveal_accounts",
    label="Buka nomor rekening lengkap",
    ask="Nomor lengkap tampil di halaman dan berkas XLSX Anda selama 30 menit. Siapa, kapan, dan alasannya dicatat.",
    done="Nomor rekening terbuka selama 30 menit.",
)
def reveal_accounts(user, decree):
    yield user.bank_id == decree.programme.bank_id, "Nomor lengkap hanya untuk petugas bank penyalur SK ini."
    yield decree.recipients.in_force().exists(), "SK ini tidak lagi memuat penerima."


@rule("distribution.check_account", label="Periksa rekening", done="Hasil pemeriksaan rekening disimpan.")
def check_account(user, recipient):
    yield from _unpaid(recipient)
    yield bool(recipient.proposal.account_number), "Nomor rekening belum diisi oleh desa."


@rule(
    "distribution.accept_accounts",
    label="Nyatakan rekening benar",
    ask="Pilih rekening yang nomor dan namanya sudah cocok di sistem bank. Yang salah dicatat satu per satu dengan sebabnya.",
    done="Rekening dinyatakan benar.",
    tone="primary",
)
def accept_accounts(user, decree):
    yield (
        queries.account_rows(decree)
        .filter(account_verdict__isnull=True, proposal__account_number__isnull=False)
        .exists(),
        "Tidak ada rekening yang menunggu pemeriksaan.",
    )


@rule(
    "distribution.correct_account",
    label="Perbaiki rekening",
    ask="Salin nomor dan nama persis seperti di buku rekening. Bank memeriksanya lagi sebelum dana disalurkan.",
    done="Rekening diperbaiki dan menunggu pemeriksaan bank.",
    tone="primary",
)
def correct_account(user, recipient):
    yield recipient.village_id == user.village_id, "Penerima ini dari desa/kelurahan lain."
    yield from _unpaid(recipient)
    yield (
        recipient.proposal.state == State.PAYMENT_FAILED or not queries.account_is_valid(recipient),
        "Rekening ini sudah dinyatakan benar oleh bank.",
    )


@rule(
    "distribution.propose_agreement",
    label="Usulkan kesepakatan",
    ask="Jadwal, tempat, cara, dan biaya penyaluran. Mengusulkan berarti pihak Anda setuju; pihak lain menyetujui versi yang sama.",
    done="Usulan kesepakatan disimpan dan menunggu persetujuan pihak lain.",
    tone="primary",
)
def propose_agreement(user, decree):
    yield not queries.is_complete(decree), "Penyaluran SK ini sudah selesai."


@rule(
    "distribution.confirm_agreement",
    label="Setujui kesepakatan",
    ask="Setelah kedua pihak setuju, kesepakatan berlaku dan naskahnya terbit. Perubahan memerlukan versi baru.",
    done="Persetujuan Anda dicatat.",
    tone="primary",
)
def confirm_agreement(user, agreement):
    yield agreement.agreed_at is None, "Kesepakatan ini sudah berlaku."
    yield agreement == queries.agreement_of(agreement.decree), "Ada versi kesepakatan yang lebih baru."
    yield (
        not agreement.confirmations.filter(side=side_of(user)).exists(),
        "Pihak Anda sudah menyetujui versi ini; menunggu pihak lain.",
    )
    yield not agreement.confirmations.filter(by=user).exists(), "Anda sudah menyetujui versi ini untuk pihak lain."


def side_of(user) -> str:
    """For which of the two sides this person speaks."""
    return Confirmation.Side.BANK if user.role == Role.BANK else Confirmation.Side.OFFICE


# Step 5 -----------------------------------------------------------------------------------------------------------------


@rule(
    "distribution.plan_session",
    label="Jadwalkan sosialisasi",
    ask="Pilih penerima yang diundang. Yang berhalangan dapat diundang lagi ke sosialisasi berikutnya.",
    done="Sosialisasi dijadwalkan. Undangan dan daftar hadir dapat dicetak.",
    tone="primary",
)
def plan_session(user, decree):
    yield queries.agreement_in_force(decree) is not None, "Sosialisasi menunggu kesepakatan penyaluran dengan bank."
    yield queries.to_be_briefed(decree).exists(), "Tidak ada penerima yang menunggu sosialisasi."


def _planned(session):
    yield session.recorded_at is None, "Kehadiran sosialisasi ini sudah dicatat."
    yield session.cancelled_at is None, "Sosialisasi ini sudah dibatalkan."


@rule(
    "distribution.record_session",
    label="Catat kehadiran",
    ask="Centang yang hadir sesuai daftar hadir bertanda tangan. Kehadiran hanya dicatat sekali.",
    done="Kehadiran dicatat. Berita acara sedang disusun.",
    tone="primary",
)
def record_session(user, session):
    yield from _planned(session)


@rule(
    "distribution.cancel_session",
    label="Batalkan sosialisasi",
    ask="Undangan dicabut dan penerimanya dapat diundang ke sosialisasi lain.",
    done="Sosialisasi dibatalkan.",
    tone="danger",
)
def cancel_session(user, session):
    yield from _planned(session)


@rule(
    "distribution.add_paper",
    label="Unggah pakta integritas",
    ask="Berkas yang ditandatangani penerima setelah SK. Desa/kelurahan juga dapat mengunggahnya.",
    done="Berkas disimpan.",
)
def add_paper(user, recipient):
    yield from _stands(recipient)
    yield recipient.proposal.state in (*ON_DECREE_UNPAID, State.PAID), "Serah terima penerima ini sudah dicatat."


# Step 6 -----------------------------------------------------------------------------------------------------------------


@rule(
    "distribution.send_list",
    label="Susun daftar pembayaran",
    ask="Daftar memuat penerima yang sudah mengikuti sosialisasi, rekeningnya benar, dan pakta integritasnya ada. "
    "Setelah disusun, isinya tidak dapat diubah; orang kedua melepasnya ke bank.",
    done="Daftar pembayaran disusun dan menunggu dilepas ke bank oleh orang kedua.",
    tone="primary",
)
def send_list(user, decree):
    yield queries.agreement_in_force(decree) is not None, "Kesepakatan penyaluran belum disetujui kedua pihak."
    yield queries.payable(decree).exists(), "Belum ada penerima yang siap dibayar."


def _sealed(disbursement):
    yield disbursement.recalled_at is None, "Daftar ini sudah ditarik."
    yield disbursement.released_at is None, "Daftar ini sudah dilepas ke bank."


@rule(
    "distribution.release_list",
    label="Lepas ke bank",
    ask="Cocokkan jumlah penerima dan uangnya. Setelah dilepas, bank dapat menyalurkan dan daftar tidak dapat ditarik.",
    done="Daftar pembayaran dilepas ke bank.",
    tone="primary",
)
def release_list(user, disbursement):
    yield from _sealed(disbursement)
    yield disbursement.sent_by_id != user.pk, "Anda menyusun daftar ini; orang lain yang melepasnya ke bank."


@rule(
    "distribution.recall_list",
    label="Tarik daftar",
    ask="Selama belum dilepas ke bank, daftar dapat ditarik. Penerimanya masuk daftar berikutnya.",
    done="Daftar pembayaran ditarik.",
    tone="danger",
)
def recall_list(user, disbursement):
    yield from _sealed(disbursement)


def _at_the_bank(disbursement):
    yield disbursement.recalled_at is None, "Daftar ini sudah ditarik."
    yield disbursement.released_at is not None, "Daftar ini belum dilepas ke bank."


@rule("distribution.record_sp2d", label="Catat SP2D", done="SP2D dicatat.")
def record_sp2d(user, disbursement):
    yield disbursement.recalled_at is None, "Daftar ini sudah ditarik."


@rule(
    "distribution.pay",
    label="Konfirmasi dana tersalur",
    ask="Pilih penerima yang dananya sudah masuk. Konfirmasi tidak dapat ditarik.",
    done="Pembayaran dikonfirmasi.",
    tone="primary",
)
def pay(user, disbursement):
    yield from _at_the_bank(disbursement)
    yield disbursement.sent_by_id != user.pk, NOT_THE_SENDER
    yield queries.open_lines(disbursement).exists(), "Semua pembayaran di daftar ini sudah dicatat."


@rule(
    "distribution.fail_payment",
    label="Catat gagal salur",
    ask="Sebutkan sebabnya agar desa dapat memperbaiki.",
    done="Gagal salur dicatat.",
    tone="danger",
)
def fail_payment(user, payment):
    yield from _at_the_bank(payment.disbursement)
    yield payment.disbursement.sent_by_id != user.pk, NOT_THE_SENDER
    yield payment.status == Payment.Status.WAITING, "Hasil pembayaran ini sudah dicatat."
    yield from _stands(payment.recipient)


@rule(
    "distribution.read_results",
    label="Unggah hasil bank",
    ask="Isi kolom hasil pada daftar pembayaran dari halaman ini, lalu unggah. Baris yang keliru ditolak satu per satu; "
    "berkas yang sama tidak mengubah apa pun.",
    done="Berkas hasil dibaca.",
)
def read_results(user, disbursement):
    yield from _at_the_bank(disbursement)
    yield disbursement.sent_by_id != user.pk, NOT_THE_SENDER


@rule(
    "distribution.reverse_payment",
    label="Catat dana kembali",
    ask="Gunakan bila transfer yang sudah dicatat tersalur dikembalikan. Penerima diperbaiki rekeningnya dan dibayar lagi.",
    done="Dana kembali dicatat.",
    tone="danger",
)
def reverse_payment(user, payment):
    yield payment.disbursement.sent_by_id != user.pk, NOT_THE_SENDER
    yield payment.status == Payment.Status.PAID, "Hanya pembayaran yang tersalur yang dapat kembali."
    yield (
        payment.recipient.proposal.state == State.PAID,
        "Serah terima penerima ini sudah dicatat; dana yang kembali diselesaikan dengan SK perubahan.",
    )


@rule(
    "distribution.retry",
    label="Ulangi penyaluran",
    ask="Penerima masuk daftar pembayaran berikutnya.",
    done="Penerima siap dibayar lagi.",
    tone="primary",
)
def retry(user, recipient):
    yield from _stands(recipient)
    yield recipient.proposal.state != State.WITHDRAWN, DEPOSITED
    yield recipient.proposal.state == State.PAYMENT_FAILED, "Pembayaran penerima ini tidak gagal."
    yield queries.failure_is_mended(recipient), "Rekening belum diperbaiki desa dan diperiksa bank sejak gagal salur."


@rule(
    "distribution.return_funds",
    label="Catat setoran ke kas daerah",
    ask="Dana yang tidak dapat disalurkan disetor kembali dengan surat tanda setoran. Penerimanya tidak dibayar lagi dari SK ini.",
    done="Setoran kembali dicatat.",
)
def return_funds(user, decree):
    yield queries.returnable(decree).exists(), "Tidak ada penerima gagal salur yang dananya belum disetor."


@rule(
    "distribution.hand_over",
    label="Catat serah terima",
    ask="Foto dan tanda tangan berasal dari penerima sendiri atau wakilnya yang membawa surat kuasa.",
    done="Serah terima dicatat. Berita acara sedang disusun.",
    tone="primary",
)
def hand_over(user, recipient):
    yield recipient.proposal.state == State.PAID, "Serah terima dicatat setelah dana tersalur."


@rule("distribution.visit", label="Catat pendampingan", done="Kunjungan pendampingan dicatat.")
def visit(user, recipient):
    yield recipient.proposal.state == State.HANDED_OVER, "Pendampingan dimulai setelah serah terima."


# How a bank wants its lists ------------------------------------------------------------------------------------------------


@rule("distribution.view_layouts")
def view_layouts(user, layout):
    yield True, ""


@rule(
    "distribution.add_layout",
    label="Tambah susunan",
    ask="Susunan menentukan kolom, urutan, dan lebar daftar untuk satu bank. Contohnya tampil di bawah isian.",
    done="Susunan daftar disimpan.",
    tone="primary",
)
def add_layout(user, _):
    yield True, ""


@rule("distribution.edit_layout", label="Ubah susunan", done="Susunan daftar disimpan.", tone="primary")
def edit_layout(user, layout):
    yield True, ""


@rule(
    "distribution.take_list",
    label="Ambil daftar lengkap",
    ask="Berkas memuat nomor rekening lengkap. Siapa, kapan, dan dalam bentuk apa dicatat.",
    done="Daftar siap diunduh selama 30 menit.",
    tone="primary",
)
def take_list(user, disbursement):
    yield from _at_the_bank(disbursement)
    yield (
        user.bank_id == disbursement.decree.programme.bank_id,
        "Nomor lengkap hanya untuk petugas bank penyalur SK ini.",
    )


@rule("distribution.show_password", label="Tampilkan kata sandi", done="Kata sandi ditampilkan satu kali di bawah ini.")
def show_password(user, copy):
    yield copy.by_id == user.pk, "Kata sandi hanya untuk yang mengambil daftar ini."
    yield copy.password is not None, "Berkas ini tidak berkata sandi."
    yield copy.password_shown_at is None, "Kata sandi sudah ditampilkan; ambil daftar lagi bila hilang."
