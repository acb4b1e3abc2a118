"""The papers of step 3: the decree and its amendment (domain, 2.5 to 2.7).

What the text says is frozen with the document: a programme or an office that changes between the signature and the
rendering changes no word of it.
"""

from itertools import pairwise
from string import ascii_lowercase

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from decrees import queries
from decrees.tags import ordinal
from uep.access.roles import Role
from uep.documents.papers import Paper, in_pieces
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
            ("Program", str(decree.programme)),
            ("Jumlah penerima", str(totals.count)),
            ("Jumlah bantuan", rupiah(totals.amount)),
        ]
        if decree.is_amendment:
            rows[2] = ("Penerima baru", str(totals.count))
            rows += [
                ("Penerima dikeluarkan", str(decree.removals.count())),
                ("Mengubah", f"Keputusan Nomor {decree.amends.number} tanggal {tanggal(decree.amends.date)}"),
            ]
        if decree.signatory["basis"]:
            rows.append(("Dasar kewenangan", f"{decree.signatory['post']}, {decree.signatory['basis']}"))
        if decree.scan_id:
            rows.append(("Cara penandatanganan", "Di atas kertas; naskah bertanda tangan tersimpan di Dinas"))
        return rows

    @staticmethod
    def chunks(decree):
        return in_pieces(with_subtotals(rows_of(decree)))


class AmendmentPaper(DecreePaper):
    """SK perubahan: who leaves, who comes in, who takes whose place."""

    code = "sk_perubahan"
    title = "Keputusan tentang Perubahan Penerima Bantuan"


def _unbroken(line: str, number: str) -> SafeString:
    """The number of the former decree is kept in one line, wherever a clause names it."""
    named = escape(f"Nomor {number}")
    return mark_safe(escape(line).replace(named, f'<span class="nowrap">{named}</span>'))  # noqa: S308 - both escaped


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
        lines = decree.recipients.select_related("village__parent").order_by("position")[:most]
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
