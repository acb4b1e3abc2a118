"""Planning journeys: where households wait, who goes when, and the pages of a journey's own acts."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode

from uep.access.access import granted
from uep.access.acts import ActPage, reads
from uep.documents.render import respond as respond_with_paper
from verification import queries
from verification.forms.plans import PlanFilter
from verification.models import Assignment
from verification.queries import plans

# What the tones of the map mean; the list beside it says the same in words.
LEGEND = (
    ("danger", "lewat batas"),
    ("warning", "menunggu tim"),
    ("info", "sudah ditugaskan"),
    ("neutral", "tidak ada"),
)
MOST = 300  # households of a place that are named on the page


@reads("verification.view")
def plan(request):
    """Where households wait for a visit, on a map where there is one, and what each person has planned."""
    filters = PlanFilter(request.GET, user=request.user)
    chosen = filters.chosen()
    programme, place = chosen.get("program"), chosen.get("wilayah", "")
    villages = plans.villages_to_visit(request.user, programme)
    days = plans.days_ahead()
    asked = {"program": programme.ref} if programme else {}
    url = f"?{urlencode(asked | {'wilayah': ''})}"
    households = list(plans.households_in(request.user, programme, place)[:MOST]) if place else []
    context = {
        "filters": filters,
        "villages": villages,
        "waiting": sum(village.waiting for village in villages),
        "sent": sum(village.sent for village in villages),
        "map": plans.map_of(villages, url=url, current=place),
        "legend": LEGEND,
        "url": url,
        "place": place,
        "households": households,
        "assign": _ways_to_assign(request.user, households, place),
        "days": days,
        "loads": plans.loads(queries.team_choices(request.user), days),
    }
    return render(request, "verification/plan.html", context)


def _ways_to_assign(user, households, place: str) -> list[tuple[str, str]]:
    """(programme, address of its page of assignment) for each programme whose households wait in the place."""
    if not granted(user, "verification.assign_team"):
        return []
    waiting = {row.programme.ref: row.programme for row in households if not row.is_sent}
    narrowed = urlencode({"desa" if len(place) > 8 else "kecamatan": place})
    return [
        (str(programme), f"{reverse('verification:assign_team', args=[ref])}?{narrowed}")
        for ref, programme in waiting.items()
    ]


@reads("verification.view")
def route_list(request, ref):
    """The route day by day, to take along on paper."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).select_related("leader"), ref=ref)
    return respond_with_paper("daftar_rute", assignment)


class AssignPage(ActPage):
    """`?kecamatan=` or `?desa=` narrows the households, and ticks them; beside the form stands what people have planned."""

    def form(self, *data):
        asked = self.request.GET
        narrowed = {"district": asked.get("kecamatan", ""), "village": asked.get("desa", "")}
        return self.form_class(*data, subject=self.subject, by=self.request.user, **narrowed)

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        days = plans.days_ahead()
        response.context_data |= {
            "back_url": reverse("verification:list") + "?antrean=tim",
            "days": days,
            "loads": plans.loads(queries.team_choices(self.request.user), days),
        }
        return response

    def after(self, assignment):
        warn_of_full_days(self.request, assignment)
        return super().after(assignment)


class StopsPage(ActPage):
    """An act on some households of a journey; `?hari=` ticks those of one day. Done, one reads what came out of it."""

    def form(self, *data):
        form = super().form(*data)
        day = parse_date(self.request.GET.get("hari", "")) if _is_iso(self.request.GET.get("hari", "")) else None
        if day and not data:
            rows = plans.planned(self.subject).filter(day=day)
            form.fields["proposals"].initial = list(rows.values_list("proposal", flat=True))
        return form

    def after(self, assignment):
        warn_of_full_days(self.request, assignment)
        return super().after(assignment)


def _is_iso(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:  # of the right form, but no such day
        return False


class ExtendPage(ActPage):
    def after(self, assignment):
        warn_of_full_days(self.request, assignment)
        return super().after(assignment)


class LimitsPage(ActPage):
    """For the whole office; back on the page of plans afterwards."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data |= {"back_url": reverse("verification:plan"), "submit_label": "Simpan"}
        return response

    def after(self, result):
        super().after(self.subject)
        return HttpResponseRedirect(reverse("verification:plan"), status=303)


def warn_of_full_days(request, assignment) -> None:
    """Too many households on a day are said, not refused: whoever plans may know a shorter road."""
    for day in plans.days_of(assignment):
        if day.is_too_much:
            messages.warning(request, plans.too_much(day))
