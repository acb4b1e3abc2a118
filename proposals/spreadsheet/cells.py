"""One cell to one clean value, with what is doubtful about it. Each reader: cell -> (value, doubts).

Villages type by hand, so every reader takes what a person would understand, and only that: where two readings are
possible ("5.000" for a business) it asks back, it never picks one in silence.
"""

import re
import unicodedata
from datetime import date

from proposals.spreadsheet.faults import Doubt, error, warning

NOTHING = re.compile(
    r"[-–—.\s_/]*|(tidak|tdk|belum|blm)\s*(ada|punya|memiliki)?|kosong|nihil|n[./]?a\.?|null|none", re.IGNORECASE
)
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
QUOTES = "'’‘`´"
SEX = {
    "l": "L", "lk": "L", "laki": "L", "lakilaki": "L", "laki2": "L", "pria": "L", "cowok": "L", "male": "L", "m": "L",
    "p": "P", "pr": "P", "prp": "P", "perempuan": "P", "wanita": "P", "cewek": "P", "female": "P", "f": "P", "w": "P",
}  # fmt: skip
EARLIEST = 1900  # a number from here to this year is a year
SMALLEST_SUM = 50_000  # Rupiah; a smaller sum is a sum in thousands or millions
LARGEST_SUM = 10_000_000_000


def is_error(value) -> bool:
    return isinstance(value, str) and value.strip().upper() in EXCEL_ERRORS


def text(value) -> str:
    """A cell as a person reads it: one line, no invisible characters, no text mark ('), whole numbers without ".0"."""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) else f"{value:g}".replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    plain = str(value)
    if not (plain.isascii() and plain.isprintable()):
        plain = "".join(map(readable, unicodedata.normalize("NFC", plain)))
    return " ".join((plain.strip().strip(QUOTES) if set(plain) & set(QUOTES) else plain).split())


def readable(char: str) -> str:
    """The character as it may stand in a clean line: any blank is a space, any digit one of ours, the invisible nothing."""
    kind = unicodedata.category(char)
    if char.isspace() or kind == "Cc":
        return " "
    return "" if kind in {"Cf", "Cs", "Co", "Cn"} else str(unicodedata.decimal(char, char))


def words(value) -> str:
    """Text, with "" for a dash and for "tidak ada"."""
    plain = text(value)
    return "" if NOTHING.fullmatch(plain) else plain


def sex(value) -> tuple[str, list[Doubt]]:
    plain = words(value)
    known = SEX.get(re.sub(r"[^a-z2]", "", plain.lower()), "")
    if known or not plain:
        return known, []
    return "", [warning("sex_unreadable", f"Jenis kelamin di {{cell}} ({plain[:40]}) tidak terbaca. Tulis L atau P.")]


def money(value, field: str, what: str, scale: int = 1) -> tuple[int | None, list[Doubt]]:
    """A sum in whole Rupiah: 2400000, "Rp 2.400.000,-", "2,4 jt". `scale` is 1000 or 1000000 when the header says so."""
    if isinstance(value, bool | date):
        return None, [unreadable_sum(value, field, what)]
    if isinstance(value, int | float):
        amount = float(value)
    else:
        plain = words(value).lower()
        if not plain:
            return None, []
        amount = sum_of_words(plain)
        if amount is None:
            return None, [unreadable_sum(value, field, what)]
    if scale > 1 and 0 < amount < 100_000_000 / scale:
        amount *= scale
    if not 0 <= amount <= LARGEST_SUM:
        return None, [unreadable_sum(value, field, what)]
    rupiah = int(amount + 0.5)
    if 0 < rupiah < SMALLEST_SUM:
        shown = text(value)
        return None, [
            error(f"{field}_too_small", f"{what} di {{cell}} ({shown[:40]}) terlalu kecil untuk Rupiah. Tulis lengkap "
                  "dengan nolnya, misalnya 2.400.000.")
        ]  # fmt: skip
    return rupiah, []


