"""The papers of step 3: the decree and its amendment (domain, 2.5 to 2.7).

What the text says is frozen with the document: a programme or an office that changes between the signature and the
rendering changes no word of it.
"""

from itertools import pairwise
from string import ascii_lowercase

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from decrees import queries
from decrees.sheets import annex_csv
from decrees.tags import ordinal
from uep.access.roles import Role
from uep.documents.papers import PAPERS, Attached, Paper, in_pieces
from uep.documents.render import qr_svg
from uep.ui.indonesian import rupiah, tanggal

BY_HAND = "…" * 12  # room to write on the paper that is signed with ink


class DecreePaper(Paper):
    """SK Penerima Bantuan; its annex is the frozen list, or the draft's households in a preview."""

    code = "sk"
    title = "Keputusan tentang Penerima Bantuan"
    series = "sk"
    series_title = "Keputusan Penerima Bantuan"
    pattern = "188.4/{no3}/SK-UEP/{bulan_romawi}/{tahun}"
    number_by_hand = True
    font = "bookman"

    @staticmethod
    def context(decree, document):
        material = queries.material_of(decree)
        facts = document.facts if document else queries.facts_of(decree)
        # Papers from before there were versions of the wording froze the facts alone.
        words = facts.get("words") or queries.words_of(decree, facts)
        for_ink = getattr(decree, "for_ink", False)
        former = facts["amends"]
        return {
            "decree": decree,
            "facts": facts,
            "count": material.totals.count,
            "total": material.totals.amount,
            "words": words,
            "considerations": list(zip(ascii_lowercase, words["considerations"], strict=False)),
            "clauses": [
                (ordinal(number), _unbroken(line, former["number"]) if former else line)
                for number, line in enumerate(words["clauses"], 1)
            ],
            "by_regent": decree.signatory_role == Role.REGENT,
            "leaving": material.leaving,
            "corrections": corrected_words(decree) if decree.is_amendment and decree.pk else [],
            # Signed with ink: room for the hand before, "ttd." after; never the mark of an electronic signature.
            "on_paper": bool(facts.get("on_paper")),
            "for_ink": for_ink,
            "ink_qr": qr_svg(queries.code_of(decree)) if for_ink else "",
        } | ({"number": BY_HAND, "date_text": BY_HAND, "is_open": False} if for_ink else {})

    @staticmethod
    def facts(decree):
        return queries.facts_of(decree) | {"on_paper": decree.scan_id is not None}

    @classmethod
    def describe(cls, decree):
        return f"Keputusan tentang {decree.title}"

    @staticmethod
    def scope(decree):
        return {"village": None, "bank": decree.programme.bank}

    @staticmethod
    def public_facts(decree):
        totals = queries.totals(decree)
        rows = [
            ("Tentang", decree.title),
            ("Jenis keputusan", decree.get_kind_display()),
            ("Program", str(decree.programme)),
            ("Jumlah penerima", str(totals.count)),
            ("Jumlah bantuan", rupiah(totals.amount)),
        ]
        if decree.is_amendment:
            rows[3] = ("Penerima baru", str(totals.count))
            rows += [
                ("Penerima dikeluarkan", str(decree.removals.count())),
                ("Penerima diperbaiki datanya", str(decree.corrections.count())),
                ("Mengubah", f"Keputusan Nomor {decree.amends.number} tanggal {tanggal(decree.amends.date)}"),
            ]
        if decree.is_revocation:
            rows[3:] = revoked_facts(decree)
        if decree.signatory["basis"]:
            rows.append(("Dasar kewenangan", f"{decree.signatory['post']}, {decree.signatory['basis']}"))
        if decree.scan_id:
            rows.append(("Cara penandatanganan", "Di atas kertas; naskah bertanda tangan tersimpan di Dinas"))
        return rows

    @staticmethod
    def chunks(decree):
        return in_pieces(with_subtotals(rows_of(decree)))

    @staticmethod
    def attachments(decree):
        """The annex for machines: what auditors and the bank would otherwise type from the paper."""
        found = [Attached("lampiran.csv", "text/csv", "Daftar penerima pada Lampiran", annex_csv(rows_of(decree)))]
        if decree.is_amendment and (leaving := queries.leaving(decree)):
            gone = annex_csv(row_of_line(removal.recipient) for removal in leaving)
            found.append(Attached("dikeluarkan.csv", "text/csv", "Daftar penerima yang dikeluarkan", gone))
        return found


