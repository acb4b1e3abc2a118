"""The rules about a household. A new one: docs/how-to/rule.md."""

import re
from datetime import date

from proposals.eligibility.levels import Level
from proposals.eligibility.parameters import Day, Papers, Several, Whole, YesNo
from proposals.eligibility.rule import Rule
from proposals.models import SocialData
from proposals.requirements import usual_papers
from uep.ui.indonesian import tanggal

REGISTERS = tuple((value, label) for value, label in SocialData.choices if value != SocialData.NONE)


class Age(Rule):
    """Usia produktif (SOP step 1), in completed years on one day for all."""

    code = "age"
    title = "Umur"
    parameters = (
        Whole("min_age", "Umur paling muda", lambda programme: programme.min_age, low=0, high=120),
        Whole("max_age", "Umur paling tua", lambda programme: programme.max_age, low=0, high=120),
        Day("on", "Umur dihitung per tanggal", lambda programme: programme.age_on),
    )

    def faults(self):
        return ["Umur paling tua tidak boleh di bawah umur paling muda."] if self.max_age < self.min_age else []

    def says(self):
        return f"Berumur {self.min_age} sampai {self.max_age} tahun pada {tanggal(self.on)}."

    def answer(self, household):
        age = household.proposal.age_on(self.on)
        if age is None:
            return None
        sentence = f"Umur {age} tahun pada {tanggal(self.on)}"
        if self.min_age <= age <= self.max_age:
            return Level.PASS, f"{sentence}."
        return Level.FAIL, f"{sentence}; program ini untuk umur {self.min_age} sampai {self.max_age} tahun."


class RegistryBasis(Rule):
    """RTM/KK miskin by a register (SOP step 1). What the registry says weighs more than what was typed."""

    code = "social"
    title = "Data sosial dan desil"
    parameters = (
        Several("sources", "Data yang diakui", tuple(value for value, _ in REGISTERS), choices=REGISTERS),
        Whole("max_desil", "Desil paling tinggi", lambda programme: programme.max_desil, low=1, high=10),
        YesNo(
            "unlisted",
            "Yang belum terdata boleh diusulkan",
            default=True,
            help="Dengan berita acara musyawarah dan alasan; Dinas memeriksanya.",
        ),
    )

    def says(self):
        named = "/".join(self.parameters[0].labels(self.sources))
        unlisted = "; yang belum terdata boleh dengan berita acara musyawarah" if self.unlisted else ""
        return f"Keluarga miskin atau rentan: terdata di {named}, desil 1 sampai {self.max_desil}{unlisted}."

    def answer(self, household):
        proposal, line = household.proposal, household.matched
        if not proposal.social_data:
            return None
        if proposal.social_data == SocialData.NONE:
            return self._unlisted(proposal, "Belum terdata di DTSEN/DTKS")
        named = proposal.get_social_data_display()
        if proposal.social_data not in self.sources:
            accepted = "/".join(self.parameters[0].labels(self.sources))
            return Level.FAIL, f"Terdata di {named}; program ini memakai {accepted}."
        if (
            line is None and proposal.social_checked_on
        ):  # the register was asked, and does not know whom the village names
            return self._unlisted(proposal, f"Menurut isian terdata di {named}, tetapi tidak ditemukan di data sosial")
        desil = household.desil
        if desil is None:
            return Level.WARN, f"Terdata di {named}, desil belum diisi."
        if line and line.village_id not in {None, proposal.village_id}:  # its number is another village's
            if desil > self.max_desil:
                return Level.FAIL, f"Menurut data sosial desilnya di atas {self.max_desil}, batas program ini."
            return Level.PASS, f"{named}, desil paling tinggi {self.max_desil}."
        # Both are said where they differ, so that nobody wonders about a number that was never typed.
        typed = f" (di isian: {proposal.desil})" if proposal.desil not in (None, desil) else ""
        if desil > self.max_desil:
            by = " menurut data sosial" if line and line.desil is not None else ""
            return Level.FAIL, f"Desil {desil}{by}{typed}; program ini untuk desil 1 sampai {self.max_desil}."
        if typed:
            return Level.WARN, f"{named}, desil {desil} menurut data sosial{typed}."
        return Level.PASS, f"{named}, desil {desil}."

    def _unlisted(self, proposal, how):
        if not self.unlisted:
            return Level.FAIL, f"{how}; program ini hanya untuk yang terdata di {'/'.join(self.sources)}."
        if proposal.unlisted_reason:
            return Level.WARN, f"{how}. Alasan desa: {proposal.unlisted_reason}"
        return Level.WARN, f"{how}; lampirkan berita acara musyawarah, dan Dinas akan memeriksanya."


