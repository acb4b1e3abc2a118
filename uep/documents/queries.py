"""Which paper was issued about what."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from procrastinate.contrib.django.models import ProcrastinateJob

from uep.documents.models import HeldNumber, NumberCounter, NumberSeries, OfficialDocument
from uep.documents.papers import PAPERS


def subject_key(subject) -> dict:
    """How a document points at the record it is about: label of its model, and its key."""
    return {
        "subject_type": subject._meta.label_lower,  # noqa: SLF001
        "subject_pk": str(subject.pk),
    }


def document_of(paper: str, subject) -> OfficialDocument | None:
    """The current document of this kind about this subject, whatever the state of its rendering; None before issue."""
    return OfficialDocument.objects.current().filter(paper=paper, **subject_key(subject)).first()


def documents_of(subject) -> list[OfficialDocument]:
    """Every document ever issued about the subject, newest first, amended and revoked ones included.

    Not filtered by viewer: whoever may see the subject may see what was issued about it, and the download asks again.
    """
    return list(OfficialDocument.objects.filter(**subject_key(subject)).select_related("superseded_by"))


def documents_of_many(subjects) -> dict:
    """The same for a page of subjects of one model, in one query: subject pk -> documents, newest first."""
    pks = {str(subject.pk): subject.pk for subject in subjects}
    found: dict = {pk: [] for pk in pks.values()}
    if pks:
        rows = OfficialDocument.objects.filter(
            subject_type=subject_key(subjects[0])["subject_type"], subject_pk__in=pks
        )
        for document in rows.select_related("superseded_by"):
            found[pks[document.subject_pk]].append(document)
    return found


def original_of(copy: OfficialDocument) -> OfficialDocument | None:
    """The paper that this one is a copy or an extract of; None for any other."""
    code = copy.facts.get("copy_of")
    return OfficialDocument.objects.filter(code=code).select_related("superseded_by").first() if code else None


def is_being_rendered(document: OfficialDocument) -> bool:
    """Is a job for it waiting or at work? (A job whose workers kept dying is given up: then nothing is under way.)"""
    if document.is_ready or document.is_failed:
        return False
    live = ProcrastinateJob.objects.filter(task_name="documents.render", status__in=["todo", "doing"])
    return live.filter(args__document_id=document.pk).exists()


def numbers_given(year: int):
    """Every series, each with `given`: the last number of that year, None before the first."""
    last = NumberCounter.objects.filter(series=OuterRef("pk"), year=year).values("last")
    return NumberSeries.objects.annotate(given=Subquery(last))


def by_hand(series: NumberSeries) -> bool:
    """May numbers of this series be taken by hand? Where one of its papers can bear them."""
    return any(paper.number_by_hand for paper in PAPERS.values() if paper.series == series.code)


def held_numbers(series: NumberSeries, year: int) -> QuerySet[HeldNumber]:
    """Numbers of the series that a person took, of that year's days, in the order of the book."""
    rows = series.held.filter(date__year=year).select_related("by", "released_by", "document")
    return rows.order_by("sequence", "suffix", "pk")


def papers_numbered(series: NumberSeries, year: int, user) -> QuerySet[OfficialDocument]:
    """Papers of that year's days with a number of the series, as far as the user may see them, the newest first."""
    rows = OfficialDocument.objects.visible_to(user).filter(number_series=series, facts__date__startswith=f"{year}-")
    return rows.select_related("issued_by", "held_number").defer("facts").annotate(day=KT("facts__date"))
