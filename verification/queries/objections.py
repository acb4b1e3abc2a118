"""The objection window: what is to be published, what stands in the way of a decree, who may answer."""

import re
from collections.abc import Collection
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from proposals.flow import State
from proposals.models import Programme, Proposal
from uep.ui.indonesian import tanggal
from verification.models import Objection, Publication, PublishedName

# Outcomes that everyone may read, in the order of the list.
PUBLISHED = (State.ELIGIBLE, State.WAITLISTED, State.INELIGIBLE)
# By which a result came about; whoever did one of them does not answer an objection to it (design, law 2).
JUDGING = (
    "verification.approve",
    "verification.waitlist",
    "verification.decline",
    "verification.promote",
    "verification.reject",
)
Kind = Objection.Kind
# What one may say against each result.
KINDS = {
    State.ELIGIBLE: (Kind.AGAINST,),
    State.WAITLISTED: (Kind.AGAINST, Kind.FOR),
    State.INELIGIBLE: (Kind.FOR,),
}


# What is published ----------------------------------------------------------------------------------------------------


def to_publish(programme) -> QuerySet[Proposal]:
    """Households with a result that no standing list shows as it is now."""
    return _unpublished().filter(programme=programme)


def _unpublished() -> QuerySet[Proposal]:
    shown = PublishedName.objects.filter(proposal=OuterRef("pk"), publication__withdrawn_at=None).order_by("-pk")
    rows = Proposal.objects.filter(state__in=PUBLISHED)
    rows = rows.annotate(shown_as=Subquery(shown.values("outcome")[:1]))
    return rows.filter(Q(shown_as=None) | ~Q(shown_as=F("state")))


def villages_to_publish(programme) -> list[dict]:
    """Villages with results to publish: `village`, `place`, `district`, `kind` and how many of each. One query."""
    counts = {state.value: Count("pk", filter=Q(state=state)) for state in PUBLISHED}
    rows = (
        to_publish(programme)
        .order_by()
        .values("village", place=F("village__name"), district=F("village__parent__name"))
    )
    return list(rows.annotate(**counts).order_by("district", "place"))


def programmes_to_publish() -> list[Programme]:
    """Programmes with results that were decided and not published, newest first. One query."""
    waiting = _unpublished().filter(programme=OuterRef("pk"))
    return list(Programme.objects.filter(Exists(waiting)).order_by("-year", "name"))


def publications(user) -> QuerySet[Publication]:
    """Lists in the user's scope with `households`, `objections_made` and how many of those are `unanswered`."""
    lines = PublishedName.objects.filter(publication=OuterRef("pk"))
    made = Objection.objects.filter(publication=OuterRef("pk"))
    return (
        Publication.objects.visible_to(user)
        .select_related("village__parent", "programme")
        .annotate(
            households=_counted(lines),
            objections_made=_counted(made),
            unanswered=_counted(made.filter(decision="")),
        )
    )


def _counted(rows):
    counted = rows.order_by().values("publication").annotate(number=Count("pk")).values("number")
    return Subquery(counted)


def names_of(publication) -> QuerySet[PublishedName]:
    """Its lines with their household as it is now; two queries less than one a line."""
    return publication.names.select_related("proposal")


def publication_behind(code: str) -> Publication | None:
    """The list at a public address."""
    rows = Publication.objects.select_related("village__parent", "programme")
    return rows.filter(code=code.upper()).first()


def totals_of(names: Collection[PublishedName]) -> list[tuple[State, int]]:
    """(outcome, how many) of the lines of a list."""
    return [(state, number) for state in PUBLISHED if (number := sum(row.outcome == state for row in names))]


def last_publication(proposal) -> Publication | None:
    """The newest standing list that shows the household."""
    return Publication.objects.filter(names__proposal=proposal, withdrawn_at=None).order_by("-pk").first()


# What stands in the way -----------------------------------------------------------------------------------------------


def in_an_open_window(day: date | None = None, *, household: str = "pk") -> Exists:
    """Is the outer proposal on a list whose window has not closed?"""
    lines = PublishedName.objects.filter(
        proposal=OuterRef(household),
        publication__withdrawn_at=None,
        publication__closes_on__gte=day or timezone.localdate(),
    )
    return Exists(lines)


def with_an_open_objection(*, household: str = "pk") -> Exists:
    """Does an objection about the outer proposal wait for its answer?"""
    return Exists(Objection.objects.open().filter(proposal=OuterRef(household)))


