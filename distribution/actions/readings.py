"""The bank's result file, taken in and applied to the list that was sent (SOP step 6)."""

from django.db import transaction
from django.utils import timezone

from distribution import results
from distribution.actions.payments import lock_open_lines, settle_failed, settle_paid
from distribution.models import Disbursement, Payment, ResultFile
from uep.access.access import require
from uep.files.actions import take_in_sheet
from uep.files.intake import Prepared
from uep.files.sheets import prepare_sheet


@transaction.atomic
def read_results(disbursement, *, by, upload) -> ResultFile:
    """Settle lines from the bank's result file. Unknown, repeated and wrong rows are refused one by one, the rest
    is taken; the same bytes again change nothing and give the first reading back.

    ValidationError when the file is no list at all; then nothing is kept.
    """
    prepared = upload if isinstance(upload, Prepared) else prepare_sheet(upload)
    prepared.content.seek(0)
    rows = results.read(prepared.content.read())  # before the lock: a large workbook takes a while
    prepared.content.seek(0)
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.read_results", disbursement)
    if known := disbursement.result_files.filter(file__received_sha256=prepared.received_sha256).first():
        return known
    stored = take_in_sheet(prepared, by=by)
    verdicts = _judge(disbursement, rows, by=by)
    return ResultFile.objects.create(
        disbursement=disbursement,
        file=stored,
        by=by,
        accepted=len(verdicts.accepted),
        refused=[{"row": refusal.row, "why": refusal.why} for refusal in verdicts.refused],
    )


def _judge(disbursement, rows, *, by) -> results.Verdicts:
    every = disbursement.payments.values_list("pk", flat=True)
    lines = {line.ref: line for line in lock_open_lines(disbursement, every)}
    settled = set(disbursement.payments.exclude(status=Payment.Status.WAITING).values_list("ref", flat=True))
    verdicts = results.judge(
        rows,
        lines={ref: results.Line(str(line.account_number or ""), line.amount) for ref, line in lines.items()},
        settled=settled,
        sent_on=timezone.localdate(disbursement.released_at),
        today=timezone.localdate(),
    )
    if paid := [(lines[v.ref], v.paid_on, v.reference) for v in verdicts.accepted if v.paid]:
        settle_paid(paid, by=by)
    if failed := [(lines[v.ref], v.failure, v.note) for v in verdicts.accepted if not v.paid]:
        settle_failed(failed, by=by)
    return verdicts
