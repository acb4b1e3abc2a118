"""Papers of steps 4 to 6: agreement, lists, invitation, attendance, minutes, receipt (domain 2.8 to 2.10)."""

from datetime import date as Date

from django.core.exceptions import ValidationError
from django.utils import timezone

from distribution import queries
from distribution.models import AccountCheck, Payment
from uep.access.roles import Role
from uep.documents.papers import Paper, in_pieces
from uep.documents.queries import document_of
from uep.office import queries as office
from uep.ui.indonesian import hari_tanggal, jam, rupiah, tanggal, zona

NOBODY = {"name": "........................................", "nip": "", "rank": ""}


def signs(role: str, on, by=None) -> dict:
    """Who signs in that post on a day; a dotted line where the office has recorded nobody."""
    try:
        return office.signatory(role, on, by).as_dict()
    except ValidationError:
        return NOBODY | {"title": Role(role).label.upper()}


def picture(stored):
    """The bytes of an image for a paper, read only when the paper is laid out."""

    def read() -> bytes:
        with stored.open() as file:
            return file.read()

    return read


def hour_of(session) -> str:
    """As "09.00 WIB"."""
    return f"{jam(session.starts_at)} {zona(session.starts_at)}"


class AgreementPaper(Paper):
    """Kesepakatan teknis penyaluran with the nominative list as its annex (SOP step 4, output)."""

    code = "kesepakatan"
    title = "Kesepakatan Teknis Penyaluran"
    series = "kesepakatan"
    pattern = "460/{no}/KTP-UEP/{kode}/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(agreement, document):
        return {"agreement": agreement, "decree": agreement.decree, "bank": agreement.decree.programme.bank}

    @staticmethod
    def facts(agreement):
        confirmations = {row.side: row for row in agreement.confirmations.select_related("by")}
        on = timezone.localdate(agreement.agreed_at)
        office_side = confirmations["office"]
        first = signs(Role.DIVISION_HEAD, on, office_side.by)
        if first["name"] == NOBODY["name"]:
            first |= {"name": office_side.by.full_name, "title": office_side.post.upper()}
        second = NOBODY | {
            "name": confirmations["bank"].by.full_name,
            "title": f"PETUGAS {agreement.decree.programme.bank}".upper(),
        }
        rows = list(queries.nominative_as_agreed(agreement))
        return {"signatories": [first, second], "count": len(rows), "total": sum(row.amount for row in rows)}

    @staticmethod
    def scope(agreement):
        return {"village": None, "bank": agreement.decree.programme.bank}

    @classmethod
    def describe(cls, agreement):
        return f"{cls.title} {agreement.decree} versi {agreement.version}"

    @staticmethod
    def public_facts(agreement):
        return [("Dasar", str(agreement.decree)), ("Bank penyalur", str(agreement.decree.programme.bank))]

    @staticmethod
    def chunks(agreement):
        return in_pieces(_nominative_rows(agreement))


def _nominative_rows(agreement) -> list[dict]:
    rows = list(queries.nominative_as_agreed(agreement))
    checks = AccountCheck.objects.in_bulk([row.agreed_check for row in rows if row.agreed_check])
    return [{"recipient": row, "check": checks.get(row.agreed_check)} for row in rows]


class NominativeList(Paper):
    """Daftar nominatif as it stands today; a printout."""

    code = "nominatif"
    title = "Daftar Nominatif Penerima"
    landscape = True
    issued = False

    @staticmethod
    def context(decree, document):
        rows = queries.nominative_list(decree)
        return {
            "decree": decree,
            "total": sum(row.amount for row in rows),
            "count": len(rows),
            "today": timezone.localdate(),
        }

    @staticmethod
    def chunks(decree):
        return in_pieces(queries.account_rows(decree))


class ReconciliationPaper(Paper):
    """Berita acara rekonsiliasi as it stands today; a printout for both sides to sign."""

    code = "rekonsiliasi"
    title = "Rekonsiliasi Penyaluran Bantuan"
    landscape = True
    issued = False

    @staticmethod
    def context(decree, document):
        return {"decree": decree, "found": queries.reconciliation(decree)}


