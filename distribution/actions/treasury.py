"""What could not be paid out goes back to the treasury."""

from datetime import date as Date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from decrees.models import Decree
from distribution import queries
from distribution.actions.locking import hold_households
from distribution.models import ReturnedAmount, TreasuryReturn
from proposals.models import Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.files.actions import take_in
from uep.ui.indonesian import tanggal


@transaction.atomic
def return_funds(decree, *, by, recipients, number: str, date: Date, scan) -> TreasuryReturn:
    """Record a deposit slip: the money of these recipients, whose payment failed for good, is the treasury's again.

    They stay on the decree's list and are not paid by it any more. ValidationError when one of them was paid, mended or deposited meanwhile.
    """
    decree = Decree.objects.select_for_update().get(pk=decree.pk)
    require(by, "distribution.return_funds", decree)
    number = " ".join(number.split())
    if not number:
        raise ValidationError({"number": "Nomor STS belum diisi."})
    if date > timezone.localdate():
        raise ValidationError({"date": "Tanggal setor tidak boleh setelah hari ini."})
    if TreasuryReturn.objects.filter(number__iexact=number, date=date).exists():
        raise ValidationError({"number": f"STS {number} tanggal itu sudah dicatat."})
    wanted = {recipient.pk for recipient in recipients}
    hold_households(queries.returnable(decree).filter(pk__in=wanted).values_list("proposal_id", flat=True))
    rows = list(queries.returnable(decree).filter(pk__in=wanted))
    if not rows or len(rows) != len(wanted):
        raise ValidationError(
            "Sebagian penerima yang dipilih tidak lagi gagal salur. Muat ulang halaman, lalu pilih lagi."
        )
    deposit = TreasuryReturn.objects.create(
        decree=decree,
        number=number,
        date=date,
        count=len(rows),
        total=sum(row.amount for row in rows),
        scan=take_in(scan, by=by, accept=frozenset({"pdf", "image"})),
        by=by,
    )
    ReturnedAmount.objects.bulk_create(
        ReturnedAmount(deposit=deposit, recipient=row, amount=row.amount) for row in rows
    )
    households = Proposal.objects.filter(pk__in=[row.proposal_id for row in rows])
    move_all(households, "distribution.return_funds", by=by, note=f"Disetor ke kas daerah: {deposit}, {tanggal(date)}")
    return deposit
