"""Who may read, re-render and renumber papers, and why not."""

from uep.access.access import rule
from uep.documents.queries import is_being_rendered


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
