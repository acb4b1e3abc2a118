"""What is in force on a date: by the dates of the decrees, not by when somebody recorded them.

A line begins on the date of the decree that names it and ends on that of the decree that takes it off, puts another
line in its place, or revokes the whole (docs/decisions/0021). On the day of its end it is in force no more.
"""

from datetime import date as Date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Least, Lower

from decrees.models import Decree, Recipient, Removal
from decrees.queries.budget import Totals, family_of, root_of

ORDER = ("village__parent_id", "village_id", "sort_name", "pk")


def with_span(lines: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Each with the last day but one: `ended_on` (a date, or None), and `ended_number`, `ended_ref`, `ended_kind` of the decree."""
    gone = Removal.objects.filter(recipient=OuterRef("pk"), decree__stage=Decree.Stage.SIGNED)
    gone = gone.order_by("decree__date", "decree_id")
    better = Recipient.objects.filter(corrects=OuterRef("pk"))
    first = {name: Subquery(gone.values(f"decree__{name}")[:1]) for name in ("date", "number", "ref", "kind")}
    then = {name: Subquery(better.values(f"decree__{name}")[:1]) for name in ("date", "number", "ref", "kind")}
    # A line that was put right is no longer there to be taken off, so that it has one end only.
    return lines.annotate(
        ended_on=Least(first["date"], then["date"]),
        ended_number=_either(first["number"], then["number"]),
        ended_ref=_either(first["ref"], then["ref"]),
        ended_kind=_either(first["kind"], then["kind"]),
    )


def _either(one, other):
    return Least(one, other)  # one of the two is empty


def on_day(lines: QuerySet[Recipient], day: Date) -> QuerySet[Recipient]:
    """Those of the lines that are in force on a day, by district, village and name."""
    rows = with_span(lines).filter(decree__date__lte=day).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    rows = rows.select_related("decree", "village__parent", "proposal", "corrects__decree")
    return rows.annotate(sort_name=Lower("name")).order_by(*ORDER)


def of_programme(programme, user) -> QuerySet[Recipient]:
    """Every line that a signed decree of the programme ever named, in the user's scope."""
    return Recipient.objects.visible_to(user).filter(decree__programme=programme)


def of_decree(decree, user) -> QuerySet[Recipient]:
    """The same of one decree and of all that amends it."""
    return Recipient.objects.visible_to(user).filter(decree__in=family_of(root_of(decree)))


def of_household(proposal) -> list[Recipient]:
    """Its lines through time, oldest first, each with its span."""
    rows = with_span(Recipient.objects.filter(proposal=proposal)).select_related("decree", "corrects")
    return list(rows.order_by("decree__date", "pk"))


def sums(lines: QuerySet[Recipient]) -> Totals:
    """How many, and how much; one query."""
    row = lines.order_by().aggregate(n=Count("pk"), money=Sum("amount"))
    return Totals(row["n"], row["money"] or 0)


def decrees_on(lines: QuerySet[Recipient]) -> list[dict]:
    """Which decrees these lines come from: `number`, `date`, `ref`, `kind`, `n`, `sum`; oldest first. One query."""
    fields = {"number": "decree__number", "date": "decree__date", "ref": "decree__ref", "kind": "decree__kind"}
    rows = lines.order_by().values(*fields.values()).annotate(n=Count("pk"), sum=Sum("amount"))
    return [
        {name: row[path] for name, path in fields.items()}
        | {"n": row["n"], "sum": row["sum"], "label": Decree.Kind(row["decree__kind"]).label}
        for row in rows.order_by("decree__date", "decree__number")
    ]
