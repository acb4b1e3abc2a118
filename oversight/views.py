"""Pages over everything: the desk, the register, the report, the exports. They read and never write."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from oversight import exports
from oversight.forms import ReportForm
from oversight.queries import desk as desk_queries
from oversight.queries import register as register_queries
from oversight.queries import report as report_queries
from proposals.models import Programme, Proposal
from uep.access.acts import reads
from uep.documents.render import respond as respond_with_paper
from uep.ui.paging import page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 50_000


@reads("oversight.desk")
def desk(request):
    tasks = desk_queries.tasks(request.user)
    now = timezone.now()
    context = {
        "tasks": tasks,
        "late": sum(1 for task in tasks if task.due and task.due < now),
        "elsewhere": desk_queries.elsewhere(request.user),
        "today": timezone.localdate(),
        "open_programmes": Programme.objects.visible_to(request.user).open_on(timezone.localdate()),
    }
    return render(request, "oversight/desk.html", context)


@dataclass
class Book:
    """What the register printout is about."""

    year: int
    rows: object
    village: object = None
    pk: int = 0
    ref: str = ""


def _book(request) -> Book:
    years = register_queries.years(request.user)
    asked = request.GET.get("tahun", "")
    year = int(asked) if asked.isdigit() and len(asked) == 4 else years[0] if years else timezone.localdate().year
    rows = register_queries.rows(request.user, year)
    return Book(year=year, rows=rows, village=request.user.village, ref=str(year))


@reads("oversight.register")
def register(request):
    book = _book(request)
    context = {
        "book": book,
        "years": register_queries.years(request.user),
        "page": page_of(request, book.rows, order=("agenda_number", "pk")),
    }
    return render(request, "oversight/register.html", context)


@reads("oversight.register")
def register_pdf(request):
    return respond_with_paper("buku_register", _book(request))


@reads("oversight.register")
def register_xlsx(request):
    book = _book(request)
    content = exports.workbook(
        f"Buku register pelayanan {book.year}",
        exports.REGISTER_COLUMNS,
        (exports.register_row(letter) for letter in book.rows),
        by=request.user,
    )
    return _download(content, f"buku-register-{book.year}.xlsx")


@reads("oversight.report")
def report(request):
    programmes = Programme.objects.order_by("-year", "name")
    chosen = ReportForm(request.GET, programmes=programmes).chosen().get("program") or programmes.first()
    if chosen is None:
        return render(request, "oversight/report.html", {"programme": None})
    context = {
        "programme": chosen,
        "form": ReportForm({"program": chosen.pk}, programmes=programmes),
        "states": report_queries.by_state(chosen),
        "districts": report_queries.by_district(chosen),
        "steps": report_queries.step_times(chosen),
    }
    return render(request, "oversight/report.html", context)


@reads("oversight.export")
def proposals_xlsx(request, ref):
    """The proposals of one programme that the user may see."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), ref=ref)
    rows = (
        Proposal.objects.visible_to(request.user)
        .filter(programme=programme)
        .select_related("village__parent", "programme")
    )
    content = exports.workbook(
        f"Daftar usulan {programme}",
        exports.PROPOSAL_COLUMNS,
        (
            exports.proposal_row(p)
            for p in rows.order_by("register_year", "register_number", "pk")[:MOST_EXPORTED].iterator(2000)
        ),
        by=request.user,
    )
    return _download(content, f"usulan-{programme.year}.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
