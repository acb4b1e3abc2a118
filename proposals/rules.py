"""Who may do what at step 1, to this record, now; the sentence is what the person reads when not."""

from django.utils import timezone

from proposals.flow import BEFORE_DECREE, State
from proposals.models import RuleSet
from uep.access.access import rule
from uep.access.roles import Role
from uep.ui.indonesian import tanggal

EDITABLE = (State.DRAFT, State.RETURNED)
# When the office may have a household looked up in the registry again: from its arrival until the decree is signed.
RECHECKED = (*(state for state in BEFORE_DECREE if state not in EDITABLE), State.IN_DECREE)
# While Kabid may still set a rule aside: from the disposition until a decree names the household.
EXCEPTABLE = (State.ASSIGNED, State.COMPLETE, State.ASSESSED, State.ELIGIBLE, State.WAITLISTED)
# When papers that come after the decree (pakta integritas, kuitansi) may still be added.
AFTER_DECREE = (State.DECREED, State.AGREED, State.BRIEFED, State.PAYMENT_FAILED, State.PAID)


def _own_village(user, record):
    yield record.village_id == user.village_id, "Usulan ini milik desa/kelurahan lain."


def _open(programme):
    today = timezone.localdate()
    yield today >= programme.opens_on, f"Program ini baru dibuka {tanggal(programme.opens_on)}."
    yield today <= programme.closes_on, f"Program ini sudah ditutup {tanggal(programme.closes_on)}."


@rule("proposals.view")
def view(user, proposal):
    yield True, ""


@rule("proposals.view_programme")
def view_programme(user, programme):
    yield True, ""


@rule("proposals.view_letter")
def view_letter(user, letter):
    yield True, ""


@rule("proposals.print_papers", label="Cetak formulir")
def print_papers(user, proposal):
    yield True, ""


@rule(
    "proposals.reveal",
    label="Lihat lengkap",
    ask="Setiap pembukaan nomor lengkap dicatat: siapa, kapan, dan alasannya.",
    done="Pembukaan dicatat.",
)
def reveal(user, proposal):
    yield True, ""


@rule("proposals.add_programme", label="Buat program", done="Program dibuat.", tone="primary")
def add_programme(user, subject):
    yield True, ""


@rule("proposals.edit_programme", label="Ubah program", done="Perubahan disimpan.")
def edit_programme(user, programme):
    yield True, ""


@rule("proposals.add_requirement", label="Tambah berkas persyaratan", done="Persyaratan ditambahkan.")
def add_requirement(user, programme):
    yield True, ""


@rule("proposals.edit_requirement", label="Ubah", done="Persyaratan diubah.")
def edit_requirement(user, requirement):
    yield True, ""


def _is_drafted(rule_set):
    yield rule_set.stage == RuleSet.Stage.DRAFT, "Versi ini sudah berlaku dan tidak dapat diubah; susun versi baru."


@rule(
    "proposals.draft_rules",
    label="Susun versi aturan baru",
    ask="Versi baru mulai sebagai salinan yang berlaku. Belum ada yang berubah sampai versi itu diberlakukan.",
    done="Rancangan dibuat. Ubah aturannya, cobakan, lalu berlakukan.",
)
def draft_rules(user, programme):
    drafted = programme.rule_sets.filter(stage=RuleSet.Stage.DRAFT).first()
    yield drafted is None, f"Masih ada rancangan: {drafted}. Lanjutkan yang itu."


@rule("proposals.edit_rules", label="Ubah aturan", done="Rancangan disimpan. Cobakan sebelum memberlakukan.")
def edit_rules(user, rule_set):
    yield from _is_drafted(rule_set)


@rule("proposals.try_rules", label="Cobakan")
def try_rules(user, rule_set):
    yield True, ""


@rule(
    "proposals.enact_rules",
    label="Berlakukan",
    ask="Usulan yang dikirim sejak sekarang dinilai dengan versi ini. Usulan yang sudah dikirim tetap dinilai dengan versinya.",
    done="Versi ini berlaku. Versi sebelumnya tetap tersimpan.",
    tone="primary",
)
def enact_rules(user, rule_set):
    yield from _is_drafted(rule_set)


@rule(
    "proposals.ask_exception",
    label="Mohon pengecualian",
    ask="Pilih syarat yang belum terpenuhi dan tulis alasannya. Kabid memutuskannya; tanpa pengecualian usulan tidak dapat dinyatakan layak.",
    done="Permohonan dicatat; usulan dapat dikirim dan Kabid memutuskan.",
)
def ask_exception(user, proposal):
    yield from _own_village(user, proposal)
    yield proposal.state in EDITABLE, "Pengecualian hanya dapat dimohon sebelum usulan dikirim."


