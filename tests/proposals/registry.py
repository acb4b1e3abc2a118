"""An accepted extract of the social registry, and lists of earlier aid, for tests that ask them."""

from datetime import date

from tests.walk import upload
from uep.accounts.models import User
from uep.files.actions import take_in
from uep.social.models import Extract, PastAid, PastAidList, Person, Source


def stored():
    by = User.objects.order_by("pk").first()
    return take_in(upload(), by=by)


def registry(people: list[dict], *, code: str = "dtsen", as_of: date = date(2026, 1, 1)) -> Extract:
    """Accepted by a second person, in force today."""
    source, _ = Source.objects.get_or_create(code=code, defaults={"name": code.upper(), "valid_from": date(2020, 1, 1)})
    one, other = User.objects.order_by("pk")[:2]
    extract = Extract.objects.create(
        source=source,
        period="Triwulan I 2026",
        as_of=as_of,
        file=stored(),
        sha256=f"{as_of}{len(people)}",
        by=one,
        decided_by=other,
        decided_at="2026-01-02T00:00Z",
        stage=Extract.Stage.ACCEPTED,
    )
    Person.objects.bulk_create(Person(extract=extract, **row) for row in people)
    return extract


def person(nik: str, *, kk: str | None = None, **facts) -> dict:
    return {"nik": nik, "kk_number": kk, "name": "Orang"} | facts


def past_aid(giver, programme: str, **facts) -> PastAid:
    held = PastAidList.objects.create(
        giver=giver,
        programme=programme,
        file=stored(),
        sha256=f"{PastAidList.objects.count()}",
        by=User.objects.order_by("pk").first(),
        imported_at="2026-01-02T00:00Z",
    )
    return PastAid.objects.create(list=held, **{"name": "Orang"} | facts)
