"""The annex of a decree as rows for a machine. Pure: rows in, bytes out."""

import csv
from collections.abc import Iterable
from io import StringIO

COLUMNS = {
    "nomor": "position",
    "nama": "name",
    "nik": "nik",
    "no_kk": "kk",
    "alamat": "address",
    "desa_kelurahan": "village",
    "kecamatan": "district",
    "usaha": "business",
    "besaran_rupiah": "amount",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon instead of showing


def annex_csv(rows: Iterable[dict]) -> bytes:
    """RFC 4180 in UTF-8: one line for each recipient of the annex, in its order; amounts in plain Rupiah, no totals."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_plain(row[key]) for key in COLUMNS.values()])
    return made.getvalue().encode()


def _plain(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
