"""What is in force on a date, the way up, extracts, lines to put right, money to recover; and the pages of those acts."""

from datetime import date as Date

from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from decrees import queries
from decrees.forms.changing import DayFilter
from decrees.models import Decree
from decrees.queries import force
from decrees.routing import reach_in_words
from proposals.models import Programme
from uep.access.access import granted
from uep.access.acts import ActPage, reads
from uep.documents.models import OfficialDocument
from uep.documents.render import joined, pdf_response
from uep.ui.indonesian import tanggal
from uep.ui.paging import page_of
from uep.ui.workbook import XLSX, Column, workbook

MOST_JOINED = 200  # extracts in one file for the printer


# In force on a date -----------------------------------------------------------------------------------------------------


@reads("decrees.view")
def programme_in_force(request, ref):
    """The recipients of a programme in force on a day, and which decree put each there."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), ref=ref)
    lines = force.of_programme(programme, request.user)
    return _in_force(request, lines, str(programme), {"programme": programme})


@reads("decrees.view")
def decree_in_force(request, ref):
    """The same of one decree with all that amends it."""
    decree = get_object_or_404(Decree.objects.visible_to(request.user).signed().select_related("programme"), ref=ref)
    root = queries.root_of(decree)
    context = {"decree": root, "programme": root.programme, "revocation": queries.revocation_of(root)}
    return _in_force(request, force.of_decree(root, request.user), str(root), context)


def _in_force(request, lines, title: str, context: dict):
    form = DayFilter({"tanggal": request.GET.get("tanggal") or timezone.localdate()})
    day = form.chosen().get("tanggal") or timezone.localdate()
    rows = force.on_day(lines, day)
    if request.GET.get("format") == "xlsx":
        return _xlsx(f"Berlaku {tanggal(day)}: {title}", rows, by=request.user, name=f"berlaku-{day:%Y-%m-%d}")
    search = request.GET.get("cari", "").strip()
    shown = rows.filter(Q(name__icontains=search) | Q(village__name__icontains=search)) if search else rows
    order = ("village__parent_id", "village_id", "sort_name", "pk")
    context |= {
        "title": title,
        "day": day,
        "form": form,
        "search": search,
        "totals": force.sums(rows),
        "decrees": force.decrees_on(rows),
        "ended": _ended_by(lines, day),
        "page": page_of(request, shown, order=order),
        "may_open_households": granted(request.user, "proposals.view"),
        "xlsx_url": f"?tanggal={day:%Y-%m-%d}&format=xlsx",
    }
    return render(request, "decrees/in_force.html", context)


def _ended_by(lines, day: Date) -> list[dict]:
    """Which decrees had ended lines by that day, and how many: `number`, `date`, `ref`, `label`, `n`."""
    found: dict[str, dict] = {}
    ended = force.with_span(lines).filter(ended_on__lte=day).order_by("ended_on", "ended_number")
    for line in ended.only("pk"):
        row = found.setdefault(
            line.ended_ref,
            {
                "number": line.ended_number,
                "date": line.ended_on,
                "ref": line.ended_ref,
                "label": Decree.Kind(line.ended_kind).label,
                "n": 0,
            },
        )
        row["n"] += 1
    return list(found.values())


COLUMNS = [
    Column("No.", 5), Column("Nama", 28), Column("NIK", 20), Column("Desa/Kelurahan", 22), Column("Kecamatan", 18),
    Column("Jenis usaha", 24), Column("SK", 30), Column("No. lampiran", 8), Column("Berlaku sejak", 18),
    Column("Berakhir", 18), Column("Diakhiri SK", 30), Column("Besaran", 15, is_money=True),
]  # fmt: skip


def _xlsx(title: str, rows, *, by, name: str) -> HttpResponse:
    lines = list(rows)
    cells = (
        [
            at, line.name, line.masked_nik, line.village.name, line.village.parent.name, line.business,
            line.decree.number, line.position, tanggal(line.decree.date),
            tanggal(line.ended_on) if line.ended_on else "", line.ended_number or "", line.amount,
        ]
        for at, line in enumerate(lines, 1)
    )  # fmt: skip
    return _workbook(workbook(title, COLUMNS, cells, by=by, total=sum(line.amount for line in lines)), name)


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.xlsx"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=XLSX, headers=headers)


@reads("decrees.view")
def recovery_xlsx(request, ref):
    """Whose money stays to be recovered after a revocation, or would."""
    rows = Decree.objects.visible_to(request.user).filter(kind=Decree.Kind.REVOCATION)
    revocation = get_object_or_404(rows, ref=ref)
    lines = force.with_span(queries.to_recover(revocation))
    title = f"Dana yang harus dikembalikan, {revocation}"
    return _xlsx(title, lines, by=request.user, name=f"pengembalian-{revocation.ref}")


# The way up -------------------------------------------------------------------------------------------------------------


@reads("decrees.view")
def route(request, ref):
    """By which way the decrees of a programme go up, in words, and every version of it."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), ref=ref)
    versions = queries.routes_of(programme)
    open_drafts = Decree.objects.visible_to(request.user).filter(programme=programme, stage=Decree.Stage.DRAFT)
    context = {
        "programme": programme,
        "ways": reach_in_words(queries.bands_of(programme)),
        "versions": [(version, reach_in_words(version.bands)) for version in versions],
        "drafts": [(draft, queries.totals(draft), queries.way_up(draft, ())) for draft in open_drafts],
    }
    return render(request, "decrees/route.html", context)


