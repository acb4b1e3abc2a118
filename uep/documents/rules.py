"""Who may read, re-render and renumber papers, and why not."""

from uep.access.access import rule
from uep.documents.queries import by_hand, is_being_rendered


@rule("documents.view")
def view(user, document):
    # Which documents: OfficialDocument.objects.visible_to(user); a foreign one is a 404 before this is asked.
    yield user.is_authenticated, "Masuklah terlebih dahulu."


@rule(
    "documents.retry_render",
    label="Susun ulang",
    ask="Naskah disusun lagi dengan nomor dan fakta yang sama.",
    done="Naskah masuk antrean penyusunan lagi.",
)
def retry_render(user, document):
    yield not document.is_ready, "Naskah ini sudah siap; naskah yang terbit tidak pernah disusun ulang."
    yield not is_being_rendered(document), "Naskah ini sedang disusun; tunggulah sampai selesai."


@rule("documents.view_series")
def view_series(user, series):
    yield user.is_authenticated, "Masuklah terlebih dahulu."


@rule(
    "documents.edit_series",
    label="Ubah pola nomor",
    ask="Pola baru berlaku untuk naskah yang terbit sesudah ini; nomor yang sudah terbit tidak berubah.",
    done="Pola nomor tersimpan.",
    tone="primary",
)
def edit_series(user, series):
    yield user.is_authenticated, "Masuklah terlebih dahulu."


@rule("documents.view_book")
def view_book(user, series):
    yield user.is_authenticated, "Masuklah terlebih dahulu."


@rule(
    "documents.reserve_number",
    label="Pesan nomor",
    ask="Untuk naskah yang nomornya diberikan dari buku agenda: nomor berikutnya, sisipan seperti 17.a, atau tanggal mundur.",
    done="Nomor dipesan dan tercatat di buku nomor.",
    tone="primary",
)
def reserve_number(user, series):
    yield by_hand(series), "Nomor deret ini diambil sendiri saat naskahnya terbit."


@rule(
    "documents.release_number",
    label="Lepas nomor",
    ask="Nomor yang tidak jadi dipakai tetap tercatat di buku, dengan alasannya.",
    done="Nomor dilepas.",
)
def release_number(user, held):
    yield held.document_id is None, "Nomor ini sudah dipakai sebuah naskah."
    yield held.released_at is None, "Nomor ini sudah dilepas."
    yield not held.subject_pk, "Nomor ini sudah dipilih untuk sebuah draf; lepaskan dari drafnya lebih dahulu."
