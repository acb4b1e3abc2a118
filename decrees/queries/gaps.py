"""What a draft still lacks before it can go up, as sentences: signatory, words, laws, budget."""

import re
from datetime import date as Date

from django.core.exceptions import ValidationError
from django.utils import timezone

from decrees.models import Wording
from decrees.queries.budget import over_budget
from decrees.queries.facts import LISTS, facts_behind, filled_parts, material_of, tags_for
from decrees.queries.routes import due_signatory
from decrees.queries.wordings import texts_of, wording_of
from decrees.tags import NEEDED, PARTS, faults_of
from uep.access.roles import Role
from uep.office import queries as office
from uep.office.models import LegalBasis
from uep.ui.indonesian import tanggal

Kind = Wording.Kind
NO_LAWS = "Dasar hukum untuk bagian Mengingat belum tercatat; Administrator mencatatnya di halaman Kantor."


def lacking(decree) -> list[str]:
    """What keeps a draft from going up; empty when nothing does."""
    today = timezone.localdate()
    money = [] if decree.is_revocation else over_budget(decree)
    return [*_signatory(decree, today), *_words(decree, today), *money]


def text_faults(kind: str, texts: dict[str, str]) -> dict[str, list[str]]:
    """Part -> what cannot be printed of it: signs left open, tags that its kind does not have, with their places."""
    known = tags_for(kind)
    own = {"title": known.keys() - {"judul"}}
    found = {part: faults_of(part, text, own.get(part, known), LISTS) for part, text in texts.items()}
    return {part: faults for part, faults in found.items() if faults}


def _signatory(decree, today: Date) -> list[str]:
    role = due_signatory(decree)
    try:
        signs = office.signatory(role, today)
    except ValidationError as error:
        lapsed = office.lapsed_appointment(role, today)
        if lapsed is None:
            return error.messages
        sentence = (
            f"Penunjukan {lapsed.official.name} sebagai {lapsed.title} (SPT No. {lapsed.letter_number}) hanya berlaku "
            f"{tanggal(lapsed.starts)} sampai {tanggal(lapsed.ends)}, dan belum ada penggantinya."
        )
        return [sentence]
    if role != Role.REGENT and not signs.nip:
        return [f"NIP {signs.name} belum diisi; Administrator mengisinya di halaman Kantor."]
    return []


def _words(decree, today: Date) -> list[str]:
    wording, texts = wording_of(decree), texts_of(decree)
    if wording.signatory != due_signatory(decree):
        sentence = (
            f"Draf ini memakai naskah {wording.get_signatory_display()}, sedangkan penanda tangannya "
            f"{Role(due_signatory(decree)).label}. Buka Ubah teks, lalu pakai naskah yang berlaku."
        )
        return [sentence]
    faults = [sentence for sentences in text_faults(decree.kind, texts).values() for sentence in sentences]
    if not faults:
        faults = _once_filled(decree, texts)
    return [*faults, *_superseded(texts, today)]


def _once_filled(decree, texts: dict[str, str]) -> list[str]:
    facts = facts_behind(decree)
    material = material_of(decree)
    filled = filled_parts(decree, facts, material)
    faults = []
    for part in (part for part in NEEDED if not filled[part].paragraphs):
        no_laws = part == "legal" and not facts["legal_bases"] and "{dasar_hukum}" in texts["legal"]
        faults.append(NO_LAWS if no_laws else f"Bagian {PARTS[part]} masih kosong.")
    used = filled["clauses"].used
    return faults + [sentence for tags, sentence in _to_be_named(decree, material) if not used & tags]


def _to_be_named(decree, material) -> list[tuple[set[str], str]]:
    """What the clauses of this decree must say, each by one of its tags."""
    wanted = []
    if decree.kind == Kind.REVOCATION:
        wanted += [("jumlah_dicabut", "jumlah penerima yang dicabut"), ("total_dicabut", "jumlah bantuan yang dicabut")]
    elif material.totals.count:
        wanted += [("jumlah_penerima", "jumlah penerima"), ("total", "jumlah bantuan")]
    if decree.kind != Kind.ORIGINAL:
        wanted.append(("nomor_lama", "nomor SK yang lama"))
    if decree.kind == Kind.AMENDMENT and material.leaving:
        wanted.append(("jumlah_keluar", "jumlah penerima yang dikeluarkan"))
    if decree.kind == Kind.AMENDMENT and material.corrected:
        wanted.append(("jumlah_diperbaiki", "jumlah penerima yang datanya diperbaiki"))
    summary = {"isi_perubahan"} if decree.kind == Kind.AMENDMENT else set()
    return [
        (
            {tag, f"{tag}_terbilang"} | (summary if tag.startswith("jumlah") else set()),
            f"Diktum tidak menyebut {what}; sisipkan tag {{{tag}}}.",
        )
        for tag, what in wanted
    ]


def _superseded(texts: dict[str, str], today: Date) -> list[str]:
    """Laws of the office's table that the words cite by name though they are not in force today."""
    faults = []
    for law in LegalBasis.objects.order_by("order", "pk"):
        if law.is_in_force(today):
            continue
        when = (
            f"baru berlaku {tanggal(law.in_force_from)}"
            if law.in_force_from > today
            else f"hanya berlaku sampai {tanggal(law.in_force_to)}"
        )
        faults += [
            f"{PARTS[part]} menyebut {law.short_name}, yang {when}."
            for part, text in texts.items()
            if _cites(text, law)
        ]
    return faults


def _cites(text: str, law: LegalBasis) -> bool:
    """By its short name, or as papers cite it: "Peraturan Menteri Dalam Negeri Nomor 32 Tahun 2011"."""
    names = (law.short_name, law.text.partition(" tentang ")[0])
    return any(re.search(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)", text, re.IGNORECASE) for name in names)
