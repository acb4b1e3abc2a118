"""Who may change what decrees say, and when."""

from uep.access.access import rule


@rule("decrees.view_wordings")
def view_wordings(user, wording):
    yield True, ""


@rule(
    "decrees.draft_wording",
    label="Susun versi naskah baru",
    ask="Versi baru mulai sebagai salinan. Belum ada SK yang berubah sampai versi itu diberlakukan.",
    done="Rancangan naskah dibuat. Ubah teksnya, lihat hasil cetaknya, lalu berlakukan.",
)
def draft_wording(user, subject):
    yield True, ""


def _is_drafted(wording):
    yield wording.is_draft, "Hanya rancangan yang dapat diubah; susun versi baru."


@rule(
    "decrees.edit_wording",
    label="Ubah naskah",
    ask="Tag dalam kurung kurawal diisi saat SK dicetak. Tekan Lihat untuk melihat hasil cetaknya.",
    done="Rancangan naskah disimpan.",
    tone="primary",
)
def edit_wording(user, wording):
    yield from _is_drafted(wording)


@rule(
    "decrees.enact_wording",
    label="Berlakukan",
    ask="SK yang disusun sejak sekarang memakai naskah ini. Draf yang sedang berjalan dan SK yang sudah ditetapkan tidak "
    "berubah.",
    done="Naskah ini berlaku. Versi sebelumnya tetap tersimpan.",
)
def enact_wording(user, wording):
    yield from _is_drafted(wording)
