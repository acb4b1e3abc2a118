"""The papers of step 3: the decree and its amendment (domain, 2.5 to 2.7)."""

from django.db.models import Sum
from django.utils import timezone

from decrees import queries
from decrees.models import Decree
from uep.access.roles import Role
from uep.documents.papers import Paper, in_pieces
from uep.office import queries as office
from uep.ui.indonesian import rupiah, tanggal


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
        return {
            "decree": decree,
            "programme": decree.programme,
            "count": totals.count,
            "total": totals.amount,
            "each": decree.programme.amount,
            "considerations": [line.strip() for line in decree.considerations.splitlines() if line.strip()],
            "by_regent": decree.programme.signatory == Role.REGENT,
            "removed": list(decree.removes.select_related("village__parent").order_by("position")),
            "villages": queries.totals_by_village(decree),
        }

    @staticmethod
    def facts(decree):
        on = decree.date or timezone.localdate()
        signatory = decree.signatory or office.signatory(decree.programme.signatory, on).as_dict()
        return {
            "signatories": [signatory],
            "legal_bases": [basis.text for basis in office.legal_bases(on, "sk")],
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
        totals = queries.totals(decree) if decree.stage == Decree.Stage.SIGNED else _frozen(decree)
        return [
            ("Tentang", decree.title),
            ("Program", str(decree.programme)),
            ("Ditetapkan", tanggal(decree.date)),
            ("Penanda tangan", f"{decree.signatory['name']}, {decree.signatory['post'] or decree.signatory['title']}"),
            ("Jumlah penerima", str(totals.count)),
            ("Jumlah bantuan", rupiah(totals.amount)),
        ]

    @staticmethod
    def chunks(decree):
        return in_pieces(rows_of(decree))


class AmendmentPaper(DecreePaper):
    """SK perubahan: who leaves, who comes in."""

    code = "sk_perubahan"
    title = "Keputusan tentang Perubahan Penerima Bantuan"


def _frozen(decree) -> queries.Totals:
    """The list as frozen in this very transaction, before the stage says so."""
    rows = decree.recipients
    return queries.Totals(rows.count(), rows.aggregate(total=Sum("amount"))["total"] or 0)


def rows_of(decree):
    """Lines of the annex, frozen ones once they exist."""
    if decree.recipients.exists():
        for line in decree.recipients.select_related("village__parent").order_by("position"):
            yield {
                "position": line.position,
                "name": line.name,
                "nik": line.masked_nik,
                "address": line.address,
                "village": line.village.name,
                "district": line.village.parent.name,
                "business": line.business,
                "amount": line.amount,
            }
        return
    for position, proposal in enumerate(queries.drafted(decree), 1):
        yield {
            "position": position,
            "name": proposal.name,
            "nik": proposal.masked_nik,
            "address": proposal.address,
            "village": proposal.village.name,
            "district": proposal.village.parent.name,
            "business": proposal.business,
            "amount": proposal.amount_requested,
        }
