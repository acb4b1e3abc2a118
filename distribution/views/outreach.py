"""One briefing session."""

from django.shortcuts import get_object_or_404, render

from distribution import queries
from distribution.models import OutreachSession
from uep.access.access import granted
from uep.access.acts import reads
from uep.documents.queries import documents_of
from uep.ui.paging import page_of


def visible_session(request, ref) -> OutreachSession:
    """A session in scope, or 404."""
    rows = OutreachSession.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("decree__programme", "planned_by", "recorded_by", "photo"), ref=ref)


@reads("distribution.view")
def session(request, ref):
    """Who was invited, who came, with whom they go on."""
    session = visible_session(request, ref)
    rows = queries.attendance_rows(session).order_by()
    counts = queries.sessions(session.decree).get(pk=session.pk)
    context = {
        "session": session,
        "decree": session.decree,
        "counts": counts,
        "page": page_of(request, rows, order=("recipient__position", "pk"), size=50),
        "documents": documents_of(session),
        "villages": () if session.cancelled_at else queries.invited_villages(session, request.user),
        "may_prove": granted(request.user, "distribution.view_proof"),
        "may_invite": granted(request.user, "distribution.plan_session"),
    }
    return render(request, "distribution/session.html", context)
