"""The order of a programme's households: as it is, as it would be by other terms, and as it was applied."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from proposals.models import Programme
from uep.access.acts import ActPage, reads
from uep.documents.queries import documents_of
from uep.files.sheets import XLSX
from uep.ui.indonesian import angka, rupiah, tanggal
from uep.ui.paging import Page, page_of
from verification import exports, scoring
from verification.forms.ranking import WhatIfForm
from verification.models import RankingLine, RankingRun
from verification.queries import instruments, reserves
from verification.queries import ranking as queries
from verification.scoring import Outcome

SIZE = 50
MOST_SHOWN = 200  # names of a difference; the sheet has them all
HELD = RankingLine.Outcome.HELD


def _programme(request, ref) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(request.user), ref=ref)


@reads("verification.view_ranking")
def ranking(request, ref):
    """The ranking by today's terms, or by those of the query string; nothing is saved."""
    programme = _programme(request, ref)
    field = queries.field_of(programme, request.user)
    today = field.ranked()
    form = WhatIfForm(request.GET, terms=field.terms, names=field.limitable, criteria=field.criteria)
    is_what_if = form.terms != field.terms
    standing = field.ranked(form.terms) if is_what_if else today
    context = {
        "programme": programme,
        "form": form,
        "is_what_if": is_what_if,
        "standing": standing,
        "today": today,
        "totals": standing.totals,
        "totals_today": today.totals,
        "page": _page(request, [_line(row, standing.held) for row in standing.placed], standing.criteria),
        "regions": _regions(standing),
        "aside": standing.aside[:MOST_SHOWN],
        "runs": list(queries.runs_of(programme)[:5]),
        "next": reserves.next_in_line([programme]).get(programme.pk, []),
        "given_note": f"sudah terisi {angka(standing.given)}",
        "promised_note": f"sudah dijanjikan {rupiah(standing.promised)}",
        "query": f"?{request.GET.urlencode()}" if is_what_if else "",
        "no_pass_mark": scoring.NO_CUTOFF,
        "tie_rule": scoring.tie_sentence(),
        "unasked": instruments.unasked(programme, queries.COMPETING, standing.instrument),
        "is_over_shared": scoring.faults_of(programme.quota, field.terms.shares, field.names).get("", ""),
    }
    if is_what_if:
        context |= _difference(today, standing)
    return render(request, "verification/ranking.html", context)


@reads("verification.view_ranking")
def ranking_xlsx(request, ref):
    """The same ranking and the same totals, whole, by the same query string."""
    programme = _programme(request, ref)
    field = queries.field_of(programme, request.user)
    form = WhatIfForm(request.GET, terms=field.terms, names=field.limitable, criteria=field.criteria)
    standing = field.ranked(form.terms)
    content = exports.ranking_xlsx(standing, by=request.user, is_what_if=form.terms != field.terms)
    name = f"peringkat-{programme.year}-{timezone.localdate():%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@reads("verification.view_ranking")
def ranking_run(request, ref):
    """A ranking that was applied, as it stood then."""
    rows = RankingRun.objects.visible_to(request.user).select_related("programme", "by", "instrument")
    run = get_object_or_404(rows, ref=ref)
    page = page_of(request, queries.lines_of(run), order=("position", "pk"), size=SIZE)
    for line in page:
        line.parts = scoring.parts_of(line.its_score, run.criteria)
    counted = queries.outcomes_of(run)
    context = {
        "run": run,
        "page": page,
        "outcomes": [(outcome, counted[outcome.value]) for outcome in RankingLine.Outcome if outcome.value in counted],
        "weights": scoring.by_group(run.weights, run.criteria),
        "shares": [(name, run.shares[code]) for code, name in sorted(queries.names_of(run.shares).items())],
        "tie_rule": scoring.tie_sentence(run.tie_order),
        "documents": documents_of(run),
    }
    return render(request, "verification/ranking_run.html", context)


# Parts ----------------------------------------------------------------------------------------------------------------


def _line(row, held) -> dict:
    shown = row.entry.shown
    outcome = HELD if row.entry.pk in held else RankingLine.Outcome(row.outcome.value)
    return {
        "position": row.position,
        "ref": shown["ref"],
        "name": shown["name"],
        "place": " · ".join(shown["places"].values()),
        "state": shown["state"],
        "amount": row.entry.amount,
        "score": row.score,
        "outcome": outcome,
        "why": held.get(row.entry.pk, row.why),
    }


