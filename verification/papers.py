"""The papers of step 2: letter of assignment, field sheet, minutes."""

from django.utils import timezone

from uep.access.roles import Role
from uep.documents.papers import Paper
from uep.office import queries as office
from verification import queries
from verification.checklist import INDICATORS


class AssignmentLetter(Paper):
    """Surat tugas: who goes where, when, what for."""

    code = "surat_tugas"
    title = "Surat Tugas"
    series = "surat_tugas"
    pattern = "094/{no}/{kode}/{bulan_romawi}/{tahun}"
    size = "A4"

    @staticmethod
    def context(assignment, document):
        return {
            "assignment": assignment,
            "team": [assignment.leader, *assignment.members.order_by("full_name")],
            "households": list(queries.household_rows(assignment)),
        }

    @staticmethod
    def facts(assignment):
        today = timezone.localdate()
        return {
            "signatories": [office.signatory(Role.OFFICE_HEAD, today).as_dict()],
            "legal_bases": [basis.text for basis in office.legal_bases(today, "surat_tugas")],
        }

    @staticmethod
    def public_facts(assignment):
        return [
            ("Keperluan", assignment.purpose),
            ("Jumlah rumah tangga", str(assignment.proposals.count())),
        ]


class FieldSheet(Paper):
    """Lembar kunjungan: one sheet a household to fill in by hand, with a QR that leads back to the proposal."""

    code = "lembar_kunjungan"
    title = "Lembar Kunjungan Lapangan"
    size = "A4"
    issued = False
    public = False

    @staticmethod
    def context(assignment, document):
        return {
            "assignment": assignment,
            "households": list(queries.household_rows(assignment)),
            "indicators": [label for _, label in INDICATORS],
        }


class VerificationMinutes(Paper):
    """Berita acara verifikasi lapangan of a batch."""

    code = "ba_verifikasi"
    title = "Berita Acara Verifikasi Lapangan"
    series = "ba_verifikasi"
    pattern = "460/{no}/BA-VL/{kode}/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(minutes, document):
        visits = minutes.visits.select_related("proposal__village__parent", "by").prefetch_related("photos__file")
        return {
            "minutes": minutes,
            "assignment": minutes.assignment,
            "visits": list(visits.order_by("proposal__village__parent__name", "proposal__village__name", "proposal__name")),
            "team": [minutes.assignment.leader, *minutes.assignment.members.order_by("full_name")],
        }

    @staticmethod
    def facts(minutes):
        return {"signatories": [office.signatory(Role.DIVISION_HEAD, minutes.date).as_dict()]}

    @staticmethod
    def public_facts(minutes):
        return [("Jumlah kunjungan", str(minutes.visits.count()))]