@rule(
    "proposals.override_rule",
    label="Kecualikan",
    ask="Pengecualian tidak dapat ditarik. Alasannya tercetak di berita acara pengecualian dan di berita acara verifikasi.",
    done="Pengecualian dicatat.",
)
def override_rule(user, proposal):
    yield (
        proposal.state in EXCEPTABLE,
        "Pengecualian dibuat sejak usulan didisposisi sampai sebelum masuk SK.",
    )


@rule("proposals.draft", label="Usulkan satu rumah tangga", done="Draf usulan disimpan.", tone="primary")
def draft(user, programme):
    yield user.village_id is not None, "Akun Anda belum terhubung dengan desa/kelurahan."
    yield from _open(programme)


@rule("proposals.edit", label="Ubah isian", done="Isian disimpan.")
def edit(user, proposal):
    yield from _own_village(user, proposal)
    yield proposal.state in EDITABLE, "Isian hanya dapat diubah selagi draf atau dikembalikan untuk diperbaiki."


@rule(
    "proposals.fill_from_registry",
    label="Simpan dan isi dari data sosial",
    done="Isian yang kosong diisi dari data sosial.",
)
def fill_from_registry(user, proposal):
    yield from edit(user, proposal)


@rule(
    "proposals.recheck_social",
    label="Cek ulang data sosial",
    ask="Data sosial yang berlaku sekarang menggantikan hasil pencocokan yang tersimpan; yang lama tetap ada di riwayat.",
    done="Data sosial dicek ulang.",
)
def recheck_social(user, proposal):
    yield bool(proposal.nik), "NIK belum diisi."
    yield proposal.state in RECHECKED, "Data sosial dicek ulang sesudah usulan dikirim dan sebelum SK ditetapkan."


@rule("proposals.attach", label="Unggah berkas", done="Berkas disimpan.")
def attach(user, proposal):
    yield from _own_village(user, proposal)
    yield (
        proposal.state in (*EDITABLE, *AFTER_DECREE),
        "Berkas hanya dapat ditambah selagi draf, dikembalikan, atau setelah SK untuk pakta integritas.",
    )


@rule("proposals.attach_to_letter", label="Unggah berkas surat", done="Berkas disimpan.")
def attach_to_letter(user, letter):
    yield from _own_village(user, letter)
    yield letter.submitted_at is None, "Surat ini sudah dikirim."


@rule(
    "proposals.detach",
    label="Hapus berkas",
    ask="Versi lama tetap tersimpan sebagai jejak.",
    done="Berkas dihapus dari usulan.",
)
def detach(user, attachment):
    yield from _own_village(user, attachment.proposal or attachment.letter)
    if attachment.proposal:
        yield attachment.proposal.state in EDITABLE, "Berkas hanya dapat dihapus selagi draf atau dikembalikan."
        opened = attachment.proposal.open_fields
        yield (
            opened is None or attachment.requirement.code in opened,
            "Hanya bagian yang disebut dalam kekurangan yang dapat diubah.",
        )
    else:
        yield attachment.letter.submitted_at is None, "Surat ini sudah dikirim."


@rule("proposals.budget", label="Isi RAB", done="RAB disimpan.")
def budget(user, proposal):
    yield from edit(user, proposal)


@rule(
    "proposals.read_list", label="Unggah daftar dari Excel", done="Daftar dibaca. Periksa hasilnya sebelum memasukkan."
)
def read_list(user, programme):
    yield from draft(user, programme)


@rule("proposals.view_list")
def view_list(user, list_import):
    yield True, ""


@rule(
    "proposals.import_list",
    label="Masukkan baris yang benar",
    ask="Baris yang siap masuk menjadi draf usulan desa ini. Baris yang salah dan yang sudah ada dilewati.",
    done="Baris yang benar dimasukkan sebagai draf.",
    tone="primary",
)
def import_list(user, list_import):
    yield list_import.village_id == user.village_id, "Daftar ini milik desa/kelurahan lain."
    yield list_import.imported_at is None, "Daftar ini sudah dimasukkan."
    yield from _open(list_import.programme)


@rule("proposals.open_letter", label="Buat surat pengantar", done="Surat pengantar disimpan.", tone="primary")
def open_letter(user, programme):
    yield from draft(user, programme)


@rule("proposals.edit_letter", label="Ubah surat", done="Surat pengantar disimpan.")
def edit_letter(user, letter):
    yield from _own_village(user, letter)
    yield letter.submitted_at is None, "Surat ini sudah dikirim dan tidak dapat diubah."


