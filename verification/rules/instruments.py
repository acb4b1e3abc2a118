"""Who may change what the visit asks, and when."""

from uep.access.access import rule
from verification.models import Instrument
from verification.questions import MOST_QUESTIONS


@rule(
    "verification.draft_instrument",
    label="Susun versi instrumen baru",
    ask="Versi baru mulai sebagai salinan. Belum ada yang berubah sampai versi itu diberlakukan.",
    done="Rancangan dibuat. Ubah pertanyaannya, lihat formulir dan lembarnya, lalu berlakukan.",
)
def draft_instrument(user, programme):
    drafted = programme.instruments.filter(stage=Instrument.Stage.DRAFT).first()
    yield drafted is None, f"Masih ada rancangan: {drafted}. Lanjutkan yang itu."


def _is_a_draft(instrument):
    yield instrument.is_draft, "Hanya rancangan yang dapat diubah; susun versi baru."


@rule("verification.edit_instrument", label="Ubah keterangan", done="Keterangan disimpan.")
def edit_instrument(user, instrument):
    yield from _is_a_draft(instrument)


@rule("verification.add_question", label="Tambah pertanyaan", done="Pertanyaan ditambahkan.")
def add_question(user, instrument):
    yield from _is_a_draft(instrument)
    yield (
        len(instrument.questions) < MOST_QUESTIONS,
        f"Instrumen memuat paling banyak {MOST_QUESTIONS} pertanyaan.",
    )


@rule("verification.edit_question", label="Ubah pertanyaan", done="Pertanyaan disimpan.")
def edit_question(user, instrument):
    yield from _is_a_draft(instrument)


@rule("verification.move_question", label="Pindahkan pertanyaan", done="Urutan disimpan.")
def move_question(user, instrument):
    yield from _is_a_draft(instrument)


@rule(
    "verification.remove_question",
    label="Keluarkan pertanyaan",
    ask="Versi yang sudah berlaku tetap memuatnya, dan jawabannya tetap tersimpan.",
    done="Pertanyaan dikeluarkan dari rancangan.",
    tone="danger",
)
def remove_question(user, instrument):
    yield from _is_a_draft(instrument)


@rule(
    "verification.discard_instrument",
    label="Buang rancangan",
    ask="Rancangan tidak dapat diubah atau diberlakukan lagi, tetapi tetap dapat dibaca. Yang berlaku tidak berubah.",
    done="Rancangan dibuang.",
    tone="danger",
)
def discard_instrument(user, instrument):
    yield from _is_a_draft(instrument)


@rule(
    "verification.enact_instrument",
    label="Berlakukan",
    ask="Kunjungan yang dicatat sejak sekarang memakai versi ini, dan pemeringkatan memakai bobotnya. Kunjungan yang sudah "
    "dimulai tetap memakai versinya.",
    done="Versi ini berlaku. Versi sebelumnya tetap tersimpan.",
    tone="primary",
)
def enact_instrument(user, instrument):
    yield from _is_a_draft(instrument)
    yield bool(instrument.questions), "Rancangan ini belum memuat pertanyaan."
