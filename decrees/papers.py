"""The papers of step 3: the decree and its amendment (domain, 2.5 to 2.7).

What the text says is frozen with the document: a programme or an office that changes between the signature and the
rendering changes no word of it.
"""

from itertools import pairwise
from string import ascii_lowercase

from django.core.exceptions import ValidationError
from django.utils import timezone

from decrees import queries
from decrees.sheets import annex_csv
from uep.access.roles import Role
from uep.documents.papers import Attached, Paper, in_pieces
from uep.office import queries as office
from uep.office.models import Post
from uep.ui.indonesian import rupiah, tanggal

BY_HAND = "…" * 12  # room to write on the paper that is signed with ink


class DecreePaper(Paper):
    """SK Penerima Bantuan; its annex is the frozen list, or the draft's households in a preview."""

    code = "sk"
    title = "Keputusan tentang Penerima Bantuan"
    series = "sk"
    series_title = "Keputusan Penerima Bantuan"
    pattern = "188.4/{no3}/SK-UEP/{bulan_romawi}/{tahun}"
    font = "bookman"

    @staticmethod
    def context(decree, document):
        totals = queries.totals(decree)
        facts = document.facts if document else {}
        for_ink = getattr(decree, "for_ink", False)
        return {
            "decree": decree,
            "count": totals.count,
            "total": totals.amount,
            "each": queries.amount_of_each(decree),
            "considerations": list(zip(ascii_lowercase, decree.considerations.splitlines(), strict=False)),
            "by_regent": decree.signatory_role == Role.REGENT,
            "leaving": queries.leaving(decree) if decree.is_amendment else [],
            # Signed with ink: room for the hand before, "ttd." after; never the mark of an electronic signature.
            "on_paper": bool(facts.get("on_paper")),
            "for_ink": for_ink,
        } | ({"number": BY_HAND, "date_text": BY_HAND, "is_open": False} if for_ink else {})

    @staticmethod
    def facts(decree):
        on = decree.date or timezone.localdate()
        signatory = decree.signatory or who_signs(decree, on)
        return {
            "signatories": [signatory],
            "post": post_in(signatory),
            "legal_bases": [basis.text for basis in office.legal_bases(on, "sk")],
            "minutes": [f"Nomor {number} tanggal {tanggal(day)}" for number, day in queries.minutes_behind(decree)],
            "programme": {
                "name": decree.programme.name,
                "year": decree.programme.year,
                "bank": str(decree.programme.bank),
                "dpa_number": decree.programme.dpa_number,
                "account_code": decree.programme.account_code,
            },
            "amends": {
                "number": decree.amends.number,
                "date": tanggal(decree.amends.date),
                "title": decree.amends.title,
                "post": post_in(decree.amends.signatory),
            }
            if decree.is_amendment
            else None,
            "on_paper": decree.scan_id is not None,
        }

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

    @staticmethod
    def attachments(decree):
        """The annex for machines: what auditors and the bank would otherwise type from the paper."""
        found = [Attached("lampiran.csv", "text/csv", "Daftar penerima pada Lampiran", annex_csv(rows_of(decree)))]
        if decree.is_amendment and (leaving := queries.leaving(decree)):
            gone = annex_csv(row_of_leaving(removal) for removal in leaving)
            found.append(Attached("dikeluarkan.csv", "text/csv", "Daftar penerima yang dikeluarkan", gone))
        return found


class AmendmentPaper(DecreePaper):
    """SK perubahan: who leaves, who comes in, who takes whose place."""

    code = "sk_perubahan"
    title = "Keputusan tentang Perubahan Penerima Bantuan"


def who_signs(decree, on) -> dict:
    """Whoever would sign today; on a preview a vacant post is printed as such (such a draft cannot be sent up)."""
    role = queries.due_signatory(decree) if decree.stage == decree.Stage.DRAFT else decree.signatory_role
    try:
        return office.signatory(role, on).as_dict()
    except ValidationError:
        post = Post.objects.filter(role=role, active=True).values_list("title", flat=True).first() or Role(role).label
        return {
            "name": "(PEJABAT BELUM TERCATAT)",
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


def row_of_leaving(removal) -> dict:
    """A recipient whom an amending decree takes off, as the annex of the former decree had it."""
    line = removal.recipient
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
    """Lines of the annex, frozen ones once the decree is signed; a preview shows the same words."""
    places = {key: removal.recipient for key, removal in queries.stands_in_for(decree).items()}
    if decree.is_signed:
        lines = decree.recipients.select_related("village__parent").order_by("position")
        rows = ((line.position, line, line.proposal_id, line.address, line.amount) for line in lines)
    else:
        rows = (
            (position, line, line.pk, queries.address_of(line), line.amount_requested)
            for position, line in enumerate(queries.drafted(decree), 1)
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
