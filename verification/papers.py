"""The papers of step 2: letter of assignment, field sheet, minutes."""

from collections.abc import Callable, Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from proposals.queries.rules import overrides_of
from uep.access.roles import Role
from uep.documents.papers import Paper, in_pieces
from uep.documents.queries import document_of
from uep.documents.render import qr_svg
from uep.office import queries as office
from uep.ui import drawing
from uep.ui.indonesian import tanggal
from verification import queries, questions, scoring
from verification.models import FieldVisit
from verification.queries import objections, plans, ranking, second
from verification.queries.instruments import in_force
from verification.queries.minutes import PAPER, confirmations_of, for_annex

ROOMY = 10  # questions up to which a sheet has room left on its page
VISITS_PER_PIECE = 40  # with their photos; what is laid out at once is held in memory


class AssignmentLetter(Paper):
    """Surat tugas: who goes where, when, what for."""

    code = "surat_tugas"
    title = "Surat Tugas"
    series = "surat_tugas"
    pattern = "094/{no}/{kode}/{bulan_romawi}/{tahun}"
    size = "A4"

    @staticmethod
    def context(assignment, document):
        facts = document.facts if document else {}
        return {
            "assignment": assignment,
            "team": facts.get("team") or queries.team_facts(assignment, timezone.localdate()),
            "households": list(queries.household_rows(assignment)),
        }

    @staticmethod
    def facts(assignment):
        today = timezone.localdate()
        return {
            "signatories": [office.signatory(Role.OFFICE_HEAD, today).as_dict()],
            "legal_bases": [basis.text for basis in office.legal_bases(today, "surat_tugas")],
            "team": queries.team_facts(assignment, today),
        }

    @staticmethod
    def public_facts(assignment):
        return [
            ("Keperluan", assignment.purpose),
            ("Jumlah rumah tangga", str(assignment.proposals.count())),
        ]


class FieldSheet(Paper):
    """Lembar kunjungan: one sheet a household to fill in by hand, with a QR that leads back to the proposal.

    Those still to be visited; when none is left, all of them.
    """

    code = "lembar_kunjungan"
    title = "Lembar Kunjungan Lapangan"
    size = "A4"
    issued = False
    public = False

    @staticmethod
    def context(assignment, document):
        rows = list(queries.household_rows(assignment))
        left = [row for row in rows if not any(visit.submitted_at for visit in row.team_visits)] or rows
        current = in_force(rows[0].programme)
        return {"households": [_sheet_of(row, current) for row in left]} | _asked_of_all()


class SampleSheet(Paper):
    """The same sheet without a household, to look at a version of the instrument before it is in force."""

    code = "contoh_lembar"
    title = "Contoh Lembar Kunjungan Lapangan"
    size = "A4"
    issued = False
    public = False

    @staticmethod
    def context(instrument, document):
        address = settings.PUBLIC_URL.rstrip("/") + instrument.get_absolute_url()
        return {"households": [_sheet(None, qr_svg(address), instrument)]} | _asked_of_all()


def _sheet_of(proposal, current) -> dict:
    """The sheet of one household: a visit that was begun keeps its version, every other one takes the version in force."""
    begun = next((visit for visit in proposal.team_visits if not visit.submitted_at), None)
    version = begun.instrument if begun and begun.found != FieldVisit.Found.AWAY else current
    # With the version, so that the sheet is typed in by the questions that are printed on it.
    address = f"{settings.PUBLIC_URL.rstrip('/')}{proposal.get_absolute_url()}?versi={version.number}"
    return _sheet(proposal, qr_svg(address), version)


def _sheet(proposal, code, instrument) -> dict:
    rows = instrument.definition
    numbers = {question.code: number for number, question in enumerate(rows, 1)}
    return {
        "proposal": proposal,
        "code": code,
        "instrument": instrument,
        "parts": [
            (part.title, [(number, question, _hint(question, rows, numbers)) for number, question in part.rows])
            for part in questions.parts(rows)
        ],
        "is_roomy": len(rows) <= ROOMY,
        "has_required": any(question.need != questions.Need.OPTIONAL for question in rows),
    }


