"""What a decree's paper says, word for word: the facts of the day, what each tag stands for, the filled paragraphs."""

from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.utils import timezone

from decrees.models import Decree, Removal
from decrees.queries.budget import Totals, amount_of_each, family_of, totals
from decrees.queries.changing import recovery
from decrees.queries.lists import leaving
from decrees.queries.rising import minutes_behind
from decrees.queries.routes import due_signatory
from decrees.queries.wordings import texts_of, wording_of
from decrees.tags import Filled, Unreadable, Value, fill
from uep.access.roles import Role
from uep.office import queries as office
from uep.office.models import Post
from uep.ui.indonesian import angka, rupiah, rupiah_terbilang, tanggal, terbilang

LONGEST_TITLE = 250
MISSING = "(PEJABAT BELUM TERCATAT)"
ORDINALS = {1: "Kedua", 2: "Ketiga", 3: "Keempat", 4: "Kelima"}

ALWAYS = {
    "judul": "judul SK ini",
    "program": "nama program",
    "tahun": "tahun anggaran program",
    "jumlah_penerima": "jumlah penerima yang ditetapkan",
    "jumlah_penerima_terbilang": "jumlah penerima dengan huruf",
    "total": "jumlah seluruh bantuan",
    "total_terbilang": "jumlah seluruh bantuan dengan huruf",
    "besaran": "bantuan tiap penerima; kosong bila berbeda-beda",
    "besaran_terbilang": "bantuan tiap penerima dengan huruf",
    "bank": "bank penyalur",
    "dpa": "nomor DPA; kosong bila belum diisi di program",
    "kode_rekening": "kode rekening belanja; kosong bila belum diisi di program",
    "jabatan": "jabatan yang menetapkan, tanpa Plt./Plh.",
    "pejabat": "nama pejabat yang menandatangani",
    "jabatan_pejabat": "jabatannya, dengan Plt./Plh. bila mewakili",
    "dasar_penunjukan": "surat perintah Plt./Plh.; kosong bila pejabat definitif",
    "dasar_hukum": "daftar dasar hukum yang berlaku hari itu, satu per baris cetak",
    "berita_acara": "daftar nomor dan tanggal berita acara verifikasi; kosong bila belum ada",
    "nama_dinas": "nama dinas",
    "kabupaten": "nama kabupaten/kota",
    "ibu_kota": "tempat SK ditetapkan",
}
OF_ANOTHER = {
    "jabatan_lama": "jabatan yang menetapkan SK yang diubah atau dicabut",
    "nomor_lama": "nomor SK itu",
    "tanggal_lama": "tanggal SK itu",
    "judul_lama": "judul SK itu",
}
OF_AN_AMENDMENT = {
    "perubahan_ke": "Kedua, Ketiga, ...; kosong pada perubahan pertama",
    "isi_perubahan": "apa yang diubah: mengeluarkan dan menetapkan berapa penerima, memperbaiki data berapa penerima",
    "jumlah_keluar": "jumlah penerima yang dikeluarkan",
    "jumlah_keluar_terbilang": "jumlah itu dengan huruf",
    "jumlah_diperbaiki": "jumlah penerima yang datanya diperbaiki",
    "jumlah_diperbaiki_terbilang": "jumlah itu dengan huruf",
}
OF_A_REVOCATION = {
    "alasan": "alasan pencabutan, seperti ditulis saat drafnya disusun",
    "yang_mengubah": "SK yang mengubah SK itu dan ikut dicabut; kosong bila tidak ada",
    "jumlah_dicabut": "jumlah penerima yang dicabut",
    "jumlah_dicabut_terbilang": "jumlah itu dengan huruf",
    "total_dicabut": "jumlah bantuan yang dicabut",
    "total_dicabut_terbilang": "jumlah bantuan itu dengan huruf",
    "jumlah_urung": "jumlah penerima yang bantuannya belum tersalur",
    "jumlah_urung_terbilang": "jumlah itu dengan huruf",
    "jumlah_kembali": "jumlah penerima yang dananya sudah tersalur dan harus dikembalikan",
    "jumlah_kembali_terbilang": "jumlah itu dengan huruf",
    "total_kembali": "jumlah dana yang harus dikembalikan",
    "total_kembali_terbilang": "jumlah dana itu dengan huruf",
}
OWN = {"amendment": OF_ANOTHER | OF_AN_AMENDMENT, "revocation": OF_ANOTHER | OF_A_REVOCATION}
LISTS = frozenset({"dasar_hukum", "berita_acara"})


