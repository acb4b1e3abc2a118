"""What a NIK or a KK number can tell about itself, and what is wrong with it, in sentences that say how to mend it.

NIK: 6 digits of the district of FIRST registration, DDMMYY of birth (+40 on the day for women), 4 of a serial from
0001. It is for life: it does not change with a move (PP 40/2019, Ps. 30 (2)), nor when a birth date is corrected. So
only what no NIK can be is an error; a region or date that disagrees is a warning to check, never a refusal.
KK: 6 digits of the district of issue, DDMMYY of recording, 4 of a serial.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from uep.registry.fields import normalise
from uep.ui.indonesian import MONTHS

LENGTH = 16
WOMAN = 40  # added to the day of birth
SEXES = {"L": "laki-laki", "P": "perempuan"}
# Left the list of regencies when a province was split, but live on in the NIK of everyone registered there before.
OLD_REGENCIES = frozenset(
    {"6404", "6405", "6406", "6410", "6473"}  # Kalimantan Timur, since 2012 Kalimantan Utara (65)
    | {f"91{n:02}" for n in (*range(1, 29), 71)}  # Papua and, until 2022, the provinces 93 to 95
    | {f"92{n:02}" for n in (*range(1, 13), 71)}  # Papua Barat and, until 2022, province 96
    | {f"54{n:02}" for n in range(1, 14)}  # Timor Timur, until 1999
)
LOOK_ALIKE = str.maketrans("OoQIlLSBZ", "000111582")


@dataclass(frozen=True)
class Finding:
    """One fault: `error` refuses the number, `warning` asks a person to look."""

    level: str
    code: str
    sentence: str


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == "error"]


def check_nik(
    nik: str,
    *,
    birth_date: date | None = None,
    sex: str | None = None,
    known_districts: Collection[str] | None = None,
) -> list[Finding]:
    """Everything wrong with a NIK, errors first; an empty list when nothing is.

    `sex` is "L" or "P"; `known_districts` are Kemendagri codes without dots ("620903"). What is not given is not
    compared. Separators are overlooked. TypeError for a number type: see lost_digits.
    """
    found, digits = _shape("NIK", nik)
    if found:
        return found
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if not (1 <= day <= 31 or 1 + WOMAN <= day <= 31 + WOMAN):
        found.append(
            _error("day", f"Angka ke-7 dan 8 NIK ({digits[6:8]}) bukan tanggal lahir: 01-31 untuk laki-laki, "
                   "41-71 untuk perempuan. Cocokkan dengan KTP.")
        )  # fmt: skip
    found += _month_and_serial("NIK", digits)
    if found:
        return found
    found += _calendar("NIK", "tanggal lahir", day - WOMAN if day > WOMAN else day, month, year)
    found += _region("NIK", digits, known_districts)
    born = (day - WOMAN if day > WOMAN else day, month, year)
    if birth_date and born != (birth_date.day, birth_date.month, birth_date.year % 100):
        found.append(
            _warning("birth_date", f"Tanggal lahir pada NIK ({born[0]:02}-{born[1]:02}-{born[2]:02}) berbeda dari isian "
                     f"({birth_date:%d-%m-%Y}). Cocokkan keduanya dengan KTP; bila KTP memang begitu, lanjutkan.")
        )  # fmt: skip
    if sex in SEXES and sex != sex_of(digits):
        found.append(
            _warning("sex", f"Menurut NIK pemiliknya {SEXES[sex_of(digits)]}, sedangkan isian {SEXES[sex]}. "
                     "Cocokkan jenis kelamin dan NIK dengan KTP.")
        )  # fmt: skip
    return found


def check_kk(number: str, *, nik: str | None = None, known_districts: Collection[str] | None = None) -> list[Finding]:
    """Everything wrong with a KK number; `nik` is that of a member, to notice one number typed into both boxes."""
    found, digits = _shape("Nomor KK", number)
    if found:
        return found
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if not 1 <= day <= 31:
        hint = " Mungkin ini NIK perempuan." if 1 + WOMAN <= day <= 31 + WOMAN else ""
        found.append(
            _error("day", f"Angka ke-7 dan 8 Nomor KK ({digits[6:8]}) bukan tanggal pencatatan (01-31).{hint} "
                   "Cocokkan dengan Kartu Keluarga.")
        )  # fmt: skip
    found += _month_and_serial("Nomor KK", digits)
    if found:
        return found
    found += _calendar("Nomor KK", "tanggal pencatatan", day, month, year)
    found += _region("Nomor KK", digits, known_districts)
    if nik and normalise(nik) == digits:
        # Not an error: a boy born on the day his family's card was recorded can have the very same digits.
        found.append(
            _warning("same_as_nik", "Nomor KK sama dengan NIK. Nomor KK tertulis di bagian atas Kartu Keluarga.")
        )
    return found


def sex_of(nik: str) -> str | None:
    """The sex by the day of birth, "L" or "P"; None when there is no such day."""
    digits = normalise(nik)
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    day = int(digits[6:8])
    return "P" if 1 + WOMAN <= day <= 31 + WOMAN else "L" if 1 <= day <= 31 else None


def birth_of(nik: str, *, on: date) -> date | None:
    """The birth date in a NIK; None when it has an error or the date does not exist.

    The year has two digits: the latest century that is not after `on` is taken, so a person older than 99 comes out
    a hundred years too young. The date on the KTP counts, not this one.
    """
    digits = normalise(nik)
    if errors(check_nik(digits)):
        return None
    day, month, year = int(digits[6:8]) % WOMAN, int(digits[8:10]), int(digits[10:12])
    for century in (on.year // 100 * 100, on.year // 100 * 100 - 100):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if born <= on:
            return born
    return None


def lost_digits(value: object, *, what: str = "NIK") -> Finding | None:
    """An error when a spreadsheet's cell can no longer hold the number that was typed, else None.

    A cell that is a number keeps 15 significant digits, so the sixteenth has become 0. A number that does end in 0
    cannot be told from one that lost its end, and is refused too: guessing would name another person.
    Text is only suspect when it is the cell's rounded display, such as "6.20904E+15".
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str):
        mantissa, exponent, power = value.strip().upper().replace(",", ".").partition("E+")
        if not (exponent and power.isdigit() and mantissa.replace(".", "", 1).isdigit()):
            return None
        shown = value.strip()
    else:
        if not 10**15 <= abs(value) < float("inf"):
            return None
        shown = f"{value:.0f}"
        # Up to 2**53 a program other than Excel may have kept all 16 digits; an end other than 0 shows that it did.
        if abs(value) < 2**53 and not shown.endswith("0"):
            return None
        if isinstance(value, int) and not shown.endswith("0"):
            return None
    return _error(
        "lost_digits",
        f"{what} tersimpan sebagai angka ({shown}) sehingga angka terakhirnya hilang. "
        f"Ubah format sel menjadi Teks, lalu ketik ulang {what} dari {_paper(what)}.",
    )