class PaymentListPaper(Paper):
    """Daftar pembayaran: what the office asks the bank to pay (SOP step 6)."""

    code = "daftar_pembayaran"
    title = "Daftar Pembayaran"
    series = "daftar_pembayaran"
    pattern = "900/{no}/DP-UEP/{kode}/{bulan_romawi}/{tahun}"
    landscape = True

    @staticmethod
    def context(disbursement, document):
        return {"disbursement": disbursement, "decree": disbursement.decree, "programme": disbursement.decree.programme}

    @staticmethod
    def facts(disbursement):
        # Who sent the list has signed it by that; the others only stand in its facts.
        sender = signs(Role.DIVISION_HEAD, timezone.localdate(disbursement.sent_at), disbursement.sent_by)
        if sender["name"] == NOBODY["name"]:
            sender |= {"name": disbursement.sent_by.full_name}
        return {"signatories": [sender]}

    @staticmethod
    def scope(disbursement):
        return {"village": None, "bank": disbursement.decree.programme.bank}

    @classmethod
    def describe(cls, disbursement):
        return f"{disbursement} {disbursement.decree}"

    @staticmethod
    def public_facts(disbursement):
        return [
            ("Dasar", str(disbursement.decree)),
            ("Jumlah penerima", str(disbursement.count)),
            ("Jumlah uang", rupiah(disbursement.total)),
        ]

    @staticmethod
    def chunks(disbursement):
        return in_pieces(queries.lines_of(disbursement))


class Invitation(Paper):
    """Undangan sosialisasi, with the invited people as its annex (SOP step 5)."""

    code = "undangan"
    title = "Undangan Sosialisasi"
    series = "undangan"
    pattern = "005/{no}/{kode}/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(session, document):
        return {
            "session": session,
            "decree": session.decree,
            "hour": hour_of(session),
            "villages": queries.invited_by_village(session),
        }

    @staticmethod
    def facts(session):
        return {"signatories": [signs(Role.OFFICE_HEAD, timezone.localdate())], "count": session.attendances.count()}

    @classmethod
    def describe(cls, session):
        return f"{cls.title}, {hari_tanggal(session.starts_at)}"

    @staticmethod
    def public_facts(session):
        return [("Hari, tanggal", hari_tanggal(session.starts_at)), ("Tempat", session.place)]

    @staticmethod
    def chunks(session):
        return in_pieces(queries.attendance_rows(session))


class VillageInvitation(Paper):
    """The invitation as it goes to one village: the same letter with its own people; a printout.

    Subject: queries.VillageSession. The issued letter stays at the office.
    """

    code = "undangan_desa"
    title = "Undangan Sosialisasi"
    issued = False

    @staticmethod
    def context(invited, document):
        session = invited.session
        letter = document_of("undangan", session)
        rows = [row for row in queries.attendance_rows(session) if row.recipient.village_id == invited.village.pk]
        return Invitation.context(session, letter) | {
            "village": invited.village,
            "rows": rows,
            "count": len(rows),
            "letter": letter,
            "facts": letter.facts,
            "number": letter.number,
            "date_text": tanggal(Date.fromisoformat(letter.facts["date"])),
        }


class AttendanceSheet(Paper):
    """Daftar hadir to be signed on the spot; a printout."""

    code = "daftar_hadir"
    title = "Daftar Hadir Sosialisasi"
    issued = False

    @staticmethod
    def context(session, document):
        return {"session": session, "decree": session.decree, "hour": hour_of(session)}

    @staticmethod
    def chunks(session):
        return in_pieces(queries.attendance_rows(session))