class AmendmentPaper(DecreePaper):
    """SK perubahan: who leaves, who comes in, who takes whose place, whose data are put right."""

    code = "sk_perubahan"
    title = "Keputusan tentang Perubahan Penerima Bantuan"


def _unbroken(line: str, number: str) -> SafeString:
    """The number of the former decree is kept in one line, wherever a clause names it."""
    named = escape(f"Nomor {number}")
    return mark_safe(escape(line).replace(named, f'<span class="nowrap">{named}</span>'))  # noqa: S308 - both escaped


class RevocationPaper(DecreePaper):
    """SK pencabutan: the decree that falls, its lines, and the money that stays to be recovered."""

    code = "sk_pencabutan"
    title = "Keputusan tentang Pencabutan Penerima Bantuan"

    @staticmethod
    def context(decree, document):
        revoked = queries.material_of(decree).revoked
        return DecreePaper.context(decree, document) | {
            "lines": revoked.lines.count,
            "worth": revoked.lines.amount,
            "freed": revoked.freed,
            "recovery": revoked.recovered,
        }

    @staticmethod
    def chunks(decree):
        return in_pieces(revoked_rows(decree) if decree.pk else [])  # a sample has no lines

    @staticmethod
    def attachments(decree):
        """The lines for machines: those that are taken off, and those whose money stays to be recovered."""
        groups = (("dicabut.csv", "Bantuan yang tidak disalurkan", queries.set_free(decree)),
                  ("dikembalikan.csv", "Dana yang harus dikembalikan", queries.to_recover(decree)))  # fmt: skip
        found = [(name, what, [row_of_line(line) for line in lines]) for name, what, lines in groups]
        return [Attached(name, "text/csv", what, annex_csv(rows)) for name, what, rows in found if rows]


class CopyPaper(DecreePaper):
    """Salinan: the whole decree in its frozen words, certified as agreeing with the original."""

    code = "salinan_sk"
    title = "Salinan Keputusan"
    series = None

    @staticmethod
    def context(decree, document):
        return PAPERS[decree.paper].context(decree, document) | {
            "original": f"papers/{decree.paper}.html",
            "number": decree.number,
            "date_text": tanggal(decree.date),
            "on_paper": True,  # "ttd.": the mark of the signature is on the original alone
            "is_copy": True,
        }

    @classmethod
    def describe(cls, decree):
        return f"Salinan Keputusan tentang {decree.title}"[:300]

    @staticmethod
    def public_facts(decree):
        rows = [("Salinan dari", f"Keputusan Nomor {decree.number} tanggal {tanggal(decree.date)}")]
        return rows + PAPERS[decree.paper].public_facts(decree)

    @staticmethod
    def chunks(decree):
        return PAPERS[decree.paper].chunks(decree)

    @staticmethod
    def attachments(decree):
        return PAPERS[decree.paper].attachments(decree)


class ExtractPaper(Paper):
    """Petikan: what the decree says of one recipient, certified as agreeing with the original."""

    code = "petikan_sk"
    title = "Petikan Keputusan"
    font = "bookman"

    @staticmethod
    def context(line, document):
        decree = line.decree
        return {"line": line, "decree": decree, "number": decree.number, "date_text": tanggal(decree.date)}

    @classmethod
    def describe(cls, line):
        return f"Petikan Keputusan tentang {line.decree.title}"[:300]

    @staticmethod
    def scope(line):
        return {"village": line.village, "bank": None}

    @staticmethod
    def public_facts(line):
        decree = line.decree
        return [
            ("Petikan dari", f"Keputusan Nomor {decree.number} tanggal {tanggal(decree.date)}"),
            ("Tentang", decree.title),
            ("Program", str(decree.programme)),
            ("Nomor urut dalam lampiran", str(line.position)),
        ]


