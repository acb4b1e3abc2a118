"""Who may change a decree that is in force, lay down its way up, and certify copies of it."""

from decrees import queries
from decrees.models import Decree
from proposals.flow import State
from uep.access.access import rule

Stage = Decree.Stage


@rule(
    "decrees.amend",
    label="Susun SK perubahan",
    ask="SK perubahan mengeluarkan penerima yang meninggal, pindah, atau mundur, dan dapat menambah penggantinya.",
    done="Draf SK perubahan disusun. Pilih yang dikeluarkan dan yang masuk.",
)
def amend(user, decree):
    yield decree.stage == Stage.SIGNED, "Hanya SK yang sudah ditetapkan yang dapat diubah."
    yield not decree.is_revocation, "SK pencabutan tidak diubah; susun SK penetapan baru."
    yield not queries.is_revoked(decree), "SK ini sudah dicabut."
    under_way = queries.change_under_way(decree)
    if under_way is not None:
        yield not under_way.is_revocation, "SK pencabutan atas SK ini sedang disusun."
        yield under_way.amends_id != decree.pk, "SK perubahan atas SK ini sedang disusun."


@rule(
    "decrees.revoke",
    label="Susun SK pencabutan",
    ask="SK pencabutan mencabut seluruh SK ini beserta perubahannya. Penerima yang belum dibayar kembali berstatus layak; "
    "dana yang sudah tersalur harus dikembalikan dan didaftar di lampirannya.",
    done="Draf SK pencabutan disusun. Periksa daftarnya, lalu ajukan.",
    tone="danger",
)
def revoke(user, decree):
    yield decree.stage == Stage.SIGNED, "Hanya SK yang sudah ditetapkan yang dapat dicabut."
    yield not decree.is_revocation, "SK pencabutan tidak dapat dicabut; susun SK penetapan baru."
    yield not queries.is_revoked(decree), "SK ini sudah dicabut."
    yield not decree.is_amendment, "SK perubahan dicabut bersama SK yang diubahnya; buka SK itu."
    under_way = queries.change_under_way(decree)
    if under_way is not None:
        yield not under_way.is_revocation, "SK pencabutan atas SK ini sedang disusun."
        yield False, "SK perubahan atas SK ini sedang disusun; selesaikan atau batalkan dahulu."


@rule(
    "decrees.correct",
    label="Perbaiki data",
    ask="Baris penerima ini diganti dengan data yang benar begitu SK perubahannya ditandatangani; yang lama tetap tersimpan.",
    done="Perbaikan masuk draf SK perubahan.",
)
def correct(user, recipient):
    draft = queries.draft_that_corrects(recipient)
    yield draft is not None, "Susun dahulu SK perubahan atas SK penerima ini; drafnya sedang tidak di tangan Kabid."
    yield recipient.removed_at is None, "Baris penerima ini sudah tidak berlaku."
    state = recipient.proposal.state
    yield state == State.DECREED, "Data penerima hanya dapat diperbaiki sebelum kesepakatan penyaluran dengan bank."
    leaving = recipient.removals.filter(decree=draft.pk).exists()
    yield not leaving, "Penerima ini dikeluarkan dengan draf SK perubahan yang sama."


@rule(
    "decrees.drop_correction",
    label="Batal perbaiki",
    ask="Data penerima tetap seperti di SK yang berlaku.",
    done="Perbaikan dibatalkan.",
)
def drop_correction(user, recipient):
    draft = queries.draft_that_corrects(recipient)
    corrected = draft is not None and recipient.corrections.filter(decree=draft.pk).exists()
    yield corrected, "Draf SK perubahan di tangan Kabid tidak memperbaiki penerima ini."


@rule(
    "decrees.set_route",
    label="Ubah jalur SK",
    ask="Jalur berlaku bagi draf yang diajukan sesudah ini. SK yang sedang naik tetap di jalurnya.",
    done="Jalur SK disimpan.",
)
def set_route(user, programme):
    yield True, ""


# Copies ---------------------------------------------------------------------------------------------------------------


def _is_in_force(decree):
    yield decree.stage == Stage.SIGNED, "Hanya SK yang sudah ditetapkan."
    yield not queries.is_revoked(decree), "SK ini sudah dicabut."


@rule(
    "decrees.issue_extracts",
    label="Terbitkan petikan",
    ask="Petikan memuat satu penerima, dinyatakan sesuai dengan aslinya, dan punya kode QR sendiri.",
    done="Petikan diterbitkan dan sedang disusun.",
)
def issue_extracts(user, decree):
    yield from _is_in_force(decree)
    yield decree.recipients.in_force().exists(), "Tidak ada penerima yang masih berlaku di SK ini."


@rule(
    "decrees.certify_copy",
    label="Terbitkan salinan",
    ask="Salinan memuat seluruh SK dan dinyatakan sesuai dengan aslinya oleh Anda.",
    done="Salinan diterbitkan dan sedang disusun.",
)
def certify_copy(user, decree):
    yield from _is_in_force(decree)
    yield not queries.copy_of(decree), "Salinan SK ini sudah terbit dan masih berlaku."
