"""Re-verification: what was drawn and how to prove it, the other team's form, and both visits side by side."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from uep.access.access import granted, why_not
from uep.access.acts import ActPage, AutosavingPage, reads
from uep.files.serve import respond as respond_with_file
from uep.ui.paging import page_of
from verification import queries, sampling
from verification.models import SampleDraw, SecondCheck, SecondPhoto
from verification.queries import second, side_by_side

State = SecondCheck.State


@reads("verification.view")
def second_checks(request):
    """Every check in the reader's area, the newest first; and the draws they came from."""
    rows = second.checks(request.user)
    page = page_of(request, rows, order=("-pk",))
    context = {
        "page": page,
        "draws": list(second.draws(request.user)[:12]),
        "programmes": second.programmes_to_draw(request.user)
        if granted(request.user, "verification.draw_sample")
        else [],
    }
    return render(request, "verification/second_checks.html", context)


@reads("verification.view")
def sample_draw(request, ref):
    """One draw: what came out, who goes, and all that is needed to draw it again."""
    draw = get_object_or_404(second.draws(request.user), ref=ref)
    rows = list(second.checks(request.user).filter(draw=draw).order_by("pk"))
    kept = sorted(draw.checks.values_list("first__ref", flat=True))
    context = {
        "draw": draw,
        "rows": rows,
        "elsewhere": draw.checks_count - len(rows),
        "proof": second.proof_of(draw, request.user),
        "is_proven": kept == sorted(draw.drawn),
        "algorithm": sampling.ALGORITHM,
    }
    return render(request, "verification/sample_draw.html", context)


@reads("verification.view")
def second_check(request, ref):
    """Both visits side by side; of the first one the second team sees nothing before its own is handed in."""
    task = get_object_or_404(second.checks(request.user), ref=ref)
    visit = second.visit_of(task)
    may_compare = second.may_compare(request.user, task)
    rows = side_by_side.rows_of(task.first, visit) if visit and visit.submitted_at and may_compare else []
    photos = second.photos_of(visit)
    firsts = list(queries.photos_shown().filter(visit=task.first)) if may_compare else []
    is_mine = why_not(request.user, "verification.record_second_visit", task) is None
    context = {
        "task": task,
        "visit": visit,
        "may_compare": may_compare,
        "rows": rows,
        "large": side_by_side.large_in(rows),
        "large_rule": side_by_side.LARGE,
        "photos": photos,
        "first_photos": firsts,
        "seen_elsewhere": queries.seen_elsewhere(photos) if photos else set(),
        "words": second.words_of(task),
        "is_mine": is_mine,
        "lacking": queries.lacking(visit) if visit and is_mine and visit.found != visit.Found.AWAY else [],
    }
    return render(request, "verification/second_check.html", context)


@reads("verification.view")
def second_photo(request, ref):
    """A photo of a second visit; `?kecil` is the small one."""
    photo = get_object_or_404(SecondPhoto.objects.visible_to(request.user).select_related("file"), ref=ref)
    variant = "thumb" if "kecil" in request.GET else "full"
    return respond_with_file(photo.file, variant=variant, download="unduh" in request.GET, request=request)


class DrawPage(ActPage):
    """`hitung` says how many it would be, and draws nothing."""

    counted = None

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data |= {"counted": self.counted, "back_url": reverse("verification:second_checks")}
        return response

    def post(self, request, **kwargs):
        if "hitung" not in request.POST:
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        form.fields["reason"].required = False  # to count one needs no reason yet
        form.fields["reason"].min_length = None
        form.fields["reason"].validators = []
        if not form.is_valid():
            return self.render(form, status=422)
        self.counted = f"{form.number} dari {form.size} kunjungan akan terundi."
        return self.render(form)

    def after(self, draw: SampleDraw):
        response = super().after(draw)
        messages.info(self.request, f"Terundi {draw.size_label}.")
        return response


class SecondVisitPage(AutosavingPage):
    """Saved while one writes, as the first visit is."""

    needed = frozenset({"visited_at", "found"})


class ConcludePage(ActPage):
    """With the large differences beside the decision."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        visit = second.visit_of(self.subject)
        rows = side_by_side.rows_of(self.subject.first, visit) if visit and visit.submitted_at else []
        response.context_data |= {
            "large": side_by_side.large_in(rows),
            "is_compared": bool(rows),
            "words": second.words_of(self.subject),
        }
        return response