def sum_of_words(plain: str) -> float | None:
    plain = re.sub(r"(/|per)\s*(bulan|bln|bl|hari|orang|kk)\b.*$", "", plain)
    plain = re.sub(r"^(rp|idr|kurang lebih|sekitar|kira-kira|±|\+/-|\+-|~|rp\.)[\s.:]*", "", plain.strip())
    plain = re.sub(r"^(rp|idr)[\s.:]*", "", plain)
    match = re.fullmatch(
        r"([\d.,\s]*\d)(?:\s*[.,]\s*[-–]+|\s*[.,]?\s*[-=–]*)\s*(juta|jt|ribu|rb|rupiah|k)?\.?\s*(rupiah)?",
        plain.strip(),
    )
    if not match:
        return None
    digits, unit = re.sub(r"\s", "", match[1]), match[2]
    number = number_of(digits)
    if number is None:
        return None
    return number * {"juta": 1_000_000, "jt": 1_000_000, "ribu": 1_000, "rb": 1_000, "k": 1_000}.get(unit or "", 1)


def number_of(digits: str) -> float | None:
    """Indonesian or English grouping; None when a separator could be either."""
    if re.fullmatch(r"\d{1,15}", digits):
        return float(digits)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d{1,2})?", digits):
        return float(digits.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d{1,2})?", digits):
        return float(digits.replace(",", ""))
    if re.fullmatch(r"\d{1,12}[.,]\d{1,2}", digits):
        return float(digits.replace(",", "."))
    return None


def unreadable_sum(value, field: str, what: str) -> Doubt:
    return error(f"{field}_unreadable", f"{what} di {{cell}} ({text(value)[:40]}) tidak terbaca. Tulis satu jumlah dalam "
                 "Rupiah dengan angka saja, misalnya 2.400.000.")  # fmt: skip


def years(value, this_year: int, *, in_months: bool = False) -> tuple[int | None, list[Doubt]]:
    """How many whole years a business has run; "6 bulan" is 0, "sejak 2015" counts to `this_year`."""
    unclear = warning("business_years_unreadable", f"Lama usaha di {{cell}} ({text(value)[:40]}) tidak terbaca. Tulis "
                      "jumlah tahun dengan angka, misalnya 3.")  # fmt: skip
    if isinstance(value, date):
        count = float(this_year - value.year)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        count = float(value)
    else:
        plain = words(value).lower()
        if not plain:
            return None, []
        match = re.fullmatch(
            r"(?:±|\+-|\+/-|>|<|lebih|kurang lebih|sekitar|sejak|mulai|dari|tahun|thn|th)*[\s.:]*(\d{1,4}(?:[.,]\d)?)\s*"
            r"(tahun|thn|th|t|bulan|bln|bl)?(?:\s*(?:lebih|an|\d{1,2}\s*(?:bulan|bln|bl))|[\s.+]*)",
            plain,
        )
        if not match:
            return None, [unclear]
        count = float(match[1].replace(",", "."))
        if (match[2] or "").startswith("b"):
            in_months = True
        elif match[2]:
            in_months = False
    if EARLIEST <= count <= this_year:
        count, in_months = this_year - count, False
    count = count // 12 if in_months else count
    return (int(count), []) if 0 <= count <= 80 else (None, [unclear])


