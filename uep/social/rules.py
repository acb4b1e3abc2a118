"""Who may bring in, accept and change what the office knows of the poor; the sentence is read when not."""

from django.utils import timezone

from uep.access.access import rule
from uep.social.models import Extract
from uep.social.queries import extract_before, is_being_read

Stage = Extract.Stage


def _always(user, subject):
    yield True, ""


rule("social.view")(_always)
rule(
    "social.add_source",
    label="Tambah sumber",
    ask="Sumber adalah daftar keluarga miskin yang menjadi dasar bantuan, misalnya DTKS atau DTSEN.",
    done="Sumber ditambahkan.",
)(_always)
rule(
    "social.edit_source",
    label="Ubah sumber",
    ask="Masa berlaku menentukan ekstrak mana yang dipakai pada suatu tanggal. Usulan yang sudah dicocokkan tidak berubah.",
    done="Sumber disimpan.",
)(_always)


@rule(
    "social.bring_extract",
    label="Unggah ekstrak",
    ask="Ekstrak dibaca di latar belakang dan baru berlaku setelah disetujui orang kedua. Tidak ada data yang diganti.",
    done="Berkas diterima.",
    tone="primary",
)
def bring_extract(user, source):
    yield source.valid_from <= timezone.localdate(), "Sumber ini belum berlaku."


@rule(
    "social.map_columns",
    label="Cocokkan kolom",
    ask="Sebutkan kolom mana yang memuat apa. Jawabannya diingat untuk berkas berikutnya dari sumber ini.",
    done="Kolom dicocokkan. Ekstrak masuk antrean baca.",
    tone="primary",
)
def map_columns(user, extract):
    yield extract.stage == Stage.MAPPING, "Kolom ekstrak ini sudah dicocokkan."


@rule(
    "social.retry_extract",
    label="Baca ulang",
    ask="Berkas yang sama dibaca lagi dari awal.",
    done="Ekstrak masuk antrean baca lagi.",
)
def retry_extract(user, extract):
    stopped = extract.stage in {Stage.QUEUED, Stage.READING} and not is_being_read(extract)
    yield extract.stage == Stage.FAILED or stopped, "Hanya ekstrak yang gagal atau terhenti yang dapat dibaca ulang."


def _second_person(user, extract):
    yield extract.stage == Stage.READ, "Ekstrak ini tidak sedang menunggu persetujuan."
    yield extract.by_id != user.pk, "Anda yang mengunggah ekstrak ini; orang lain yang memutuskannya."


@rule(
    "social.accept_extract",
    label="Setujui ekstrak",
    ask="Setelah disetujui, ekstrak ini dipakai untuk mencocokkan usulan. Ekstrak sebelumnya tetap tersimpan.",
    done="Ekstrak berlaku.",
    tone="primary",
)
def accept_extract(user, extract):
    yield from _second_person(user, extract)
    yield extract.persons > 0, "Ekstrak ini tidak berisi satu orang pun."
    before = extract_before(extract)
    yield (
        (before.pk if before else None) == extract.compared_with_id,
        "Ekstrak lain sudah berlaku sesudah perbandingan ini dibuat. Bandingkan ulang dahulu.",
    )


@rule(
    "social.refuse_extract",
    label="Tolak ekstrak",
    ask="Ekstrak yang ditolak tidak pernah dipakai; isinya tetap tersimpan sebagai catatan.",
    done="Ekstrak ditolak.",
    tone="danger",
)
def refuse_extract(user, extract):
    yield from _second_person(user, extract)


@rule(
    "social.compare_again",
    label="Bandingkan ulang",
    ask="Selisih dihitung lagi terhadap ekstrak yang berlaku sekarang.",
    done="Perbandingan diperbarui.",
)
def compare_again(user, extract):
    yield extract.stage == Stage.READ, "Hanya ekstrak yang menunggu persetujuan yang dibandingkan ulang."
    before = extract_before(extract)
    yield (before.pk if before else None) != extract.compared_with_id, "Perbandingannya masih yang terbaru."


@rule("social.take_faulty_rows", label="Unduh baris yang salah")
def take_faulty_rows(user, extract):
    yield extract.faulty > 0, "Tidak ada baris yang salah."


@rule(
    "social.bring_past_aid",
    label="Unggah daftar bantuan terdahulu",
    ask="Daftar diperiksa dahulu, belum ada yang dimasukkan.",
    done="Daftar dibaca. Periksa hasilnya sebelum memasukkan.",
)
def bring_past_aid(user, subject):
    yield True, ""


@rule(
    "social.import_past_aid",
    label="Masukkan baris yang benar",
    ask="Baris yang benar menjadi riwayat bantuan; baris yang salah dilewati.",
    done="Riwayat bantuan dimasukkan.",
    tone="primary",
)
def import_past_aid(user, past_list):
    yield past_list.imported_at is None, "Daftar ini sudah dimasukkan."


@rule("social.take_faulty_aids", label="Unduh baris yang salah")
def take_faulty_aids(user, past_list):
    yield True, ""