def came_after_the_list() -> Q:
    """Was the outer proposal with the office when its village was told a provisional list, and never on one itself?

    Whoever is found eligible afterwards is published first, or the window would be a door beside the wall. To have been
    on a list as waiting is enough: everybody could object then, too. A later letter is a matter of its own.
    """
    told = Publication.objects.filter(
        programme=OuterRef("programme"),
        village=OuterRef("village"),
        withdrawn_at=None,
        at__gt=OuterRef("letter__submitted_at"),
    )
    shown = PublishedName.objects.filter(
        proposal=OuterRef("pk"), publication__withdrawn_at=None, outcome__in=[State.ELIGIBLE, State.WAITLISTED]
    )
    return Q(Exists(told)) & ~Q(Exists(shown))


def disputed() -> Q:
    """Households that no decree may name yet; for `filter` and `exclude` over proposals."""
    return Q(with_an_open_objection()) | Q(in_an_open_window()) | came_after_the_list()


def disputes(households: QuerySet[Proposal]) -> list[tuple[Proposal, str]]:
    """(household, sentence) for each of these that no decree may name yet. One query."""
    rows = households.filter(disputed()).order_by("name", "pk")
    open_lists = PublishedName.objects.filter(proposal=OuterRef("pk"), publication__withdrawn_at=None)
    rows = rows.annotate(
        objected=with_an_open_objection(),
        closes_on=Subquery(
            open_lists.order_by().values("proposal").annotate(last=Max("publication__closes_on")).values("last")
        ),
    )
    return [(row, _obstacle(row)) for row in rows.only("pk", "ref", "name")]


def _obstacle(row) -> str:
    if row.objected:
        return f"Sanggahan tentang {row.name} belum dijawab."
    if row.closes_on is None or row.closes_on < timezone.localdate():
        return f"{row.name} belum diumumkan sebagai layak atau cadangan, sedangkan desanya sudah; umumkan dahulu."
    return f"Masa sanggah {row.name} berjalan sampai {tanggal(row.closes_on)}."


# Objections -----------------------------------------------------------------------------------------------------------


def objections(
    user, *, search: str = "", programme=None, place: str = "", standing: str = "", kind: str = ""
) -> QuerySet[Objection]:
    """Objections in the user's scope, for the list. `search`: words of the household's name, or a reference."""
    rows = Objection.objects.visible_to(user).select_related("proposal__village__parent", "proposal__programme")
    if search:
        named = Q(ref=search.strip().upper())
        if words := re.findall(r"\w+", search):
            by_name = Q()
            for word in words:
                by_name &= Q(proposal__name__icontains=word)
            named |= by_name
        rows = rows.filter(named)
    if programme:
        rows = rows.filter(proposal__programme=programme)
    if place:
        rows = rows.filter(Q(proposal__village=place) | Q(proposal__village__parent=place))
    if standing:
        rows = rows.filter(decision="" if standing == "open" else standing)
    if kind:
        rows = rows.filter(kind=kind)
    return rows


def judged_by(user, proposal) -> bool:
    """Did this person decide the household's result, in whatever round?"""
    return proposal.steps.filter(act__in=JUDGING, by=user).exists()


def same_words(proposal, *, kind: str, reason: str, channel: str) -> Objection | None:
    """An unanswered objection that says the same: a form that was sent twice."""
    return Objection.objects.open().filter(proposal=proposal, kind=kind, reason=reason, channel=channel).first()


def received_since(publication, moment) -> int:
    """How many objections came in over the public page of a list since then."""
    return publication.objections.filter(channel=Objection.Channel.PUBLIC, at__gte=moment).count()


# For the desk ---------------------------------------------------------------------------------------------------------


def to_answer(user) -> QuerySet[Objection]:
    """What this person may answer: in the area, and of households that were not visited or judged by themselves."""
    mine = Q(proposal__visits__by=user) | Q(proposal__assignments__leader=user) | Q(proposal__assignments__members=user)
    rows = (
        Objection.objects.visible_to(user)
        .open()
        .exclude(
            pk__in=Objection.objects.open()
            .filter(mine | Q(proposal__steps__act__in=JUDGING, proposal__steps__by=user))
            .values("pk")
        )
    )
    return rows.select_related("proposal__village")


def closed_windows() -> list[dict]:
    """By programme: how many lists are past their window with households that a decree may name now. One query."""
    ready = PublishedName.objects.filter(publication=OuterRef("pk"), proposal__state=State.ELIGIBLE).exclude(
        with_an_open_objection(household="proposal")
    )
    rows = Publication.objects.filter(Exists(ready), closes_on__lt=timezone.localdate(), withdrawn_at=None)
    return list(
        rows.order_by("programme")
        .values("programme__ref", "programme__name", "programme__year")
        .annotate(n=Count("village", distinct=True), since=Max("closes_on"))
    )