def _hint(question, rows, numbers) -> str:
    """What stands small behind a question on paper: when it is asked, and which photo it wants."""
    told = []
    if question.when:
        earlier = rows[numbers[question.when.question] - 1]
        told.append(f"bila nomor {numbers[earlier.code]} “{earlier.answers[question.when.answer]}”")
    if question.photo:
        told.append(f"foto {questions.photo_of(question)}")
    return "; ".join(told)


def _asked_of_all() -> dict:
    return {
        "found": FieldVisit.Found.choices,
        "recommendations": FieldVisit.Recommendation.choices,
        "subjects": [label for _, label in questions.PICTURES],
    }


class RouteList(Paper):
    """Daftar rute: whom the team sees on which day in which order, with the map of each day where boundaries are loaded."""

    code = "daftar_rute"
    title = "Daftar Rute Kunjungan"
    size = "A4"
    issued = False
    public = False

    @staticmethod
    def context(assignment, document):
        days = plans.days_of(assignment)
        return {
            "assignment": assignment,
            "team": queries.team_of(assignment),
            "days": [(day, [(stop, _qr_of(stop.proposal)) for stop in day.stops], _map_of(day)) for day in days],
        }


class TravelOrderPaper(Paper):
    """SPPD of one person of the team, with the page on which the places visited sign."""

    code = "sppd"
    title = "Surat Perintah Perjalanan Dinas"
    series = "sppd"
    pattern = "094/{no}/SPPD/{kode}/{bulan_romawi}/{tahun}"
    size = "A4"

    @staticmethod
    def context(order, document):
        facts = document.facts if document else TravelOrderPaper.facts(order)
        return {name: facts[name] for name in ("order", "person", "letter")}

    @staticmethod
    def facts(order):
        """All of it is frozen: a travel order that is made again must not change the one that was issued before."""
        today = timezone.localdate()
        letter = document_of("surat_tugas", order.assignment)
        team = queries.team_facts(order.assignment, today)
        keys = [person.pk for person in queries.team_of(order.assignment)]
        return {
            "signatories": [office.signatory(Role.OFFICE_HEAD, today).as_dict()],
            "person": team[keys.index(order.person_id)],
            "letter": {"number": letter.number, "date": tanggal(date.fromisoformat(letter.facts["date"]))} if letter else {},
            "order": {
                "level": order.get_level_display(), "purpose": order.assignment.purpose, "transport": order.transport,
                "origin": order.origin, "destination": order.destination, "days": order.days,
                "departs": tanggal(order.departs), "returns": tanggal(order.returns),
                "charged_to": order.charged_to, "account": order.account, "remarks": order.remarks,
            },
        }  # fmt: skip

    @staticmethod
    def public_facts(order):
        return [("Keperluan", order.assignment.purpose), ("Tujuan", order.destination)]


class VerificationMinutes(Paper):
    """Berita acara verifikasi lapangan of a batch, with the photos as its annex."""

    code = PAPER
    title = "Berita Acara Verifikasi Lapangan"
    series = "ba_verifikasi"
    pattern = "460/{no}/BA-VL/{kode}/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(minutes, document):
        visits = _visits(minutes)
        facts = document.facts if document else {}
        made = facts["exceptions"] if "exceptions" in facts else _exceptions(visits)
        seen_again = facts["second"] if "second" in facts else second.told_in_minutes(visits)
        for visit in visits:
            visit.seen_again = seen_again.get(visit.ref, "")
            visit.exceptions = made.get(str(visit.proposal_id), [])
        return {
            "minutes": minutes,
            "assignment": minutes.assignment,
            "visits": visits,
            "team": facts.get("team") or queries.team_facts(minutes.assignment, minutes.date),
            "images": {photo.ref: _reader(photo) for visit in visits for photo in for_annex(visit.shown)},
        }

    @staticmethod
    def chunks(minutes):
        return in_pieces(_with_photos(minutes), VISITS_PER_PIECE)

    @staticmethod
    def facts(minutes):
        letter = document_of("surat_tugas", minutes.assignment)
        return {
            "signatories": [office.signatory(Role.DIVISION_HEAD, minutes.date).as_dict()],
            "team": queries.team_facts(minutes.assignment, minutes.date),
            "exceptions": _exceptions(_visits(minutes)),
            "second": second.told_in_minutes(_visits(minutes)),
            "letter": {"number": letter.number, "date": tanggal(date.fromisoformat(letter.facts["date"]))}
            if letter
            else {},
        }

    @staticmethod
    def public_facts(minutes):
        return [("Jumlah kunjungan", str(minutes.visits.count()))]

    @staticmethod
    def public_now(document):
        """How many of the team stand by these bytes; who they are, the paper itself says."""
        said = confirmations_of(document)
        return [("Konfirmasi tim", f"{said.count} dari {said.team} anggota tim" if said else "belum ada")]


