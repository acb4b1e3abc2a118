"""Who may change the office's facts, now: the administrator, and what has ended stays ended."""

from django.utils import timezone

from uep.access.access import rule


def _always(user, subject):
    yield True, ""


rule("office.manage")(_always)
rule("office.edit_profile", label="Ubah profil", done="Profil disimpan.")(_always)
rule(
    "office.set_crest",
    label="Pasang lambang",
    ask="Lambang tampil pada kop naskah yang disusun sesudah ini. Naskah yang sudah terbit tidak berubah.",
    done="Lambang dipasang.",
)(_always)
rule(
    "office.set_emblem",
    label="Pasang lambang negara",
    ask="Garuda Pancasila tercetak di kepala SK Bupati yang disusun sesudah ini. Tanpa gambar, tempatnya dikosongkan.",
    done="Lambang negara dipasang.",
)(_always)
rule("office.add_paper", label="Tambah naskah", done="Kertas naskah ditambahkan.")(_always)
rule("office.edit_paper", label="Ubah", done="Kertas naskah disimpan.")(_always)
rule("office.add_post", label="Tambah jabatan", done="Jabatan ditambahkan.")(_always)
rule("office.edit_post", label="Ubah", done="Jabatan disimpan.")(_always)
rule(
    "office.add_official",
    label="Tambah pejabat",
    ask="Nama, NIP dan pangkat tercetak pada blok tanda tangan naskah.",
    done="Pejabat dicatat.",
    tone="primary",
)(_always)
rule(
    "office.edit_official",
    label="Ubah",
    ask="Naskah yang sudah terbit tetap memuat data lama.",
    done="Data pejabat disimpan.",
)(_always)
rule(
    "office.appoint_acting",
    label="Tunjuk Plt./Plh./a.n.",
    ask="Selama masa penunjukan, akun pejabat itu juga memegang tugas jabatan yang diwakilinya.",
    done="Penunjukan dicatat.",
    tone="primary",
)(_always)
rule(
    "office.revise_sop",
    label="Catat revisi SOP",
    ask="SOP yang baru dimulai dengan langkah dan waktu baku SOP sekarang, lalu dapat diubah. "
    "Batas waktu yang sudah berjalan tidak berubah.",
    done="SOP baru berlaku.",
)(_always)
rule("office.add_legal_basis", label="Tambah dasar hukum", done="Dasar hukum ditambahkan.")(_always)
rule(
    "office.edit_legal_basis",
    label="Ubah",
    ask="Naskah mengutip peraturan yang berlaku pada tanggal naskah itu. Naskah yang sudah terbit tidak berubah.",
    done="Dasar hukum disimpan.",
)(_always)
rule(
    "office.edit_hours", label="Ubah", ask="Batas waktu yang sudah berjalan tidak berubah.", done="Jam kerja disimpan."
)(_always)
rule("office.add_holiday", label="Tambah hari libur", done="Hari libur ditambahkan.")(_always)
rule(
    "office.remove_holiday",
    label="Hapus",
    ask="Hari itu menjadi hari kerja lagi. Batas waktu yang sudah berjalan tidak berubah.",
    done="Hari libur dihapus.",
    tone="danger",
)(_always)
rule(
    "office.seed_year",
    label="Isi libur nasional setahun",
    ask="Libur nasional dan cuti bersama diisi menurut daftar yang dikenal aplikasi. "
    "Cocokkan dengan SKB terakhir; hari yang sudah ada tidak diubah.",
    done="Hari libur diisi. Cocokkan dengan SKB terakhir.",
)(_always)
rule("office.add_bank", label="Tambah bank", done="Bank ditambahkan.")(_always)
rule("office.edit_bank", label="Ubah", done="Bank disimpan.")(_always)


@rule(
    "office.end_official",
    label="Akhiri",
    ask="Sesudah tanggal itu ia tidak lagi tercetak sebagai pejabat jabatan ini.",
    done="Masa jabatan diakhiri.",
    tone="danger",
)
def end_official(user, official):
    yield official.ends is None or official.ends >= timezone.localdate(), "Masa jabatan ini sudah berakhir."


CANCELLED = "Penunjukan ini sudah dibatalkan."


@rule("office.edit_acting", label="Ubah surat", done="Surat perintah disimpan.")
def edit_acting(user, appointment):
    yield not appointment.cancelled, CANCELLED


@rule(
    "office.end_acting",
    label="Akhiri",
    ask="Sesudah tanggal itu ia tidak lagi memegang tugas jabatan yang diwakilinya.",
    done="Penunjukan diakhiri.",
    tone="danger",
)
def end_acting(user, appointment):
    yield not appointment.cancelled, CANCELLED
    yield appointment.ends >= timezone.localdate(), "Penunjukan ini sudah berakhir."


@rule(
    "office.cancel_acting",
    label="Batalkan",
    ask="Penunjukan dianggap tidak pernah berlaku. Catatannya tetap tersimpan.",
    done="Penunjukan dibatalkan.",
    tone="danger",
)
def cancel_acting(user, appointment):
    yield not appointment.cancelled, CANCELLED
    yield (
        appointment.starts >= timezone.localdate(),
        "Penunjukan ini sudah berjalan; akhiri dengan menyebut tanggalnya.",
    )


@rule("office.edit_sop", label="Ubah", done="SOP disimpan.")
def edit_sop(user, sop):
    yield sop.in_force, "SOP ini sudah digantikan; catatannya tidak diubah lagi."


@rule(
    "office.edit_sop_step",
    label="Ubah",
    ask="Waktu baku yang baru dipakai untuk langkah yang dimulai sesudah ini.",
    done="Langkah SOP disimpan.",
)
def edit_sop_step(user, step):
    yield step.sop.in_force, "SOP ini sudah digantikan; catatannya tidak diubah lagi."
