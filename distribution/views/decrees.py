"""The list of decrees being paid out, one decree, its recipients, one recipient."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from decrees.models import Decree, Recipient
from distribution import exports, queries
from distribution.forms.filters import ACCOUNTS, DecreeFilter, RecipientFilter
from distribution.models import Confirmation
from distribution.sections import facts_of
from proposals.flow import ON_DECREE_UNPAID
from uep.access.access import Refused, granted
from uep.access.acts import reads
from uep.documents.queries import documents_of_many
from uep.ui.indonesian import angka, rupiah, tanggal
from uep.ui.paging import Sort, page_of
from uep.ui.workbook import XLSX

SORTS = {
    "terbaru": Sort("Terbaru", ("-signed_at", "-pk")),
    "terlama": Sort("Terlama", ("signed_at", "pk")),
}
RECIPIENT_SORTS = {
    "nomor": Sort("Nomor lampiran", ("position", "pk")),
    "nama": Sort("Nama", ("name", "pk")),
    "desa": Sort("Desa/kelurahan", ("village__name", "position", "pk")),
}
SHOWN = 5  # sessions and lists on the page of a decree; the newest


@reads("distribution.view")
def decrees(request):
    """Signed decrees with how far each has come."""
    form, search, rows = _decrees(request)
    if request.GET.get("format") == "xlsx":
        return xlsx(exports.decrees_xlsx(list(rows.order_by("-signed_at", "-pk")), by=request.user), "penyaluran.xlsx")
    context = {
        "page": page_of(request, rows, sorts=SORTS),
        "form": form,
        "search": search,
        "export": export_url(request),
    }
    return render(request, "distribution/list.html", context)


def _decrees(request):
    form, search = DecreeFilter(request.GET), request.GET.get("cari", "").strip()[:80]
    only_open = bool(form.chosen().get("berjalan"))
    return form, search, queries.decrees_in_disbursement(request.user, search=search, only_open=only_open)


@reads("distribution.view")
def decree(request, ref):
    """Where each rupiah of a decree is, and what the next step waits for. A fixed number of queries."""
    decree, user = visible_decree(request, ref), request.user
    sums = queries.books(decree)
    agreements = list(queries.agreements(decree))
    newest = agreements[0] if agreements else None
    papers = documents_of_many(agreements) if agreements else {}
    in_force = next((agreement for agreement in agreements if agreement.agreed_at), None)
    counts = queries.account_counts(decree)
    turns = queries.whose_turn(
        sums,
        on_lists=queries.on_open_lists(decree),
        accounts=queries.held_up_by_accounts(decree),
        is_agreed=in_force is not None,
    )
    context = {
        "decree": decree,
        "programme": decree.programme,
        "sums": sums,
        "is_complete": queries.is_complete(decree, sums),
        "turns": [
            {"text": text, "whose": "" if user.roles_today & set(roles) else " / ".join(role.label for role in roles)}
            for roles, text in turns
        ],
        "account_rows": [(label, angka(counts[name])) for name, label in ACCOUNTS],
        "agreement": newest,
        "in_force": in_force,
        "sides": _sides(newest),
        "agreement_papers": [document for agreement in agreements for document in papers[agreement.pk]],
        "sessions": list(queries.sessions(decree)[:SHOWN]),
        "lists": list(queries.disbursements(decree)[:SHOWN]),
        "villages": queries.shares_by_village(decree, user),
        **_overdue(decree, user),
        "may_see_decree": granted(user, "decrees.view"),
    }
    return render(request, "distribution/decree.html", context)


def _overdue(decree, user) -> dict:
    late = queries.overdue(user).filter(pk=decree.pk).first()
    if late is None:
        return {}
    return {"overdue_since": late.ended, "overdue_title": f"Kesepakatan berakhir {tanggal(late.ended)}."}


def _sides(agreement) -> list[tuple[str, Confirmation | None]]:
    given = {row.side: row for row in agreement.confirmations.all()} if agreement else {}
    return [(side.label, given.get(side.value)) for side in Confirmation.Side]


@reads("distribution.view")
def recipients(request, ref):
    """The lines of a decree with their accounts: searched, filtered, sorted, paged, exported."""
    decree = visible_decree(request, ref)
    form, search = RecipientFilter(request.GET, decree=decree), request.GET.get("cari", "").strip()[:80]
    chosen = form.chosen()
    rows = queries.recipients(
        decree,
        request.user,
        search=search,
        village=chosen.get("desa"),
        state=chosen.get("keadaan", ""),
        account=chosen.get("rekening", ""),
    )
    if request.GET.get("format") == "xlsx":
        content = exports.recipients_xlsx(decree, list(rows.order_by("position", "pk")), by=request.user)
        return xlsx(content, f"penerima-{decree.ref}.xlsx")
    page = page_of(request, rows.order_by(), sorts=RECIPIENT_SORTS)
    opened = (
        queries.open_to(request.user, page.rows) if granted(request.user, "distribution.reveal_accounts") else set()
    )
    context = {
        "decree": decree,
        "page": page,
        "lines": [_line(row, opened, may_check=granted(request.user, "distribution.check_account")) for row in page],
        "form": form,
        "search": search,
        "export": export_url(request),
        "is_open": bool(opened),
    }
    response = render(request, "distribution/recipients.html", context)
    if opened:
        response["Cache-Control"] = "private, no-store"
    return response


def _line(row, opened, *, may_check: bool) -> dict:
    """A row of the table; whether it may be checked is told without asking the rule row by row."""
    verdict = exports.verdict_of(row)
    tone = {"valid": "success", "wrong": "danger"}.get(row.account_verdict, "warning")
    number = exports.account_text(row.proposal.account_number, is_open=row.pk in opened)
    return {
        "row": row,
        "number": number,
        "verdict": verdict,
        "may_check": may_check
        and bool(row.proposal.account_number)
        and not row.is_listed
        and row.removed_at is None
        and row.proposal.state in ON_DECREE_UNPAID,
        "tone": tone,
        "differs": row.proposal.account_name and row.proposal.account_name.casefold() != row.name.casefold(),
    }


@reads("distribution.view")
def nominative_xlsx(request, ref):
    """Daftar nominatif; in full only for the numbers that this officer has opened."""
    decree = visible_decree(request, ref)
    refuse_beyond(decree, request.user)
    rows = queries.nominative_list(decree)
    opened = queries.open_to(request.user, rows) if granted(request.user, "distribution.reveal_accounts") else set()
    return xlsx(exports.nominative_xlsx(decree, rows, by=request.user, opened=opened), f"nominatif-{decree.ref}.xlsx")


@reads("distribution.view")
def recipient(request, ref):
    """One recipient since the decree, for those who work on steps 4 to 6; the same facts as on the proposal's page."""
    rows = Recipient.objects.visible_to(request.user).select_related("decree__programme__bank")
    story = queries.story_of(get_object_or_404(rows, ref=ref))
    row = story.recipient
    context = {
        "recipient": row,
        "facts": facts_of(story, request.user),
        "meta": f"Nomor {row.position} pada lampiran, {rupiah(row.amount)}",
        "crumbs": [
            ("Penyaluran", reverse("distribution:list")),
            (str(row.decree), reverse("distribution:decree", args=[row.decree.ref])),
        ],
        "may_see_proposal": granted(request.user, "proposals.view"),
    }
    return render(request, "distribution/recipient.html", context)


def refuse_beyond(decree, user) -> None:
    """Whole lists are for whoever sees every line of them."""
    if queries.reaches_beyond(decree, user):
        raise Refused("Daftar ini memuat penerima di luar wilayah kerja Anda. Gunakan daftar penerima, yang tersaring.")


def visible_decree(request, ref) -> Decree:
    """A signed decree in scope, or 404."""
    rows = Decree.objects.visible_to(request.user).signed().select_related("programme__bank")
    return get_object_or_404(rows, ref=ref)


def export_url(request) -> str:
    """The same list, with its filter, as a workbook."""
    query = request.GET.copy()
    for name in ("sesudah", "sebelum"):
        query.pop(name, None)
    query["format"] = "xlsx"
    return f"?{query.urlencode()}"


def xlsx(content: bytes, name: str) -> HttpResponse:
    """A workbook as a download that stays in no shared cache."""
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
