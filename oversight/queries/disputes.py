"""What somebody must decide: objections, namesakes, pleas, visits told twice; windows that have closed."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse

from proposals.eligibility import in_the_way
from proposals.models import Proposal
from proposals.queries import duplicates
from proposals.queries.exceptions import asking
from proposals.rules import EXCEPTABLE
from uep.access.access import granted
from verification.queries import objections, reports

MOST = 40  # lines of one kind; beyond that the list page serves


def lines(user) -> Iterator[dict]:
    """Lines of work as oversight.queries.desk.Task takes them."""
    if granted(user, "verification.decide_objection"):
        for objection in objections.to_answer(user).order_by("due_at", "pk")[:MOST]:
            yield {
                "title": f"Jawab sanggahan tentang {objection.proposal.name}",
                "url": objection.get_absolute_url(),
                "where": objection.proposal.village.title,
                "due": objection.due_at,
                "state": objection.get_kind_display(),
                "tone": "danger",
            }
    if granted(user, "proposals.decide_case"):
        row = duplicates.cases(user, decision="open").order_by().aggregate(n=Count("pk"), due=Min("proposal__due_at"))
        if row["n"]:
            yield {
                "title": f"Putuskan {row['n']} dugaan ganda",
                "url": f"{reverse('proposals:duplicates')}?keadaan=open",
                "where": "usulan tidak dapat diteruskan sebelum diputuskan",
                "due": row["due"],
                "state": "dugaan ganda",
                "tone": "warning",
            }
    if granted(user, "verification.adopt_report"):
        for report in reports.to_decide(user)[:MOST]:
            yield {
                "title": f"Putuskan laporan ponsel tentang {report.proposal.name}",
                "url": report.get_absolute_url(),
                "where": report.trouble,
                "due": report.proposal.due_at,
                "state": "berselisih",
                "tone": "danger",
            }
    if granted(user, "proposals.override_rule"):
        for proposal in _pleas(user)[:MOST]:
            yield {
                "title": f"Putuskan permohonan pengecualian {proposal.name}",
                "url": proposal.get_absolute_url(),
                "where": proposal.village.title,
                "due": proposal.due_at,
                "state": "mohon pengecualian",
                "tone": "warning",
            }
    if granted(user, "verification.publish"):
        for row in objections.closed_windows():
            yield {
                "title": f"Masa sanggah {row['n']} desa/kelurahan selesai",
                "url": f"{reverse('verification:publications')}?program={row['programme__ref']}&keadaan=over",
                "where": f"{row['programme__name']} {row['programme__year']}: yang layak dapat masuk draf SK",
                "state": "selesai",
                "tone": "success",
            }


def _pleas(user) -> list[Proposal]:
    """Households that still are against a rule from which their village asks for an exception; one query while none is."""
    rows = Proposal.objects.visible_to(user).filter(state__in=EXCEPTABLE, pleas__isnull=False).distinct()
    waiting = asking(rows.select_related("village").order_by("due_at", "pk"))
    unmet = in_the_way(waiting)
    return [row for row in waiting if any(finding.plea for finding in unmet.get(row.pk, []))]
