"""Who is told what when an act is done: one table, complete for every act of the flow (a test says so)."""

from enum import StrEnum
from typing import NamedTuple

from uep.access.roles import Role


class Who(StrEnum):
    """People that only the record knows."""

    VILLAGE = "village"  # operators of the proposal's village
    HANDLER = "handler"  # the staff member who examines it
    BANK = "bank"  # officers of the programme's bank
    TEAM = "team"  # those whom the act itself names: who visits, who holds the next desk


class Tell(NamedTuple):
    """`sentence` gets {what}: "Siti Aminah" for one household, "12 usulan Kelurahan Nanga Bulik" for more."""

    to: tuple[Who | Role, ...]
    sentence: str


NOBODY: tuple[Tell, ...] = ()

AUDIENCE: dict[str, tuple[Tell, ...]] = {
    "proposals.draft": NOBODY,  # the operator's own typing
    "proposals.submit": (Tell((Role.SECRETARY, Role.OFFICE_HEAD), "{what} masuk dan menunggu disposisi."),),
    "proposals.send_back": (Tell((Who.VILLAGE,), "{what} dikembalikan sebelum disposisi; ada yang perlu diperbaiki."),),
    "proposals.resubmit": (Tell((Role.SECRETARY, Role.OFFICE_HEAD), "Perbaikan {what} masuk dan menunggu disposisi."),),
    "proposals.answer_defects": (Tell((Who.HANDLER,), "Perbaikan {what} masuk; periksa yang tadi kurang."),),
    "proposals.dispose": (
        Tell((Who.HANDLER, Role.DIVISION_HEAD), "{what} didisposisi; periksa berkasnya."),
        Tell((Who.VILLAGE,), "{what} diterima Dinas dan sedang diperiksa."),
    ),
    "proposals.withdraw": (Tell((Who.VILLAGE, Who.HANDLER), "{what} ditarik."),),
    "verification.return_for_correction": (Tell((Who.VILLAGE,), "{what} perlu diperbaiki."),),
    "verification.pass_on": (Tell((Role.DIVISION_HEAD,), "{what} siap dikunjungi; tugaskan tim."),),
    "verification.reject": (Tell((Who.VILLAGE,), "{what} dinyatakan tidak layak."),),
    "verification.give_time": (Tell((Who.VILLAGE,), "Batas waktu verifikasi {what} diperpanjang; baca alasannya."),),
    "verification.assess": (Tell((Role.DIVISION_HEAD,), "Hasil kunjungan {what} menunggu validasi."),),
    "verification.revisit": (Tell((Who.HANDLER,), "{what} perlu dikunjungi lagi."),),
    "verification.approve": (Tell((Who.VILLAGE,), "{what} dinyatakan layak dan menunggu SK."),),
    "verification.waitlist": (Tell((Who.VILLAGE,), "{what} masuk daftar cadangan."),),
    "verification.decline": (Tell((Who.VILLAGE,), "{what} dinyatakan tidak layak."),),
    "verification.promote": (Tell((Who.VILLAGE,), "{what} naik dari cadangan menjadi layak."),),
    "verification.uphold_objection": (
        Tell((Who.VILLAGE, Who.HANDLER), "Sanggahan {what} diterima; diperiksa kembali."),
    ),
    "verification.reopen": (
        Tell((Role.DIVISION_HEAD,), "Sanggahan tentang {what} diterima; validasi kembali."),
        Tell((Who.VILLAGE, Who.HANDLER), "Sanggahan tentang {what} diterima; hasilnya dipertimbangkan kembali."),
    ),
    "decrees.draft": NOBODY,  # a draft is the office's own until it is signed
    "decrees.add": NOBODY,
    "decrees.strike": NOBODY,
    "decrees.sign": (
        Tell((Who.BANK,), "SK baru memuat {what}; periksa rekeningnya."),
        Tell((Who.VILLAGE,), "{what} ditetapkan sebagai penerima."),
        Tell((Role.DIVISION_HEAD,), "SK untuk {what} ditandatangani."),
    ),
    "decrees.confirm_signature": (
        Tell((Who.BANK,), "SK baru memuat {what}; periksa rekeningnya."),
        Tell((Who.VILLAGE,), "{what} ditetapkan sebagai penerima."),
    ),
    "decrees.release": (Tell((Who.VILLAGE, Who.BANK), "{what} dikeluarkan dengan SK perubahan."),),
    "decrees.restore": (Tell((Who.VILLAGE, Who.BANK), "SK yang memuat {what} dicabut; statusnya kembali layak."),),
    "distribution.agree": (
        Tell((Role.STAFF,), "{what} siap; jadwalkan sosialisasi."),
        Tell((Who.VILLAGE,), "Rekening {what} sudah benar; tunggu undangan sosialisasi."),
    ),
    "distribution.brief": (
        Tell((Role.DIVISION_HEAD,), "{what} sudah mengikuti sosialisasi; daftar pembayaran dapat disusun."),
        Tell((Who.VILLAGE,), "{what} sudah mengikuti sosialisasi; lengkapi pakta integritas."),
    ),
    "distribution.pay": (
        Tell((Role.STAFF,), "Dana {what} sudah tersalur; lakukan serah terima."),
        Tell((Who.VILLAGE,), "Dana {what} sudah tersalur; petugas Dinas akan mencatat serah terima."),
    ),
    "distribution.fail_payment": (
        Tell((Who.VILLAGE, Role.DIVISION_HEAD), "Pembayaran {what} gagal; perbaiki rekeningnya."),
    ),
    "distribution.reverse_payment": (
        Tell((Who.VILLAGE, Role.DIVISION_HEAD), "Dana {what} dikembalikan bank; perbaiki rekeningnya."),
        Tell((Role.STAFF,), "Dana {what} dikembalikan bank; jangan serah terimakan."),
    ),
    "distribution.return_funds": (
        Tell((Who.VILLAGE,), "Dana {what} tidak dapat disalurkan dan sudah disetor kembali ke kas daerah."),
    ),
    "distribution.retry": (Tell((Role.DIVISION_HEAD,), "{what} siap dibayar lagi; susun daftar pembayaran."),),
    "distribution.hand_over": (Tell((Who.VILLAGE,), "Serah terima {what} selesai."),),
}

