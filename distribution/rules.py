"""Who may act at steps 4 to 6, on what, and when; four eyes by person (design, law 2)."""

from distribution import queries
from distribution.models import Confirmation, Payment
from proposals.flow import ON_DECREE_UNPAID, State
from uep.access.access import rule
from uep.access.roles import Role


@rule("distribution.view")
def view(user, subject):
    yield True, ""


def _unpaid(recipient):
    yield recipient.removed_at is None, "Penerima ini sudah dikeluarkan dengan SK perubahan."
    yield recipient.proposal.state in ON_DECREE_UNPAID, "Dana penerima ini sudah tersalur."


@rule("distribution.check_account", label="Periksa rekening", done="Hasil pemeriksaan rekening disimpan.")
def check_account(user, recipient):
    yield from _unpaid(recipient)
    yield bool(recipient.proposal.account_number), "Nomor rekening belum diisi oleh desa."


@rule(
    "distribution.accept_accounts",
    label="Nyatakan rekening benar",
    ask="Pilih rekening yang nomor dan namanya sudah cocok di sistem bank.",
    done="Rekening dinyatakan benar.",
    tone="primary",
)
def accept_accounts(user, decree):
    yield (
        queries.account_rows(decree).filter(account_verdict__isnull=True, proposal__account_number__isnull=False).exists(),
        "Tidak ada rekening yang menunggu pemeriksaan.",
    )


@rule("distribution.correct_account", label="Perbaiki rekening", done="Rekening diperbaiki dan menunggu pemeriksaan bank.", tone="primary")
def correct_account(user, recipient):
    yield recipient.village_id == user.village_id, "Penerima ini dari desa/kelurahan lain."
    yield from _unpaid(recipient)
    yield not queries.account_is_valid(recipient) or recipient.proposal.state == State.PAYMENT_FAILED, "Rekening ini sudah dinyatakan benar oleh bank."


@rule(
    "distribution.propose_agreement",
    label="Usulkan kesepakatan",
    ask="Jadwal, tempat, cara, dan biaya penyaluran. Dinas dan bank sama-sama menyetujui satu versi.",
    done="Usulan kesepakatan disimpan. Kedua pihak perlu menyetujuinya.",
    tone="primary",
)
def propose_agreement(user, decree):
    yield queries.agreement_in_force(decree) is None, "Kesepakatan untuk SK ini sudah disetujui kedua pihak."


@rule(
    "distribution.confirm_agreement",
    label="Setujui kesepakatan",
    ask="Setelah kedua pihak setuju, kesepakatan berlaku dan tidak dapat diubah.",
    done="Persetujuan Anda dicatat.",
    tone="primary",
)
def confirm_agreement(user, agreement):
    yield agreement.agreed_at is None, "Kesepakatan ini sudah berlaku."
    yield agreement == queries.agreement_of(agreement.decree), "Ada versi kesepakatan yang lebih baru."
    yield not agreement.confirmations.filter(side=side_of(user)).exists(), "Pihak Anda sudah menyetujui versi ini; menunggu pihak lain."


def side_of(user) -> str:
    return Confirmation.Side.BANK if user.role == Role.BANK else Confirmation.Side.OFFICE


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


@rule("distribution.record_session", label="Catat kehadiran", done="Kehadiran dicatat.", tone="primary")
def record_session(user, session):
    yield session.recorded_at is None, "Kehadiran sosialisasi ini sudah dicatat."


@rule(
    "distribution.send_list",
    label="Kirim daftar pembayaran",
    ask="Daftar memuat penerima yang sudah mengikuti sosialisasi, rekeningnya benar, dan pakta integritasnya ada. Setelah dikirim, daftar tidak dapat diubah.",
    done="Daftar pembayaran dikirim ke bank.",
    tone="primary",
)
def send_list(user, decree):
    yield queries.agreement_in_force(decree) is not None, "Kesepakatan penyaluran belum disetujui kedua pihak."
    yield queries.payable(decree).exists(), "Belum ada penerima yang siap dibayar."


@rule("distribution.record_sp2d", label="Catat SP2D", done="SP2D dicatat.")
def record_sp2d(user, disbursement):
    yield True, ""


@rule("distribution.pay", label="Konfirmasi dana tersalur", ask="Pilih penerima yang dananya sudah masuk.", done="Pembayaran dikonfirmasi.", tone="primary")
def pay(user, disbursement):
    yield disbursement.sent_by_id != user.pk, "Anda mengirim daftar ini; konfirmasi harus dari orang lain."
    yield disbursement.payments.filter(status=Payment.Status.WAITING).exists(), "Semua pembayaran di daftar ini sudah dicatat."


@rule("distribution.fail_payment", label="Catat gagal salur", ask="Sebutkan sebabnya agar desa dapat memperbaiki.", done="Gagal salur dicatat.", tone="danger")
def fail_payment(user, payment):
    yield payment.disbursement.sent_by_id != user.pk, "Anda mengirim daftar ini; konfirmasi harus dari orang lain."
    yield payment.status == Payment.Status.WAITING, "Hasil pembayaran ini sudah dicatat."
    yield payment.recipient.removed_at is None, "Penerima ini sudah dikeluarkan dengan SK perubahan."


@rule("distribution.read_results", label="Unggah hasil bank", done="Berkas hasil dibaca.")
def read_results(user, disbursement):
    yield disbursement.sent_by_id != user.pk, "Anda mengirim daftar ini; konfirmasi harus dari orang lain."


@rule("distribution.retry", label="Ulangi penyaluran", ask="Penerima masuk daftar pembayaran berikutnya.", done="Penerima siap dibayar lagi.", tone="primary")
def retry(user, recipient):
    yield recipient.proposal.state == State.PAYMENT_FAILED, "Pembayaran penerima ini tidak gagal."
    yield queries.failure_is_mended(recipient), "Rekening belum diperbaiki desa dan diperiksa bank sejak gagal salur."


@rule("distribution.hand_over", label="Catat serah terima", done="Serah terima dicatat. Berita acara sedang disusun.", tone="primary")
def hand_over(user, recipient):
    yield recipient.proposal.state == State.PAID, "Serah terima dicatat setelah dana tersalur."


@rule("distribution.visit", label="Catat pendampingan", done="Kunjungan pendampingan dicatat.")
def visit(user, recipient):
    yield recipient.proposal.state == State.HANDED_OVER, "Pendampingan dimulai setelah serah terima."
