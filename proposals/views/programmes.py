"""Programmes: the list, one programme, and the empty list to fill in for it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify

from proposals.eligibility.versions import in_force
from proposals.models import Programme
from proposals.queries import programmes as queries
from proposals.queries.rules import versions_of
from proposals.spreadsheet import template_xlsx
from uep.access.acts import ActPage, reads
from uep.ui.paging import page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OnProgramme(ActPage):
    """An act whose record is shown on the page of its programme."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["programme"] = self.subject
        return response


@reads("proposals.view_programme")
def programmes(request):
    page = page_of(request, queries.programmes(request.user), order=("-year", "name", "-pk"))
    return render(request, "proposals/programmes.html", {"page": page, "today": timezone.localdate()})


@reads("proposals.view_programme")
def programme(request, ref):
    programme = get_object_or_404(queries.programmes(request.user), ref=ref)
    today = timezone.localdate()
    standing = queries.standing(programme, request.user)
    context = {
        "programme": programme,
        "is_open": programme.is_open(today),
        "is_ahead": today < programme.opens_on,
        "requirements": queries.requirements_of(programme),
        "rules": in_force(programme).active,
        "versions": versions_of(programme, request.user),
        "standing": standing,
        "households": sum(standing.values()),
    }
    return render(request, "proposals/programme.html", context)


@reads("proposals.view_programme")
def empty_list(request, ref):
    """An empty workbook for the operator's village."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), ref=ref)
    place = request.user.village.name if request.user.village_id else ""
    return workbook(
        template_xlsx(place, str(programme)), f"daftar-usulan-{slugify(place) or 'kosong'}-{programme.year}.xlsx"
    )


def workbook(content: bytes, name: str) -> HttpResponse:
    """XLSX bytes as a download that no shared cache keeps."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
