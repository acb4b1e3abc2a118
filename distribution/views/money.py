"""Payment lists, what the bank said of them, and handovers."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from decrees.models import Recipient
from distribution import exports, queries, results
from distribution.forms.filters import LineFilter
from distribution.models import Disbursement, Handover, ResultFile
from distribution.views.decrees import refuse_beyond, visible_decree, xlsx
from uep.access.access import granted
from uep.access.acts import reads
from uep.access.roles import Role
from uep.documents.queries import documents_of
from uep.ui.paging import page_of


def visible_list(request, ref) -> Disbursement:
    """A payment list in scope, or 404."""
    rows = Disbursement.objects.visible_to(request.user).select_related(
        "decree__programme__bank", "agreement", "sent_by", "released_by"
    )
    return get_object_or_404(rows, ref=ref)


def opened_to(user, lines) -> set[int]:
    """Recipients of these lines whose numbers this officer has opened."""
    if not granted(user, "distribution.reveal_accounts"):
        return set()
    return queries.open_to(user, [line.recipient for line in lines])


@reads("distribution.view")
def disbursement(request, ref):
    """One payment list: totals, lines, the bank's files."""
    disbursement = visible_list(request, ref)
    form, search = LineFilter(request.GET), request.GET.get("cari", "").strip()[:80]
    mine = Recipient.objects.visible_to(request.user).values("pk")
    rows = queries.lines_of(disbursement).filter(recipient__in=mine).order_by()
    if search:
        rows = rows.filter(recipient__name__icontains=search)
    if result := form.chosen().get("hasil"):
        rows = rows.filter(status=result)
    page = page_of(request, rows, order=("position", "pk"))
    opened = opened_to(request.user, page.rows)
    context = {
        "disbursement": disbursement,
        "decree": disbursement.decree,
        "totals": queries.line_totals(disbursement),
        "page": page,
        "lines": [
            {"line": line, "number": exports.account_text(line.account_number, is_open=line.recipient_id in opened)}
            for line in page
        ],
        "form": form,
        "search": search,
        "files": list(queries.result_files(disbursement)),
        "documents": documents_of(disbursement),
        "copies": disbursement.copies.select_related("by")[:10],
        "is_open": bool(opened),
        "is_bank": request.user.role == Role.BANK,
    }
    response = render(request, "distribution/disbursement.html", context)
    if opened:
        response["Cache-Control"] = "private, no-store"
    return response


@reads("distribution.view")
def payment_list_xlsx(request, ref):
    """The list as sent, with the columns that the bank fills in and uploads again."""
    disbursement = visible_list(request, ref)
    refuse_beyond(disbursement.decree, request.user)
    lines = list(queries.lines_of(disbursement))
    content = exports.payment_list_xlsx(disbursement, lines, by=request.user, opened=opened_to(request.user, lines))
    return xlsx(content, f"daftar-pembayaran-{disbursement.ref}.xlsx")


@reads("distribution.view")
def reconciliation(request, ref):
    """Where each rupiah of a decree is, by village, by list and by deposit; the whole decree's, so not for one area."""
    decree = visible_decree(request, ref)
    refuse_beyond(decree, request.user)
    return render(
        request, "distribution/reconciliation.html", {"decree": decree, "found": queries.reconciliation(decree)}
    )


@reads("distribution.view")
def reconciliation_xlsx(request, ref):
    """The same rows and sums as a workbook."""
    decree = visible_decree(request, ref)
    refuse_beyond(decree, request.user)
    content = exports.reconciliation_xlsx(decree, queries.reconciliation(decree), by=request.user)
    return xlsx(content, f"rekonsiliasi-{decree.ref}.xlsx")


def visible_file(request, ref) -> ResultFile:
    """A bank's file in scope, or 404."""
    rows = ResultFile.objects.visible_to(request.user).select_related("disbursement__decree__programme", "file", "by")
    return get_object_or_404(rows, ref=ref)


@reads("distribution.view")
def result_file(request, ref):
    """What was taken from a file, and each refused row with its reason."""
    file = visible_file(request, ref)
    context = {
        "file": file,
        "disbursement": file.disbursement,
        "totals": queries.line_totals(file.disbursement),
        "is_bank": request.user.role == Role.BANK,
    }
    return render(request, "distribution/result_file.html", context)


@reads("distribution.view")
def refusals_xlsx(request, ref):
    """The refused rows to mend and upload again. The bank gets its own words back, the office only the reasons."""
    file = visible_file(request, ref)
    rows: dict[int, dict[str, str]] = {}
    if request.user.role == Role.BANK:
        with file.file.open() as stored:
            rows = {row.number: row.cells for row in results.read(stored.read())}
    return xlsx(exports.refusals_xlsx(file, rows, by=request.user), f"ditolak-{file.ref}.xlsx")


@reads("distribution.view")
def handover(request, ref):
    """A handover is shown with its recipient's story."""
    handover = get_object_or_404(Handover.objects.visible_to(request.user), ref=ref)
    return redirect(f"{reverse('distribution:recipient', args=[handover.recipient.ref])}#serah-terima")