class Business(Rule):
    """Memiliki usaha (SOP step 1)."""

    code = "business"
    title = "Usaha"
    parameters = (
        Whole("min_years", "Usaha sudah berjalan sedikitnya (tahun)", 0, "0 berarti usaha baru pun boleh.", high=50),
    )

    def says(self):
        if self.min_years:
            return f"Memiliki usaha yang sudah berjalan sedikitnya {self.min_years} tahun."
        return "Memiliki usaha yang sudah berjalan."

    def answer(self, household):
        business, years = household.proposal.business, household.proposal.business_years
        if not business:
            return None  # asked for as an empty box
        if years is not None and years < self.min_years:
            return (
                Level.FAIL,
                f"Usaha: {business}, baru {years} tahun; program ini untuk usaha sedikitnya {self.min_years} tahun.",
            )
        return Level.PASS, f"Usaha: {business}."


class OnePerFamily(Rule):
    """One household, one aid; the registry also knows members who were entered with another card."""

    code = "one_per_kk"
    title = "Satu usulan tiap keluarga"

    def says(self):
        return "Satu usulan untuk satu keluarga (satu nomor KK)."

    def answer(self, household):
        if not household.rivals:
            return (Level.PASS, "Satu-satunya usulan dari keluarga ini.") if household.proposal.kk_number else None
        other, here = household.rivals[0], household.proposal
        whose = f"atas nama {other.name}"
        if other.village_id != here.village_id:  # another village's names are not this one's to read
            whose = "oleh desa/kelurahan lain"
        return (
            Level.FAIL,
            f"Anggota keluarga yang sama sudah diusulkan di program ini {whose}; satu keluarga cukup satu usulan.",
        )


class EarlierAid(Rule):
    """UEP reaches others first: not again within some years. Aid from other givers is only told."""

    code = "earlier"
    title = "Bantuan terdahulu"
    parameters = (
        Whole(
            "years",
            "Belum menerima UEP dalam (tahun)",
            3,
            "0 berarti penerima tahun yang sama saja yang ditolak.",
            high=50,
        ),
    )
    overridable = True  # nobody has written down yet when a household may be aided again: Kabid decides, with a reason

    def says(self):
        if not self.years:
            return "Belum menerima UEP di tahun yang sama."
        return f"Belum menerima UEP dalam {self.years} tahun terakhir."

    def answer(self, household):
        recent = [aid for aid in household.aids if aid.is_ours and aid.year >= household.year - self.years]
        ours = [aid for aid in household.aids if aid.is_ours]
        others = [aid for aid in household.aids if not aid.is_ours]
        given = "; ".join(f"{aid.giver} ({aid.year})" for aid in others[:3])
        told = f" Juga menerima bantuan lain: {given}." if others else ""
        if recent:
            return Level.FAIL, f"Rumah tangga ini sudah pernah menerima UEP ({_years(ours)}).{told}"
        if others:
            return Level.WARN, f"Rumah tangga ini pernah menerima bantuan lain: {given}."
        if ours:
            return Level.PASS, f"Terakhir menerima UEP lebih dari {self.years} tahun lalu ({_years(ours)})."
        return Level.PASS, "Belum tercatat pernah menerima UEP."


def _years(aids) -> str:
    return ", ".join(str(year) for year in sorted({aid.year for aid in aids}))


# How the occupations are written on family cards and by villages. Pensioners first: "pensiunan PNS" is no civil servant.
GROUPS = (
    ("pensioner", "pensiunan ASN/TNI/Polri", re.compile(r"\b(pensiun(an)?|purnawirawan|purna ?tugas|purna ?bakti)\b")),
    ("asn", "ASN", re.compile(r"\b(c?pns|asn|p3k|pppk|pegawai negeri|aparatur sipil)\b")),
    ("tni", "TNI", re.compile(r"\b(tni|tentara|kopral|sersan)\b")),
    ("polri", "Polri", re.compile(r"\b(polri|polisi|kepolisian)\b")),
    ("bumn", "pegawai BUMN/BUMD", re.compile(r"\b(bumn|bumd)\b")),
    (
        "village",
        "perangkat desa",
        re.compile(
            r"\b(perangkat (desa|kelurahan)|aparat(ur)? desa|kepala desa|kades|sekretaris desa|sekdes|"
            r"bendahara desa|kaur( desa)?|kepala dusun|kadus|lurah)\b"
        ),
    ),
)
FORMER = re.compile(r"\b(mantan|eks|bekas|calon)\b")
PRIVATE = re.compile(r"\b(swasta|karyawan|bumn|bank|perusahaan)\b")


