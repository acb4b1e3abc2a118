"""The handover, and the visits to the business after it (SOP step 6 and later)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from distribution import queries
from distribution.actions.locking import held
from distribution.models import Handover, MentoringVisit, Payment
from proposals.moves import move
from uep.access.access import require
from uep.access.roles import Role
from uep.documents.actions import issue
from uep.files.actions import take_in
from uep.office import queries as office


@transaction.atomic
def hand_over(
    recipient,
    *,
    by,
    date,
    place,
    identity_checked,
    witness,
    witness_title,
    photo,
    signature,
    proxy_name="",
    proxy_letter=None,
    note="",
) -> Handover:
    """Record the handover with the recipient's own proof; the BAST is issued (SOP step 6, output).

    ValidationError before the money came, after today, without a look at the KTP, with a proxy but no letter, or while
    a paper that the programme wants by then is missing.
    """
    recipient, proposal = held(recipient)
    require(by, "distribution.hand_over", recipient)
    _refuse_odd_handover(recipient, date, identity_checked, proxy_name, proxy_letter)
    handover = Handover.objects.create(
        recipient=recipient,
        date=date,
        place=place,
        identity_checked=identity_checked,
        proxy_name=proxy_name.strip(),
        proxy_letter=take_in(proxy_letter, by=by) if proxy_letter and proxy_name.strip() else None,
        witness=witness,
        witness_title=witness_title,
        photo=take_in(photo, by=by, accept=frozenset({"image"})),
        signature=take_in(signature, by=by, accept=frozenset({"image"})),
        signatory=office.signatory(Role.OFFICE_HEAD, date).as_dict(),
        by=by,
        note=note,
    )
    move(proposal, "distribution.hand_over", by=by, note=f"Serah terima di {place}")
    issue("bast", handover, by=by, on=date)
    return handover


def _refuse_odd_handover(recipient, date, identity_checked, proxy_name, proxy_letter) -> None:
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal serah terima tidak boleh setelah hari ini."})
    paid_on = recipient.payments.filter(status=Payment.Status.PAID).values_list("paid_on", flat=True).first()
    if paid_on and date < paid_on:
        raise ValidationError({"date": "Tanggal serah terima tidak boleh sebelum dana tersalur."})
    if not identity_checked:
        raise ValidationError({"identity_checked": "Periksa KTP penerima atau wakilnya lebih dahulu."})
    if proxy_name.strip() and not proxy_letter:
        raise ValidationError({"proxy_letter": "Unggah surat kuasa bila penerima diwakili."})
    if lacking := queries.papers_lacking_at_handover(recipient):
        raise ValidationError([f"{paper} belum diunggah." for paper in lacking])


@transaction.atomic
def visit(
    recipient, *, by, visited_on, condition, advice, photo, turnover=None, use_matches_plan=None, goods=""
) -> MentoringVisit:
    """A mentoring visit: how the business stands, with a photo; the proposal does not move."""
    recipient, _ = held(recipient)
    require(by, "distribution.visit", recipient)
    if visited_on > timezone.localdate():
        raise ValidationError({"visited_on": "Tanggal kunjungan tidak boleh setelah hari ini."})
    if visited_on < recipient.handover.date:
        raise ValidationError({"visited_on": "Kunjungan pendampingan dilakukan setelah serah terima."})
    if recipient.mentoring_visits.filter(visited_on=visited_on).exists():
        raise ValidationError({"visited_on": "Kunjungan pada tanggal ini sudah dicatat."})
    return MentoringVisit.objects.create(
        recipient=recipient,
        visited_on=visited_on,
        condition=condition,
        turnover=turnover,
        use_matches_plan=use_matches_plan,
        goods=goods,
        advice=advice,
        photo=take_in(photo, by=by, accept=frozenset({"image"}), keep_position=True),
        by=by,
    )
