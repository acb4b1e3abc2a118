"""The register book as a printout."""

from oversight.exports import REGISTER_COLUMNS, register_row
from uep.documents.papers import Paper, in_pieces


class RegisterBook(Paper):
    """Buku register pelayanan of one calendar year (SOP, pencatatan)."""

    code = "buku_register"
    title = "Buku Register Pelayanan"
    landscape = True
    issued = False
    public = False

    @staticmethod
    def context(book, document):
        return {"book": book, "headers": [header for header, _ in REGISTER_COLUMNS]}

    @staticmethod
    def chunks(book):
        return in_pieces(register_row(letter) for letter in book.rows)