class Revoked(NamedTuple):
    """What a revocation takes back."""

    lines: Totals
    freed: int  # lines that were not paid yet
    recovered: Totals  # those that were, and what has to come back
    changes: str = ""  # the decrees that fall with it: "Nomor ... tanggal ... dan Nomor ... tanggal ..."


class Material(NamedTuple):
    """What the paper is made from besides its facts; a sample brings its own."""

    totals: Totals
    each: int | None  # Rupiah, when all get the same
    leaving: list[Removal]
    corrected: int = 0  # lines that an amendment puts right
    revoked: Revoked = Revoked(Totals(0, 0), 0, Totals(0, 0))


def tags_for(kind: str) -> dict[str, str]:
    """Tag -> what it stands for, in a decree of this kind."""
    return ALWAYS | OWN.get(kind, {})


def material_of(decree) -> Material:
    """Of the decree as it stands; what a sample says of itself; nothing yet of one that is not drafted."""
    if sample := getattr(decree, "material", None):
        return sample
    if decree.pk is None:
        return Material(Totals(0, 0), None, [])
    material = Material(totals(decree), amount_of_each(decree), leaving(decree) if decree.is_amendment else [])
    if decree.is_amendment:
        return material._replace(corrected=decree.corrections.count())
    return material._replace(revoked=_revoked(decree)) if decree.is_revocation else material


def _revoked(decree) -> Revoked:
    found = decree.removals.aggregate(count=Count("pk"), amount=Sum("recipient__amount"))
    lines, recovered = Totals(found["count"], found["amount"] or 0), recovery(decree)
    fallen = Decree.objects.signed().filter(pk__in=family_of(decree.amends)).exclude(pk=decree.amends_id)
    *most, last = [f"Nomor {one.number} tanggal {tanggal(one.date)}" for one in fallen.order_by("date", "pk")] or [""]
    changes = f"{', '.join(most)} dan {last}" if most else last
    return Revoked(lines, lines.count - recovered.count, recovered, changes)


def facts_of(decree) -> dict[str, Any]:
    """What is frozen with the paper (JSON-able): the words as filled, and the facts they were filled from."""
    facts = facts_behind(decree)
    return facts | {"words": words_of(decree, facts)}


def facts_behind(decree) -> dict[str, Any]:
    """The facts alone, from which the words are filled."""
    on = decree.date or timezone.localdate()
    signatory = decree.signatory or who_signs(decree, on)
    former, programme = decree.amends, decree.programme
    return {
        "signatories": [signatory],
        "post": post_in(signatory),
        "legal_bases": [basis.text for basis in office.legal_bases(on, "sk")],
        "minutes": [f"Nomor {number} tanggal {tanggal(day)}" for number, day in _minutes(decree)],
        "programme": {
            "name": programme.name,
            "year": programme.year,
            "bank": str(programme.bank),
            "dpa_number": programme.dpa_number,
            "account_code": programme.account_code,
        },
        "amends": {
            "number": former.number,
            "date": tanggal(former.date),
            "title": former.title,
            "post": post_in(former.signatory),
            "earlier": former.amendments.signed().exclude(pk=decree.pk).count() if former.pk else 0,
        }
        if former
        else None,
    }


def _minutes(decree) -> list:
    if decree.pk is None:
        return getattr(decree, "minutes", [])
    return minutes_behind(decree)


def words_of(decree, facts: dict) -> dict[str, Any]:
    """Part -> its paragraphs as printed, and "version": by which wording. Unreadable or KeyError where one has faults."""
    wording = wording_of(decree)
    said = {part: filled.paragraphs for part, filled in filled_parts(decree, facts).items()}
    return said | {"version": str(wording) if wording.pk else ""}


def filled_parts(decree, facts: dict, material: Material | None = None) -> dict[str, Filled]:
    """Part -> what is printed of it, and the tags that had a part in it."""
    values = values_of(decree, facts, material)
    return {part: fill(text, values) for part, text in texts_of(decree).items()}