class RoutePage(ActPage):
    """The way up beside what it means today."""

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        response.context_data |= {
            "ways": reach_in_words(queries.bands_of(self.subject)),
            "back_url": reverse("decrees:route", args=[self.subject.ref]),
        }
        return response


# Changing ---------------------------------------------------------------------------------------------------------------


@reads("decrees.correct")
def correctable(request, ref):
    """Lines of the decree in force that an amending draft may put right, to pick one."""
    draft = get_object_or_404(
        Decree.objects.visible_to(request.user).filter(kind=Decree.Kind.AMENDMENT).select_related("amends"), ref=ref
    )
    search = request.GET.get("cari", "").strip()
    rows = queries.correctable(draft)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(village__name__icontains=search))
    page = page_of(request, rows, order=("position", "pk"))
    chosen = set(draft.corrections.values_list("recipient", flat=True))
    context = {"decree": draft, "page": page, "search": search, "chosen": chosen}
    return render(request, "decrees/correctable.html", context)


class CorrectPage(ActPage):
    """Puts one line right; the way back leads to the draft."""

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        draft = queries.draft_that_corrects(self.subject)
        response.context_data |= {"back_url": draft.get_absolute_url() if draft else "", "draft": draft}
        return response


class RevokePage(ActPage):
    """Asks for a revocation with what it would take off and what it cannot undo."""

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        lines = queries.lines_to_revoke(self.subject)
        recover = queries.already_paid(lines)
        response.context_data |= {
            "decree": self.subject,
            "lines": force.sums(lines),
            "recovery": force.sums(recover),
            "to_recover": recover,
        }
        return response


# Copies -----------------------------------------------------------------------------------------------------------------


@reads("decrees.view")
def extracts(request, ref):
    """The extracts that were issued from a decree, by village."""
    decree = get_object_or_404(Decree.objects.visible_to(request.user).signed(), ref=ref)
    villages: dict = {}
    for line, document in _visible_extracts(request, decree):
        villages.setdefault(line.village, []).append((line, document))
    return render(request, "decrees/extracts.html", {"decree": decree, "villages": list(villages.items())})


def _visible_extracts(request, decree):
    rows = queries.extracts_on(decree, request.user)
    visible = OfficialDocument.objects.visible_to(request.user).filter(pk__in=[document.pk for _, document in rows])
    seen = set(visible.values_list("pk", flat=True))
    return [(line, document) for line, document in rows if document.pk in seen]


@reads("decrees.view")
def extracts_pdf(request, ref, code):
    """The valid extracts of a village behind each other, for the printer; each as it was issued."""
    decree = get_object_or_404(Decree.objects.visible_to(request.user).signed(), ref=ref)
    ready = [
        document
        for line, document in _visible_extracts(request, decree)
        if line.village_id == code and document.is_ready and document.status == document.Status.CURRENT
    ][:MOST_JOINED]
    if not ready:
        raise Http404("no extract of this village is ready")
    return pdf_response(joined(map(_content_of, ready)), f"petikan-{decree.ref}-{code}.pdf")


def _content_of(document) -> bytes:
    with default_storage.open(document.file) as stored:
        return stored.read()
