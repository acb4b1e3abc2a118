"""One line of a register to one person, or to the sentences that say why it cannot come in."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from uep.registry.nik import check_kk, check_nik, errors, lost_digits
from uep.social.spreadsheet import cells
from uep.social.spreadsheet.columns import FIELDS

# Every NIK that check_nik accepts and that has no doubt about it; the others are asked one by one.
PLAIN_NIK = re.compile(r"\d{6}(?:0[1-9]|[12456]\d|[37][01])(?:0[1-9]|1[0-2])\d{2}(?!0000)\d{4}", re.ASCII)
PLAIN_KK = re.compile(r"\d{6}(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}(?!0000)\d{4}", re.ASCII)
VILLAGE_CODE = re.compile(r"\d{2}\.\d{2}\.\d{2}\.\d{4}|\d{10}")
LONGEST = {"name": 120, "birth_place": 80, "relation": 40, "occupation": 80, "address": 200, "social_id": 40}


class Read(NamedTuple):
    """A person as the register describes them; the numbers in plain digits, `village` a Kemendagri code or None."""

    nik: str
    kk_number: str
    name: str
    sex: str
    birth_place: str
    birth_date: date | None
    relation: str
    occupation: str
    is_alive: bool
    address: str
    rt: str
    rw: str
    village: str | None
    desil: int | None
    social_id: str
    gets_pkh: bool | None
    gets_sembako: bool | None
    matches_dukcapil: bool | None


class PeopleReader:
    """Reads the lines of one register. `villages`: known codes, and names that only one village of the regency has."""

    def __init__(self, columns: Mapping[str, int], villages: Mapping[str, str]):
        self.columns, self.villages = dict(columns), villages
        self.at = {name: columns.get(name, -1) for name in FIELDS}

    def read(self, raw: list[Any]) -> tuple[Read | None, list[str]]:
        """(the person, []) or (None, every fault in a sentence)."""
        faults: list[str] = []
        width = len(raw)
        at = {name: raw[index] if 0 <= index < width else "" for name, index in self.at.items()}
        self.refuse_broken(at, faults)
        nik = self.number(at["nik"], "NIK", PLAIN_NIK, check_nik, faults, needed=True)
        kk_number = self.number(at["kk_number"], "Nomor KK", PLAIN_KK, check_kk, faults, needed=False)
        texts = {name: cells.text(at[name]) for name in LONGEST}
        for name, value in texts.items():
            if len(value) > LONGEST[name]:
                faults.append(
                    f"{FIELDS[name].label} terlalu panjang ({len(value)} huruf, paling banyak {LONGEST[name]})."
                )
        if not texts["name"]:
            faults.append("Nama kosong.")
        elif "\ufffd" in texts["name"]:
            faults.append("Nama memuat huruf yang tidak terbaca. Simpan berkasnya sebagai CSV UTF-8, lalu unggah lagi.")
        born = self.birth_date(at["birth_date"], faults)
        desil = self.desil(at["desil"], faults)
        if faults:
            return None, faults
        return Read(
            nik=nik,
            kk_number=kk_number,
            sex=cells.sex(at["sex"]),
            birth_date=born,
            is_alive=cells.is_alive(at["is_alive"]),
            rt=cells.unit(at["rt"]),
            rw=cells.unit(at["rw"]),
            village=self.village(at),
            desil=desil,
            gets_pkh=cells.yes(at["gets_pkh"]),
            gets_sembako=cells.yes(at["gets_sembako"]),
            matches_dukcapil=cells.yes(at["matches_dukcapil"]),
            **texts,
        ), []

    @staticmethod
    def refuse_broken(at: dict[str, Any], faults: list[str]) -> None:
        for name, value in at.items():
            if value and cells.is_broken(value):
                faults.append(
                    f"{FIELDS[name].label} berisi rumus atau kesalahan rumus. Ketik isinya langsung, tanpa rumus."
                )
                at[name] = ""

    @staticmethod
    def number(value, what: str, plain: re.Pattern, check, faults: list[str], *, needed: bool) -> str:
        if isinstance(value, str) and plain.fullmatch(value):
            return value
        if lost_digits(value, what=what):
            faults.append(
                f"{what} tersimpan sebagai angka sehingga angka terakhirnya hilang (tampak seperti 6,2E+15). Ubah kolomnya "
                "menjadi Teks, lalu isi ulang keenam belas angkanya."
            )
            return ""
        digits = re.sub(r"[\s.\-_/'`]", "", cells.text(value))
        if not digits:
            if needed and not any(fault.startswith(what) for fault in faults):
                faults.append(f"{what} kosong.")
            return ""
        if not plain.fullmatch(digits) and (found := errors(check(digits))):
            faults.append(found[0].sentence)
        return digits

    @staticmethod
    def birth_date(value, faults: list[str]) -> date | None:
        try:
            if isinstance(value, str) and len(value) == 10 and value[4] == "-" and value[:2] in {"19", "20"}:
                return date.fromisoformat(value)
            return cells.day(value)
        except ValueError:
            faults.append(
                f"Tanggal lahir ({cells.text(value)[:20]}) tidak terbaca. Tulis tanggal-bulan-tahun, misalnya 04-03-1985."
            )
            return None

    @staticmethod
    def desil(value, faults: list[str]) -> int | None:
        plain = cells.text(value).lower().removeprefix("desil").strip(" .:-")
        if not plain:
            return None
        if plain.isascii() and plain.isdigit() and 1 <= int(plain) <= 10:
            return int(plain)
        faults.append(f"Desil ({plain[:20]}) bukan angka 1 sampai 10.")
        return None

    def village(self, at: dict[str, Any]) -> str | None:
        code = cells.text(at["village_code"])
        if VILLAGE_CODE.fullmatch(code):
            dotted = code if "." in code else f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}"
            return self.villages.get(dotted)
        return self.villages.get(cells.text(at["village_name"]).casefold())