# Acts that move nobody, and that somebody waits for all the same. No StepRecord tells of them: the action asks by
# proposals.moves.tell, with a note and the page where the work is.
NEWS: dict[str, tuple[Tell, ...]] = {
    # Told when the household comes to the office, not while the village still writes.
    "proposals.ask_exception": (
        Tell((Role.DIVISION_HEAD,), "Desa memohon pengecualian dari aturan program untuk {what}; putuskan."),
    ),
    "decrees.send_up": (Tell((Who.TEAM,), "Draf SK untuk {what} menunggu paraf."),),
    "decrees.endorse": (Tell((Who.TEAM,), "Draf SK untuk {what} sudah diparaf dan menunggu keputusan Anda."),),
    "decrees.record_signature": (
        Tell(
            (Role.SECRETARY, Role.OFFICE_HEAD, Role.DIVISION_HEAD),
            "SK untuk {what} sudah ditandatangani di kertas; pindaiannya menunggu konfirmasi orang kedua.",
        ),
    ),
    "decrees.return_draft": (Tell((Role.DIVISION_HEAD,), "Draf SK untuk {what} dikembalikan; baca catatannya."),),
    "distribution.check_account": (Tell((Who.VILLAGE,), "Rekening {what} dinyatakan salah oleh bank; perbaiki."),),
    "distribution.correct_account": (
        Tell((Who.BANK,), "Rekening {what} sudah diperbaiki desa/kelurahan; periksa lagi."),
        Tell((Role.DIVISION_HEAD,), "Rekening {what} sudah diperbaiki desa/kelurahan dan menunggu bank."),
    ),
    "distribution.propose_agreement": (
        Tell(
            (Who.BANK, Role.DIVISION_HEAD), "Kesepakatan penyaluran {what} diusulkan; menunggu persetujuan pihak lain."
        ),
    ),
    "distribution.confirm_agreement": (
        Tell((Who.BANK, Role.DIVISION_HEAD), "Kesepakatan penyaluran {what} disetujui kedua pihak."),
    ),
    "distribution.plan_session": (Tell((Who.VILLAGE,), "{what} diundang sosialisasi; teruskan undangannya."),),
    "distribution.cancel_session": (Tell((Who.VILLAGE,), "Sosialisasi {what} dibatalkan; tunggu undangan baru."),),
    "distribution.send_list": (
        Tell((Role.SECRETARY, Role.OFFICE_HEAD), "Daftar pembayaran {what} disusun; cocokkan, lalu lepas ke bank."),
    ),
    "distribution.release_list": (Tell((Who.BANK,), "Daftar pembayaran {what} masuk; salurkan dananya."),),
    "verification.assign_team": (Tell((Who.TEAM,), "{what} ditugaskan kepada tim Anda; lihat rencana kunjungannya."),),
    "verification.postpone": (Tell((Who.TEAM,), "Kunjungan {what} ditunda; lihat hari barunya."),),
    "verification.extend": (Tell((Who.TEAM,), "Masa tugas kunjungan {what} diperpanjang; lihat jadwalnya."),),
    # Those who hand over and those who take over hear the same.
    "verification.reassign": (Tell((Who.TEAM,), "Tim kunjungan {what} berganti; lihat siapa yang bertugas."),),
    "verification.assign_second_team": (
        Tell((Who.TEAM,), "{what} terundi untuk verifikasi ulang oleh tim Anda; lihat tanggalnya."),
    ),
    "verification.hand_in_second_visit": (
        Tell((Role.DIVISION_HEAD,), "Kunjungan kedua {what} diajukan; bandingkan dan simpulkan."),
    ),
    "verification.conclude_second_check": (
        Tell((Who.TEAM,), "Kabid bertanya tentang kunjungan {what}; jawab pertanyaannya."),
    ),
    "verification.answer_second_check": (
        Tell((Role.DIVISION_HEAD,), "Tim pertama menjawab tentang {what}; simpulkan verifikasi ulangnya."),
    ),
    "verification.publish": (
        Tell((Who.VILLAGE,), "Hasil sementara {what} diumumkan; cetak pengumumannya untuk papan desa."),
        Tell((Role.STAFF,), "Hasil sementara {what} diumumkan; sanggahan dapat masuk."),
    ),
    "verification.withdraw_publication": (
        Tell((Who.VILLAGE, Role.STAFF), "Pengumuman {what} ditarik; lepas dari papan."),
    ),
    "verification.file_objection": (
        Tell((Role.STAFF,), "Sanggahan tentang {what} masuk dan menunggu jawaban."),
        Tell((Who.VILLAGE,), "Sanggahan tentang {what} masuk; Dinas akan menjawabnya."),
    ),
    "verification.decide_objection": (
        Tell((Who.VILLAGE, Role.DIVISION_HEAD), "Sanggahan tentang {what} sudah dijawab."),
    ),
}