class RankingList(Paper):
    """Daftar peringkat: the minutes of a ranking that was applied, with its rule and every household's place."""

    code = "daftar_peringkat"
    title = "Berita Acara Pemeringkatan"
    series = "daftar_peringkat"
    pattern = "460/{no}/BA-PR/{kode}/{bulan_romawi}/{tahun}"

    @staticmethod
    def context(run, document):
        return {
            "run": run,
            "programme": run.programme,
            "weights": scoring.by_group(run.weights, run.criteria),
            "tie_rule": scoring.tie_sentence(run.tie_order),
            "no_pass_mark": scoring.NO_CUTOFF,
            "counted": ranking.outcomes_of(run),
            "amount": ranking.amount_of(run),
            "shares": [(name, run.shares[code]) for code, name in sorted(ranking.names_of(run.shares).items())],
            "groups": [group.label for group in scoring.Group],
        }

    @staticmethod
    def chunks(run):
        return in_pieces(_ranked(run))

    @staticmethod
    def facts(run):
        return {
            "signatories": [office.signatory(Role.DIVISION_HEAD, timezone.localdate(run.at)).as_dict()],
            "given": run.given,
            "promised": run.promised,
        }

    @staticmethod
    def public_facts(run):
        return [("Program", str(run.programme)), ("Jumlah diperingkat", str(run.lines.count()))]


def _ranked(run) -> Iterator:
    for line in ranking.lines_of(run).iterator(2000):
        line.points = [line.its_score.of(group) for group in scoring.Group]
        yield line


class Announcement(Paper):
    """Pengumuman hasil sementara, for the board of the village: partly masked names and the way to object.

    A printout, not an issued paper: what is in force is the page behind its code, which says when it was withdrawn.
    """

    code = "pengumuman"
    title = "Pengumuman Hasil Sementara"
    issued = False
    public = False

    @staticmethod
    def context(publication, document):
        names = list(publication.names.all())
        return {
            "publication": publication,
            "groups": [(state, [row for row in names if row.outcome == state]) for state in objections.PUBLISHED],
            "address": address_of(publication),
            "code_to_page": qr_svg(address_of(publication)),
        }

    @staticmethod
    def facts(publication):
        day = timezone.localdate(publication.at)
        return {"signatories": [office.signatory(Role.DIVISION_HEAD, day).as_dict()]}


def address_of(publication) -> str:
    """The public address of a list, as the notice and its code say it."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("announcement:list", args=[publication.code])


def _qr_of(proposal) -> str:
    """Leads to the page of the household."""
    return qr_svg(settings.PUBLIC_URL.rstrip("/") + proposal.get_absolute_url())


def _map_of(day) -> dict | None:
    """The villages of a day on the map of the regency."""
    places = plans.map_of(plans.villages_of(day))
    return drawing.laid_out(places["places"], places["borders"], width=420) if places else None


def _visits(minutes) -> list[FieldVisit]:
    return list(queries.visits_in(minutes))


def _with_photos(minutes) -> Iterator[FieldVisit]:
    """Visits for the annex, each with its `chosen` photos; those without any are left out."""
    for visit in _visits(minutes):
        if visit.shown:
            visit.chosen = for_annex(visit.shown)
            yield visit


def _exceptions(visits) -> dict[str, list[str]]:
    """Kabid's exceptions from the programme's rules, as they print: key of the proposal -> sentences."""
    made = overrides_of([visit.proposal for visit in visits])
    return {
        str(pk): [f"{row.sentence} Dikecualikan oleh {row.by} ({tanggal(row.at)}): {row.reason}" for row in rows]
        for pk, rows in made.items()
    }


def _reader(photo) -> Callable[[], bytes]:
    """Read when the paper comes to it, so that not all photos lie in memory at once."""

    def read() -> bytes:
        with photo.file.open() as stored:
            return stored.read()

    return read
