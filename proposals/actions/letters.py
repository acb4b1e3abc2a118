"""Cover letters: written, sent and disposed as one batch; and the ways back (SOP step 1)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from proposals import eligibility
from proposals.actions.drafts import match_all
from proposals.actions.duplicates import raise_cases
from proposals.eligibility.versions import in_force
from proposals.flow import State
from proposals.models import CoverLetter, Disposition, Proposal
from proposals.moves import move, move_all, tell
from proposals.queries import exceptions as queries
from proposals.queries.letters import papers_missing_from
from proposals.queries.registered import unlisted_faults
from uep.access.access import require
from uep.access.roles import Role
from uep.documents.actions import issue
from uep.office import queries as office
from uep.office.locks import hold


@transaction.atomic
def open_letter(programme, *, by, number, date, signed_by, signed_title, deliberated_on=None) -> CoverLetter:
    """Start a letter for the village; the drafts that are in no letter yet are put into it."""
    require(by, "proposals.open_letter", programme)
    letter = CoverLetter.objects.create(
        programme=programme,
        village_id=by.village_id,
        number=number,
        date=date,
        signed_by=signed_by,
        signed_title=signed_title,
        deliberated_on=deliberated_on,
        created_by=by,
    )
    Proposal.objects.filter(
        programme=programme, village_id=by.village_id, state=State.DRAFT, letter__isnull=True
    ).update(letter=letter)
    return letter


@transaction.atomic
def edit_letter(letter, *, by, number, date, signed_by, signed_title, deliberated_on=None) -> CoverLetter:
    letter = CoverLetter.objects.select_for_update().get(pk=letter.pk)
    require(by, "proposals.edit_letter", letter)
    letter.number, letter.date, letter.deliberated_on = number, date, deliberated_on
    letter.signed_by, letter.signed_title = signed_by, signed_title
    letter.save(update_fields=["number", "date", "signed_by", "signed_title", "deliberated_on"])
    return letter


@transaction.atomic
def put_in_letter(letter, *, by, proposals) -> CoverLetter:
    """The letter carries exactly these drafts; the others stay drafts for a later letter."""
    letter = CoverLetter.objects.select_for_update().get(pk=letter.pk)
    require(by, "proposals.put_in_letter", letter)
    drafts = Proposal.objects.filter(programme=letter.programme_id, village=letter.village_id, state=State.DRAFT)
    chosen = [proposal.pk for proposal in proposals]
    drafts.filter(letter=letter).exclude(pk__in=chosen).update(letter=None)
    drafts.filter(pk__in=chosen).update(letter=letter)
    return letter


@transaction.atomic
def submit(letter, *, by) -> CoverLetter:
    """Send the batch: agenda number, a register number each, receipt with QR (SOP step 1).

    ValidationError names, per household, everything that is missing; then nothing is sent.
    """
    letter = CoverLetter.objects.select_for_update().get(pk=letter.pk)
    require(by, "proposals.submit", letter)
    batch = letter.proposals.filter(state=State.DRAFT)
    proposals = list(batch.select_for_update().order_by("name", "pk"))
    match_all(proposals)
    version = in_force(letter.programme)
    _refuse_incomplete(proposals, letter, version)
    now = timezone.now()
    year = timezone.localdate(now).year
    letter.agenda_year, letter.agenda_number = year, _next_agenda_number(year)
    letter.submitted_at, letter.submitted_by = now, by
    letter.save(update_fields=["agenda_year", "agenda_number", "submitted_at", "submitted_by"])
    first = _next_register_number(year)
    for number, proposal in enumerate(proposals, first):
        proposal.register_year, proposal.register_number = year, number
        # From now on by this version, whatever comes into force later (docs/decisions/0009).
        proposal.rule_set = version.rule_set
    Proposal.objects.bulk_update(proposals, ["register_year", "register_number", "rule_set"])
    move_all(batch, "proposals.submit", by=by, note=f"Surat {letter.number}, {len(proposals)} usulan")
    raise_cases(proposals)
    issue("tanda_terima", letter, by=by)
    return letter


def _refuse_incomplete(proposals, letter, version) -> None:
    """One line for the letter and one for each household, so that a long list is read as a list of households."""
    missing = [requirement.label for requirement in papers_missing_from(letter)]
    faults = [f"Berkas surat belum diunggah: {', '.join(missing)}."] if missing else []
    by_proposal = eligibility.faults_of(proposals, letter.programme, version=version)
    faults += [f"{p.name}: {' '.join(by_proposal[p.pk])}" for p in proposals if p.pk in by_proposal]
    faults += [sentence for told in unlisted_faults(proposals).values() for sentence in told]
    if faults:
        raise ValidationError(faults)


def _next_agenda_number(year: int) -> int:
    """Restarts each calendar year, without gaps; the lock is held until the caller's transaction ends."""
    hold(f"agenda:{year}")
    last = CoverLetter.objects.filter(agenda_year=year).aggregate(last=Max("agenda_number"))["last"]
    return (last or 0) + 1


