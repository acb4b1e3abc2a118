"""The papers of step 1."""

from django.conf import settings
from django.utils import timezone

from proposals.models import Disposition
from proposals.queries.letters import proposals_of
from proposals.queries.rules import plea_behind
from uep.access.roles import Role
from uep.documents.papers import Paper
from uep.documents.render import qr_svg
from uep.office import queries as office


class Receipt(Paper):
    """The village's proof that the office has the batch, with each household's register number."""

    code = "tanda_terima"
    title = "Tanda Terima Usulan"
    size = "A4"

    @staticmethod
    def context(letter, document):
        rows = list(proposals_of(letter))
        return {"letter": letter, "rows": rows, "asked": sum(proposal.amount_requested or 0 for proposal in rows)}

    @staticmethod
    def scope(letter):
        return {"village": letter.village, "bank": None}

    @classmethod
    def describe(cls, letter):
        return f"{cls.title} {letter.village}"

    @staticmethod
    def public_facts(letter):
        return [
            ("Desa/kelurahan", str(letter.village)),
            ("Nomor surat", letter.number),
            ("Nomor agenda", letter.agenda),
            ("Jumlah usulan", str(letter.proposals.count())),
        ]


class DispositionSheet(Paper):
    """Lembar disposisi, half a folio (SOP step 1)."""

    code = "disposisi"
    title = "Lembar Disposisi"
    size = "F4/2"

    @staticmethod
    def context(letter, document):
        return {
            "letter": letter,
            "disposition": letter.disposition,
            "households": letter.proposals.count(),
            "natures": Disposition.Nature.choices,
            "instructions": Disposition.Instruction.choices,
        }

    @staticmethod
    def facts(letter):
        return {"signatories": [letter.disposition.by_signatory]}

    @classmethod
    def describe(cls, letter):
        return f"{cls.title} {letter.number}"

    @staticmethod
    def public_facts(letter):
        return [("Nomor agenda", letter.agenda), ("Surat dari", letter.signed_title)]


class ExceptionMinutes(Paper):
    """Kabid's exception from one rule for one household, with its reason; the verification minutes tell it again."""

    code = "ba_pengecualian"
    title = "Berita Acara Pengecualian Aturan"
    series = "ba_pengecualian"
    pattern = "460/{no}/BA-PA/{kode}/{bulan_romawi}/{tahun}"
    size = "A4"

    @staticmethod
    def context(override, document):
        return {"override": override, "proposal": override.proposal, "plea": plea_behind(override)}

    @staticmethod
    def facts(override):
        return {"signatories": [office.signatory(Role.DIVISION_HEAD, timezone.localdate(override.at)).as_dict()]}

    @staticmethod
    def scope(override):
        return {"village": override.proposal.village, "bank": None}

    @staticmethod
    def public_facts(override):
        return [("Program", str(override.proposal.programme)), ("Versi aturan", str(override.rule_set))]


class Form(Paper):
    """A form filled in for signature: a printout that comes back as a scan. Its QR code leads to the record's page."""

    code = "formulir"
    title = "Formulir"
    size = "A4"
    issued = False

    @staticmethod
    def context(proposal, document):
        letter = proposal.letter
        lines = list(proposal.budget_lines.all())
        return {
            "page_qr": qr_of(proposal),
            "proposal": proposal,
            "programme": proposal.programme,
            "village": proposal.village,
            "head": head_of(proposal.village),
            "head_name": letter.signed_by if letter else "",
            "lines": lines,
            "total": sum(line.total for line in lines),
        }


class Statement(Form):
    """Surat pernyataan tanggung jawab mutlak of the candidate (SOP step 1)."""

    code = "sptjm"
    title = "SPTJM calon penerima"


class BusinessLetter(Form):
    """Surat keterangan usaha, for the village to sign and number."""

    code = "sku"
    title = "Surat Keterangan Usaha"


class BudgetPlan(Form):
    """Rencana anggaran biaya, signed by the candidate."""

    code = "rab"
    title = "Rencana Anggaran Biaya"


class IntegrityPact(Form):
    """Pakta integritas of the recipient; bansos rules ask for it beside the decree and the proof of transfer (domain, 1.3)."""

    code = "pakta_integritas"
    title = "Pakta Integritas"


class VillageStatement(Paper):
    """SPTJM of the village head over all households of a letter."""

    code = "sptjm_desa"
    title = "SPTJM kepala desa/lurah"
    size = "A4"
    issued = False

    @staticmethod
    def context(letter, document):
        rows = list(proposals_of(letter))
        return {
            "page_qr": qr_of(letter),
            "letter": letter,
            "village": letter.village,
            "people": rows,
            "asked": sum(proposal.amount_requested or 0 for proposal in rows),
        }


# What is printed for one household, in the order in which it is signed.
PRINTOUTS = {paper.code: paper for paper in (Statement, BusinessLetter, BudgetPlan, IntegrityPact)}


def qr_of(record):
    """A code with the address of the record's page: scanned at the office, it opens the right one."""
    return qr_svg(settings.PUBLIC_URL.rstrip("/") + record.get_absolute_url())


def head_of(village) -> str:
    """How the head of a village is called."""
    return f"{'Lurah' if village.kind == 'kelurahan' else 'Kepala Desa'} {village.name}"