class OutreachMinutes(Paper):
    """Berita acara sosialisasi: who came, what was said, with the photo (SOP step 5, output)."""

    code = "ba_sosialisasi"
    title = "Berita Acara Sosialisasi dan Pendampingan"
    series = "ba_sosialisasi"
    pattern = "460/{no}/BA-SOS/{kode}/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(session, document):
        rows = list(queries.attendance_rows(session))
        return {
            "session": session,
            "decree": session.decree,
            "hour": hour_of(session),
            "invited": len(rows),
            "came": sum(bool(row.came) for row in rows),
            "images": {"foto": picture(session.photo)} if session.photo else {},
        }

    @staticmethod
    def facts(session):
        on = timezone.localdate()
        recorder = NOBODY | {"name": session.recorded_by.full_name, "title": "PETUGAS"}
        return {"signatories": [signs(Role.DIVISION_HEAD, on), recorder]}

    @classmethod
    def describe(cls, session):
        return f"{cls.title}, {hari_tanggal(session.starts_at)}"

    @staticmethod
    def public_facts(session):
        return [("Hari, tanggal", hari_tanggal(session.starts_at)), ("Tempat", session.place)]

    @staticmethod
    def chunks(session):
        return in_pieces(queries.attendance_rows(session))


class HandoverMinutes(Paper):
    """BAST of one recipient, with the recipient's own signature and photo (SOP step 6, output; domain 2.10)."""

    code = "bast"
    title = "Berita Acara Serah Terima"
    series = "bast"
    pattern = "460/{no}/BAST/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(handover, document):
        recipient = handover.recipient
        return {
            "handover": handover,
            "recipient": recipient,
            "decree": recipient.decree,
            "programme": recipient.decree.programme,
            "payment": _paid_line(recipient),
            "images": {"foto": picture(handover.photo), "tanda-tangan": picture(handover.signature)},
        }

    @staticmethod
    def facts(handover):
        return {"signatories": [handover.signatory]}

    @staticmethod
    def scope(handover):
        return {"village": handover.recipient.village, "bank": None}

    @classmethod
    def describe(cls, handover):
        return f"{cls.title} {handover.recipient.village}, nomor urut {handover.recipient.position}"

    @staticmethod
    def public_facts(handover):
        recipient = handover.recipient
        return [
            ("Dasar", str(recipient.decree)),
            ("Nomor urut pada lampiran SK", str(recipient.position)),
            ("Desa/kelurahan", str(recipient.village)),
            ("Jumlah", rupiah(recipient.amount)),
        ]


def _paid_line(recipient) -> Payment | None:
    return recipient.payments.filter(status=Payment.Status.PAID).select_related("disbursement").first()


class HandoverRoll(Paper):
    """Rekap serah terima of one village: the roll that its recipients sign; a printout. Subject: queries.VillageRoll."""

    code = "bast_rekap"
    title = "Daftar Serah Terima Bantuan"
    landscape = True
    issued = False

    @staticmethod
    def context(roll, document):
        rows = queries.village_roll(roll.decree, roll.village)
        return {
            "decree": roll.decree,
            "village": roll.village,
            "count": len(rows),
            "total": sum(row.amount for row in rows),
            "done": sum(hasattr(row, "handover") for row in rows),
            "first_party": signs(Role.OFFICE_HEAD, timezone.localdate()),
        }

    @staticmethod
    def chunks(roll):
        rows = queries.village_roll(roll.decree, roll.village)
        return in_pieces({"recipient": row, "handover": getattr(row, "handover", None)} for row in rows)


class Receipt(Paper):
    """Kuitansi, ready-filled for signature, one sheet for each recipient; a printout. Subject: queries.Receipts."""

    code = "kuitansi"
    title = "Kuitansi"
    size = "F4/2"
    landscape = True
    issued = False

    @staticmethod
    def context(receipts, document):
        return {
            "receipts": [
                {"recipient": row, "payment": next(iter(row.paid_lines), None)} for row in receipts.recipients
            ],
            "decree": receipts.decree,
            "programme": receipts.decree.programme,
            "budget_user": signs(Role.OFFICE_HEAD, timezone.localdate()),
        }