def _page(request, lines, criteria) -> Page:
    """A page of a list that is in memory already: the whole has to be ranked before its first line is known."""
    asked = request.GET.get("hal", "")
    last = max((len(lines) - 1) // SIZE, 0)
    number = min(int(asked) - 1 if asked.isdecimal() and int(asked) else 0, last)
    rows = lines[number * SIZE : (number + 1) * SIZE]
    for row in rows:
        row["parts"] = scoring.parts_of(row["score"], criteria)

    def address(page: int) -> str:
        query = request.GET.copy()
        query["hal"] = page + 1
        return f"?{query.urlencode()}"

    return Page(
        rows=rows,
        next_url=address(number + 1) if number < last else "",
        previous_url=address(number - 1) if number else "",
        first_url=address(0) if number else "",
    )


def _regions(standing) -> list[dict]:
    """Districts, and villages with a share: how many may, how many have, how many would and would not get a place."""
    rows: dict[str, dict] = {}

    def row(code):
        empty = {"name": standing.names.get(code, code), "share": standing.terms.shares.get(code), "given": 0}
        return rows.setdefault(code, empty | {"eligible": 0, "waiting": 0})

    for taken in standing.taken:
        row(taken.district)["given"] += taken.count
        row(taken.village)["given"] += taken.count
    for placed in standing.placed:
        for code in (placed.entry.district, placed.entry.village):
            row(code)["eligible" if placed.outcome == Outcome.ELIGIBLE else "waiting"] += 1
    for code in standing.terms.shares:
        row(code)
    shown = sorted(code for code in rows if code.count(".") == 2 or code in standing.terms.shares)
    return [rows[code] | {"is_village": code.count(".") == 3} for code in shown]


def _difference(today, other) -> dict:
    """Who would come in and who would drop out against today's terms."""
    before = {row.entry.pk: row for row in today.placed}
    after = {row.entry.pk: row for row in other.placed}
    changed = [key for key in after if after[key].outcome != before[key].outcome]

    def side(outcome):
        keys = [key for key in changed if after[key].outcome == outcome]
        return [
            {
                "name": after[key].entry.shown["name"],
                "ref": after[key].entry.shown["ref"],
                "place": " · ".join(after[key].entry.shown["places"].values()),
                "from": before[key].position,
                "to": after[key].position,
                "why": after[key].why,
            }
            for key in keys
        ]

    return {"coming": side(Outcome.ELIGIBLE), "dropping": side(Outcome.WAITING)}


# Pages of acts --------------------------------------------------------------------------------------------------------


class TermsPage(ActPage):
    """What ranking goes by: back to the ranking."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data |= {"back_url": ranking_url(self.subject), "submit_label": "Simpan", "no_pass_mark": scoring.NO_CUTOFF,
                                  "tie_rule": scoring.tie_sentence()}  # fmt: skip
        return response

    def after(self, programme):
        super().after(programme)
        return HttpResponseRedirect(ranking_url(programme), status=303)


class ApplyPage(ActPage):
    """Shows who moves where before anything moves. After a refusal it shows what has come out meanwhile."""

    def render(self, form=None, errors=(), status=200):
        if errors:
            form = self.form()
        response = super().render(form, errors, status)
        standing = form.standing
        seen = self.request.GET.get("seen", "")
        lines = [_line(row, standing.held) for row in standing.placed]
        response.context_data |= {
            "back_url": ranking_url(self.subject),
            "standing": standing,
            "totals": standing.totals,
            "is_changed": bool(seen) and seen != standing.fingerprint,
            "held": [line for line in lines if line["outcome"] == HELD],
            "eligible": [line for line in lines if line["outcome"] == RankingLine.Outcome.ELIGIBLE],
            "waiting": [line for line in lines if line["outcome"] == RankingLine.Outcome.WAITING],
            "tie_rule": scoring.tie_sentence(),
            "day": tanggal(timezone.localdate()),
        }
        return response


def ranking_url(programme) -> str:
    return reverse("verification:ranking", args=[programme.ref])
