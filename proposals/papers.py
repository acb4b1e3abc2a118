"""The papers of step 1."""

from proposals.models import Disposition
from proposals.queries.letters import proposals_of
from uep.documents.papers import Paper


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