def public_group(occupation: str) -> str:
    """Which of GROUPS an occupation belongs to; "" for none. A village official who no longer is one is none."""
    words = occupation.lower().replace(".", "")
    for name, _, pattern in GROUPS:
        if pattern.search(words):
            no_longer = name != "pensioner" and FORMER.search(words)
            privately = name == "pensioner" and PRIVATE.search(words)
            return "" if no_longer or privately else name
    return ""


class PublicPayroll(Rule):
    """Who lives of the public purse, and the core family; read from the proposal and from the registry."""

    code = "payroll"
    title = "Pekerjaan yang dikecualikan"
    parameters = (
        Several(
            "groups",
            "Yang tidak boleh diusulkan",
            tuple(name for name, _, _ in GROUPS),
            choices=tuple((name, label) for name, label, _ in GROUPS),
        ),
        YesNo("family", "Termasuk anggota keluarga dalam satu KK", default=True),
    )

    def says(self):
        named = ", ".join(self.parameters[0].labels(self.groups))
        return f"Bukan {named}{', atau keluarga intinya' if self.family else ''}."

    def answer(self, household):
        proposal, person = household.proposal, household.person
        found = []
        if self._bars(proposal.occupation):
            found.append(f"Pekerjaan calon: {proposal.occupation}.")
        elif person and self._bars(person.occupation):
            found.append(f"Pekerjaan calon menurut data sosial: {_works(person, proposal)}.")
        if self.family:
            barred = [row for row in household.members if self._bars(row.occupation)]
            found += [
                f"Anggota keluarga: {_named(row, proposal)}{_works(row, proposal)} (data sosial)." for row in barred[:2]
            ]
        if found:
            return (
                Level.FAIL,
                f"{' '.join(found)} Program ini bukan untuk mereka{' dan keluarga intinya' if self.family else ''}.",
            )
        if not proposal.is_not_public_payroll:
            return None  # asked for as a box to tick
        return Level.PASS, "Menurut pernyataan dan data sosial bukan penerima gaji negara atau keluarga intinya."

    def _bars(self, occupation) -> bool:
        return public_group(occupation) in self.groups


def _named(member, proposal) -> str:
    """Names only of the own village: whoever types a number of elsewhere does not learn who lives there."""
    return f"{member.name}, " if member.village_id == proposal.village_id else ""


def _works(person, proposal) -> str:
    """What the registry has somebody do; of another village's people only that it is among what is barred."""
    return person.occupation if person.village_id in {None, proposal.village_id} else "termasuk yang dikecualikan"


class Kinship(Rule):
    """Families of officials receive more often than others (domain, 7): asked, and shown to whoever decides."""

    code = "kinship"
    title = "Hubungan keluarga dengan aparat desa"
    level = Level.WARN

    def says(self):
        return "Hubungan keluarga dengan aparat desa disebutkan, supaya dapat ditimbang."

    def answer(self, household):
        if not household.proposal.kinship:
            return None
        return Level.FAIL, f"Hubungan keluarga dengan aparat desa: {household.proposal.kinship}."


class Alive(Rule):
    code = "dead"
    title = "Masih hidup menurut data sosial"

    def says(self):
        return "Calon masih hidup menurut data sosial."

    def answer(self, household):
        if household.person is None:
            return None
        if household.person.is_alive:
            return Level.PASS, "Masih hidup menurut data sosial."
        return Level.FAIL, "Menurut data sosial calon sudah meninggal; bila keliru, perbaiki dahulu di Dukcapil."


class RequiredPapers(Rule):
    """Kelengkapan (SOP step 1): the papers without which a household is not sent, and which the desk looks for."""

    code = "papers"
    title = "Berkas wajib"
    parameters = (
        Papers(
            "papers",
            "Berkas yang wajib",
            usual_papers,
            "Yang tidak dicentang tetap dapat diunggah, tetapi boleh kosong.",
        ),
    )

    def says(self):
        if not self.papers:
            return "Tidak ada berkas yang diwajibkan."
        return f"Berkas lengkap: {', '.join(self.papers.values())}."

    def answer(self, household):
        """Asked is only for what the household's own programme knows: a trial on last year's looks at older lists."""
        if household.lacking is None or not self.papers:
            return None
        lacking = [label for code, label in household.lacking.items() if code in self.papers]
        if lacking:
            return Level.FAIL, f"Belum diunggah: {', '.join(lacking)}."
        held = [label for code, label in household.held.items() if code in self.papers]
        return (Level.PASS, f"Berkas wajib sudah ada: {', '.join(held)}.") if held else None


# In the order in which people read them.
CATALOGUE: tuple[type[Rule], ...] = (
    Age,
    RegistryBasis,
    Business,
    OnePerFamily,
    EarlierAid,
    PublicPayroll,
    Kinship,
    Alive,
    RequiredPapers,
)


def shifted(day: date, years: int) -> date:
    """The same day some years earlier or later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