def _paper(what: str) -> str:
    return "KTP" if what == "NIK" else "Kartu Keluarga" if what == "Nomor KK" else "buku aslinya"


def _error(code: str, sentence: str) -> Finding:
    return Finding("error", code, sentence)


def _warning(code: str, sentence: str) -> Finding:
    return Finding("warning", code, sentence)


def _shape(what: str, number: str) -> tuple[list[Finding], str]:
    """What makes it no number at all, and its digits."""
    digits = normalise(number)
    if not digits:
        return [_error("empty", f"{what} belum diisi. Ketik 16 angka dari {_paper(what)}.")], digits
    if lost := lost_digits(number, what=what):
        return [lost], digits
    if wrong := sorted({c for c in digits if not (c.isascii() and c.isdigit())}):
        sentence = f"{what} hanya boleh berisi angka; yang bukan angka: {', '.join(wrong)}."
        meant = "".join(wrong).translate(LOOK_ALIKE)
        if meant.isdigit():
            pairs = ", ".join(
                f"huruf {letter} mungkin angka {digit}" for letter, digit in zip(wrong, meant, strict=True)
            )
            sentence += f" Periksa: {pairs}."
        return [_error("not_digits", sentence)], digits
    if len(digits) != LENGTH:
        gap = abs(LENGTH - len(digits))
        side = f"kurang {gap}" if len(digits) < LENGTH else f"lebih {gap}"
        return [
            _error(
                "length", f"{what} harus 16 angka; ini {len(digits)} angka ({side}). Cocokkan dengan {_paper(what)}."
            )
        ], digits
    if len(set(digits)) == 1:
        return [
            _error("repeated", f"{what} berisi 16 angka {digits[0]}; ini bukan nomor asli. Salin dari {_paper(what)}.")
        ], digits
    return [], digits


def _month_and_serial(what: str, digits: str) -> list[Finding]:
    found = []
    if not 1 <= int(digits[8:10]) <= 12:
        found.append(
            _error(
                "month",
                f"Angka ke-9 dan 10 {what} ({digits[8:10]}) bukan bulan (01-12). Cocokkan dengan {_paper(what)}.",
            )
        )
    if digits[12:] == "0000":
        found.append(
            _error("serial", f"Empat angka terakhir {what} tidak mungkin 0000; nomor urut mulai 0001. Bila disalin dari "
                   f"lembar kerja, angka terakhirnya mungkin hilang. Cocokkan dengan {_paper(what)}.")
        )  # fmt: skip
    return found


def _calendar(what: str, meaning: str, day: int, month: int, year: int) -> list[Finding]:
    """A warning for 30 February and its like.

    Not an error: SIAK issued numbers for dates that people only declared, and a number once given stays (above).
    """
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return []
    return [
        _warning("calendar", f"{meaning.capitalize()} pada {what} tidak ada dalam kalender: {day} {MONTHS[month - 1]} "
                 f"'{year:02}. Cocokkan dengan {_paper(what)}; bila memang begitu, lanjutkan.")
    ]  # fmt: skip


def _region(what: str, digits: str, known: Collection[str] | None) -> list[Finding]:
    """A warning for a district that is on no list. Codes of regencies that changed province are known, too."""
    district, regency = digits[:6], digits[:4]
    if not known or district in known or regency in OLD_REGENCIES:
        return []
    if any(code.startswith(regency) for code in known):
        place = f"Kode kecamatan {district[:2]}.{district[2:4]}.{district[4:]} pada {what} tidak ada dalam daftar Kemendagri"
        return [_warning("district", f"{place}; mungkin kecamatan lama. Cocokkan dengan {_paper(what)}.")]
    place = f"Kode kabupaten/kota {regency[:2]}.{regency[2:]} pada {what} tidak ada dalam daftar Kemendagri"
    return [_warning("region", f"{place}. Cocokkan enam angka pertama dengan {_paper(what)}.")]