def corrected_words(decree) -> list[dict]:
    """For the annex of an amending decree: each line that is put right, with (what, old, new) for each word."""
    labels = {"name": "Nama", "address": "Alamat", "business": "Jenis usaha", "amount": "Besaran"}
    return [
        {
            "line": row.recipient,
            "reason": row.reason,
            "words": [
                (labels[field], *(rupiah(value) if field == "amount" else value for value in (old, new)))
                for field, old, new in row.differences
            ],
        }
        for row in queries.corrections(decree)
    ]


def revoked_facts(decree) -> list[tuple[str, str]]:
    """What everyone may know of a revocation."""
    recovery, lines = queries.recovery(decree), decree.removals.count()
    rows = [
        ("Mencabut", f"Keputusan Nomor {decree.amends.number} tanggal {tanggal(decree.amends.date)}"),
        ("Alasan", decree.reason),
        ("Jumlah penerima", str(lines)),
    ]
    if recovery.count:
        rows.append(("Dana yang harus dikembalikan", f"{rupiah(recovery.amount)}, {recovery.count} penerima"))
    return rows


def revoked_rows(decree):
    """Lines of the annex: first those that are taken off, then those whose money stays to be recovered."""
    groups = (("freed", queries.set_free(decree)), ("recover", queries.to_recover(decree)))
    position = 0
    for group, lines in groups:
        for at, line in enumerate(lines):
            position += 1
            yield {
                "position": position,
                "group": group,
                "opens": at == 0,
                "name": line.name,
                "nik": line.masked_nik,
                "kk": line.masked_kk,
                "village": line.village.name,
                "district": line.village.parent.name,
                "decree": f"{line.decree.number}, no. {line.position}",
                "amount": line.amount,
            }


def with_subtotals(rows):
    """The rows in their order; the last of each village and of each kecamatan carries what these have come to, `closes`.

    Only where there are several of them: in the list of one village its sum is the sum of the list.
    """
    rows = list(rows)
    several = {level: len({row[level] for row in rows}) > 1 for level in ("place", "area")}
    sums = {"place": (0, 0), "area": (0, 0)}
    for row, following in pairwise([*rows, None]):
        row["closes"] = []
        for level, (count, amount) in sums.items():
            sums[level] = count + 1, amount + row["amount"]
            outer = "area" if level == "place" else level
            if following is None or (row[level], row[outer]) != (following[level], following[outer]):
                if several[level]:
                    row["closes"].append((row[level], *sums[level]))
                sums[level] = 0, 0
        yield row


def row_of_line(line) -> dict:
    """A recipient of a signed decree, as its annex has it."""
    return {
        "position": line.position,
        "name": line.name,
        "nik": line.masked_nik,
        "kk": line.masked_kk,
        "address": line.address,
        "village": line.village.name,
        "district": line.village.parent.name,
        "business": line.business,
        "amount": line.amount,
    }


def rows_of(decree):
    """Lines of the annex, frozen ones once the decree is signed; a preview shows the same words.

    Of a decree with `only_first` no more than so many, of a sample the sample's own.
    """
    if (sample := getattr(decree, "rows", None)) is not None:
        yield from sample
        return
    most = getattr(decree, "only_first", None)
    places = {key: removal.recipient for key, removal in queries.stands_in_for(decree).items()}
    if decree.is_signed:
        lines = decree.recipients.named().select_related("village__parent").order_by("position")[:most]
        rows = ((line.position, line, line.proposal_id, line.address, line.amount) for line in lines)
    else:
        rows = (
            (position, line, line.pk, queries.address_of(line), line.amount_requested)
            for position, line in enumerate(queries.drafted(decree)[:most], 1)
        )
    for position, line, household, address, amount in rows:
        yield {
            "position": position,
            "name": line.name,
            "nik": line.masked_nik,
            "kk": line.masked_kk,
            "address": address,
            "village": line.village.name,
            "district": line.village.parent.name,
            "place": line.village.title,
            "area": line.village.parent.title,
            "business": line.business,
            "amount": amount,
            "instead_of": places.get(household),
        }