@rule("proposals.put_in_letter", label="Pilih usulan", done="Pilihan usulan disimpan.")
def put_in_letter(user, letter):
    yield from edit_letter(user, letter)


@rule(
    "proposals.submit",
    label="Kirim ke Dinas Sosial",
    ask="Setelah dikirim, isian dan berkas tidak dapat diubah kecuali dikembalikan oleh Dinas.",
    done="Usulan dikirim. Setiap usulan mendapat nomor register; tanda terima dapat dicetak.",
    tone="primary",
)
def submit(user, letter):
    yield from _own_village(user, letter)
    yield letter.submitted_at is None, "Surat ini sudah dikirim."
    yield from _open(letter.programme)
    yield (
        letter.proposals.filter(state=State.DRAFT).exists(),
        "Belum ada usulan di surat ini. Pilih usulannya lebih dahulu.",
    )


@rule(
    "proposals.resubmit",
    label="Kirim perbaikan",
    ask="Usulan kembali ke pimpinan untuk didisposisi.",
    done="Perbaikan dikirim.",
    tone="primary",
)
def resubmit(user, proposal):
    yield from _own_village(user, proposal)
    yield proposal.state == State.RETURNED, "Usulan ini tidak sedang dikembalikan."
    yield not was_disposed(proposal), "Usulan ini sudah didisposisi; kirim jawaban langsung kepada staf pemeriksa."


@rule(
    "proposals.answer_defects",
    label="Kirim perbaikan",
    ask="Usulan langsung kembali kepada staf yang mengembalikannya.",
    done="Perbaikan dikirim.",
    tone="primary",
)
def answer_defects(user, proposal):
    yield from _own_village(user, proposal)
    yield proposal.state == State.RETURNED, "Usulan ini tidak sedang dikembalikan."
    yield was_disposed(proposal), "Usulan ini belum didisposisi; kirim kembali kepada pimpinan."


def was_disposed(proposal) -> bool:
    return bool(proposal.letter_id) and hasattr(proposal.letter, "disposition")


@rule(
    "proposals.withdraw",
    label="Tarik usulan",
    ask="Pilih bila calon mengundurkan diri, meninggal, atau pindah. Usulan yang ditarik tidak dapat dihidupkan lagi.",
    done="Usulan ditarik.",
    tone="danger",
)
def withdraw(user, proposal):
    if user.role == Role.VILLAGE:
        yield from _own_village(user, proposal)
    yield proposal.state != State.WITHDRAWN, "Usulan ini sudah ditarik."
    yield (
        proposal.state in BEFORE_DECREE,
        "Usulan ini sudah di dalam SK; hanya SK perubahan yang dapat mengeluarkannya.",
    )


@rule(
    "proposals.dispose",
    label="Disposisi",
    ask="Surat diteruskan beserta semua usulan di dalamnya.",
    done="Surat didisposisi. Lembar disposisi dapat dicetak.",
    tone="primary",
)
def dispose(user, letter):
    yield letter.submitted_at is not None, "Surat ini belum dikirim."
    yield not hasattr(letter, "disposition"), "Surat ini sudah didisposisi."
    yield (
        letter.proposals.filter(state=State.SUBMITTED).exists(),
        "Tidak ada usulan di surat ini yang menunggu disposisi.",
    )


@rule(
    "proposals.send_back",
    label="Kembalikan ke desa",
    ask="Sebutkan apa yang harus diperbaiki. Usulan menunggu perbaikan tanpa menghitung waktu.",
    done="Usulan dikembalikan ke desa.",
)
def send_back(user, proposal):
    yield proposal.state == State.SUBMITTED, "Usulan ini tidak sedang menunggu disposisi."


@rule("proposals.view_cases")
def view_cases(user, case):
    yield True, ""


@rule(
    "proposals.decide_case",
    label="Putuskan dugaan ganda",
    ask="Cocokkan kedua catatan dengan KTP dan KK aslinya. Keputusan dan alasannya tidak dapat diubah.",
    done="Keputusan dicatat.",
    tone="primary",
)
def decide_case(user, case):
    yield not case.decision, "Dugaan ini sudah diputuskan."


@rule(
    "proposals.record_deliberation",
    label="Catat musyawarah",
    ask="Tulis seperti di berita acara musyawarah. Daftarnya dibandingkan dengan usulan di surat ini.",
    done="Musyawarah dicatat dan dibandingkan dengan usulan di surat ini.",
)
def record_deliberation(user, letter):
    yield from _own_village(user, letter)
    yield (
        letter.submitted_at is None or not hasattr(letter, "deliberation"),
        "Musyawarah sudah dicatat dan suratnya sudah dikirim.",
    )