def values_of(decree, facts: dict, material: Material | None = None) -> dict[str, Value]:
    """Tag -> what it stands for in this decree; exactly the tags of its kind."""
    material = material or material_of(decree)
    count, total = material.totals
    profile, programme, signatory = office.profile(), facts["programme"], facts["signatories"][0]
    known = {
        "judul": decree.title,
        "program": programme["name"],
        "tahun": str(programme["year"]),
        **_counted("jumlah_penerima", count),
        **_summed("total", total),
        "besaran": rupiah(material.each) if material.each else "",
        "besaran_terbilang": rupiah_terbilang(material.each) if material.each else "",
        "bank": programme["bank"],
        "dpa": programme["dpa_number"],
        "kode_rekening": programme["account_code"],
        "jabatan": facts["post"],
        "pejabat": signatory["name"],
        "jabatan_pejabat": signatory["post"],
        "dasar_penunjukan": signatory["basis"],
        "dasar_hukum": tuple(facts["legal_bases"]),
        "berita_acara": tuple(facts["minutes"]),
        "nama_dinas": profile.name,
        "kabupaten": profile.regency_name,
        "ibu_kota": profile.capital,
    }
    if former := facts["amends"]:
        known |= {
            "jabatan_lama": former["post"],
            "nomor_lama": former["number"],
            "tanggal_lama": former["date"],
            "judul_lama": former["title"],
        }
        known |= (
            _of_a_revocation(decree, material.revoked)
            if decree.kind == "revocation"
            else _of_an_amendment(former, material)
        )
    return {name: _value(found) for name, found in known.items()}


def _of_an_amendment(former: dict, material: Material) -> dict[str, Any]:
    earlier = former.get("earlier", 0)
    changes = [
        ("memperbaiki data {} ({}) penerima", material.corrected),
        ("mengeluarkan {} ({}) penerima", len(material.leaving)),
        ("menetapkan {} ({}) penerima baru", material.totals.count),
    ]
    *most, last = [words.format(angka(n), terbilang(n)) for words, n in changes if n] or [""]
    return {
        "perubahan_ke": ORDINALS.get(earlier, f"ke-{earlier + 1}") if earlier else "",
        "isi_perubahan": f"{', '.join(most)} dan {last}" if most else last,
        **_counted("jumlah_keluar", len(material.leaving)),
        **_counted("jumlah_diperbaiki", material.corrected),
    }


def _of_a_revocation(decree, revoked: Revoked) -> dict[str, Any]:
    reason = decree.reason.strip().rstrip(".;")
    return {
        "alasan": reason[:1].lower() + reason[1:],
        "yang_mengubah": revoked.changes,
        **_counted("jumlah_dicabut", revoked.lines.count),
        **_summed("total_dicabut", revoked.lines.amount),
        **_counted("jumlah_urung", revoked.freed),
        **_counted("jumlah_kembali", revoked.recovered.count),
        **_summed("total_kembali", revoked.recovered.amount),
    }


def _summed(name: str, amount: int) -> dict[str, Value]:
    return {
        name: Value(rupiah(amount), says=amount > 0),
        f"{name}_terbilang": Value(rupiah_terbilang(amount), says=amount > 0),
    }


def _counted(name: str, count: int) -> dict[str, Value]:
    return {name: Value(angka(count), says=count > 0), f"{name}_terbilang": Value(terbilang(count), says=count > 0)}


def _value(found) -> Value:
    if isinstance(found, Value):
        return found
    if isinstance(found, tuple):
        return Value("", found, says=bool(found))
    return Value(found, says=bool(found.strip()))


def title_by(wording, decree) -> str:
    """The title that a wording's pattern gives a decree, no longer than the register holds; the pattern where it has faults."""
    try:
        found = fill(wording.title, values_of(decree, facts_behind(decree))).paragraphs
    except (Unreadable, KeyError):
        found = [wording.title]
    return " ".join(found)[:LONGEST_TITLE]


def who_signs(decree, on) -> dict:
    """Whoever would sign today; on a preview a vacant post is printed as such (such a draft cannot be sent up)."""
    role = due_signatory(decree) if decree.pk and decree.stage == "draft" else decree.signatory_role
    try:
        return office.signatory(role, on).as_dict()
    except ValidationError:
        post = Post.objects.filter(role=role, active=True).values_list("title", flat=True).first() or Role(role).label
        return {
            "name": MISSING,
            "nip": "",
            "rank": "",
            "title": post.upper(),
            "quality": "",
            "basis": "",
            "post": post,
        }


def post_in(signatory: dict) -> str:
    """The post whose decree it is: that of Kepala Dinas, though a Plh. signs it."""
    return signatory["post"].removeprefix(f"{signatory['quality']} ")