def _next_register_number(year: int) -> int:
    hold(f"register:{year}")
    last = Proposal.objects.filter(register_year=year).aggregate(last=Max("register_number"))["last"]
    return (last or 0) + 1


@transaction.atomic
def dispose(letter, *, by, to, nature, instruction, note="", deadline=None) -> CoverLetter:
    """Route the letter with all its proposals; lembar disposisi is issued (SOP step 1, output)."""
    letter = CoverLetter.objects.select_for_update().get(pk=letter.pk)
    require(by, "proposals.dispose", letter)
    today = timezone.localdate()
    role = Role.OFFICE_HEAD if Role.OFFICE_HEAD in by.roles_today else Role.SECRETARY
    disposition = Disposition.objects.create(
        letter=letter,
        to=to,
        nature=nature,
        instruction=instruction,
        note=note,
        deadline=deadline,
        by=by,
        by_signatory=office.signatory(role, today, by).as_dict(),
    )
    waiting = Proposal.objects.filter(letter=letter, state=State.SUBMITTED)
    if to.role == Role.STAFF:
        waiting.update(handler=to)
    summary = f"{disposition.get_instruction_display()}. {note}".strip()
    households = list(waiting)
    move_all(waiting, "proposals.dispose", by=by, note=summary)
    _tell_of_pleas(households, by=by)
    issue("disposisi", letter, by=by)
    return letter


@transaction.atomic
def send_back(proposal, *, by, note) -> Proposal:
    """Before disposition: back to the village with what is to be mended; the clock stands still."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(by, "proposals.send_back", proposal)
    move(proposal, "proposals.send_back", by=by, note=note)
    return proposal


@transaction.atomic
def resubmit(proposal, *, by, note="") -> Proposal:
    """Mended before disposition: to the leadership again, under the same register number."""
    return _answer(proposal, "proposals.resubmit", by=by, note=note)


@transaction.atomic
def answer_defects(proposal, *, by, note="") -> Proposal:
    """Mended after disposition: straight to the staff member who returned it, under the same register number."""
    return _answer(proposal, "proposals.answer_defects", by=by, note=note)


def _answer(proposal, act, *, by, note) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(by, act, proposal)
    match_all([proposal])
    faults = eligibility.faults_of([proposal], proposal.programme).get(proposal.pk, [])
    faults += unlisted_faults([proposal]).get(proposal.pk, [])
    if faults:
        raise ValidationError(faults)
    move(proposal, act, by=by, note=note)
    raise_cases([proposal])
    if act == "proposals.answer_defects":
        _tell_of_pleas([proposal], by=by)
    return proposal


def _tell_of_pleas(proposals, *, by) -> None:
    """Kabid hears of the exceptions that villages ask for, from when they can be decided."""
    if asking := [proposal.pk for proposal in queries.asking(proposals)]:
        tell(asking, "proposals.ask_exception", by=by)


@transaction.atomic
def withdraw(proposal, *, by, reason, note="") -> Proposal:
    """Resigned, died or moved, before a decree names the household. `reason` is the sentence for the journey."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(by, "proposals.withdraw", proposal)
    move(proposal, "proposals.withdraw", by=by, note=f"{reason}. {note}".strip())
    return proposal