def phone(value) -> tuple[str | None, list[Doubt]]:
    """A mobile number as +62…, the first when there are two."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = text(value)
        number = e164(shown if shown.startswith("62") else "0" + shown)
        if number and not shown.startswith("62"):
            return number, [
                warning("phone_as_number", f"Nomor HP di {{cell}} tersimpan sebagai angka, sehingga angka 0 di depannya "
                        f"hilang; dibaca sebagai 0{shown}. Periksa nomornya.")
            ]  # fmt: skip
    else:
        plain = words(value)
        if not plain:
            return None, []
        number = next(filter(None, map(e164, re.split(r"[/;,&]|\bdan\b|\batau\b", plain))), None) or e164(plain)
    if number:
        return number, []
    return None, [
        warning("phone_unreadable", f"Nomor HP di {{cell}} ({text(value)[:40]}) bukan nomor ponsel, jadi tidak ikut masuk. "
                "Tulis 10 sampai 13 angka dimulai 08, atau kosongkan.")
    ]  # fmt: skip


def e164(plain: str) -> str | None:
    digits = re.sub(r"\D", "", plain.replace("(0)", ""))
    digits = re.sub(r"^(?:0062|620|62)(?=8)", "0", digits)
    digits = "0" + digits if re.fullmatch(r"8\d{8,11}", digits) else digits
    return "+62" + digits[1:] if re.fullmatch(r"08\d{8,11}", digits) else None


def account(value) -> tuple[str | None, list[Doubt]]:
    """An account number of 8 to 16 digits, as text; leading zeros count."""
    doubts = []
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) >= 10**15:
            return None, [
                error("account_lost_digits", "Nomor rekening di {cell} tersimpan sebagai angka, sehingga angka terakhirnya "
                      "hilang (Excel hanya menyimpan 15 angka). Ubah kolom menjadi Teks lalu ketik ulang dari buku tabungan.")
            ]  # fmt: skip
        doubts = [
            warning("account_as_number", "Nomor rekening di {cell} tersimpan sebagai angka, sehingga angka 0 di depannya "
                    "(bila ada) hilang. Cocokkan dengan buku tabungan.")
        ]  # fmt: skip
    plain = text(value) if doubts else words(value)
    if not plain:
        return None, []
    digits = re.sub(r"[\s.\-_/]", "", re.sub(r"^(bank\s*)?[a-z][a-z .]*[:\s]+", "", plain, flags=re.IGNORECASE))
    if re.fullmatch(r"[0-9]{8,16}", digits):
        return digits, doubts
    return None, [
        error("account_unreadable", f"Nomor rekening di {{cell}} ({plain[:40]}) bukan 8 sampai 16 angka. Salin dari buku "
              "tabungan, atau kosongkan bila belum ada.")
    ]  # fmt: skip


ADDRESS_RT = re.compile(
    r"[\s,;(]*\b(?:rt\s*[./&-]?\s*rw\.?\s*[:.]?\s*(?P<rt1>\d{1,3})\s*[/\-. ]\s*(?P<rw1>\d{1,3})"
    r"|rt\.?\s*[:.]?\s*(?P<rt2>\d{1,3})(?:\s*[/,\-. ]*\s*rw\.?\s*[:.]?\s*(?P<rw2>\d{1,3})|\s*/\s*(?P<rw3>\d{1,3}))?)\b\)?",
    re.IGNORECASE,
)


def address(value) -> tuple[str, str, str]:
    """An address without its RT and RW, and these two as three digits each."""
    plain = words(value)
    match = ADDRESS_RT.search(plain)
    if not match:
        return plain, "", ""
    rest = f"{plain[: match.start()]} {plain[match.end() :]}"
    rest = re.sub(r"\s+([,;])", r"\1", " ".join(rest.split())).strip(" ,;/-")
    return rest, unit(match["rt1"] or match["rt2"]), unit(match["rw1"] or match["rw2"] or match["rw3"] or "")


def unit(value) -> str:
    """An RT or RW as three digits, "" when it is none."""
    match = re.fullmatch(r"(?:r[tw])?[\s.:]*(\d{1,3})", words(value).lower())
    return f"{int(match[1]):03d}" if match and int(match[1]) else ""


def rt_and_rw(value) -> tuple[str, str]:
    """The two numbers of "005/002"."""
    numbers = re.findall(r"\d{1,3}", words(value))
    return (unit(numbers[0]) if numbers else "", unit(numbers[1]) if len(numbers) > 1 else "")


def desil(value) -> tuple[int | None, list[Doubt]]:
    plain = words(value)
    match = re.fullmatch(r"(?:desil)?\s*(\d{1,2})", plain.lower())
    if match and 1 <= int(match[1]) <= 10:
        return int(match[1]), []
    if not plain:
        return None, []
    return None, [
        warning("desil_unreadable", f"Desil di {{cell}} ({plain[:40]}) bukan 1 sampai 10. Tulis angkanya saja.")
    ]
