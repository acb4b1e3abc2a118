"""Which paper was issued about what."""

from uep.documents.models import OfficialDocument


def subject_key(subject) -> dict:
    """How a document points at the record it is about: label of its model, and its key."""
    return {"subject_type": subject._meta.label_lower, "subject_pk": subject.pk}


def document_of(paper: str, subject) -> OfficialDocument | None:
    """The current document of this kind about this subject, whatever the state of its rendering; None before issue."""
    return OfficialDocument.objects.current().filter(paper=paper, **subject_key(subject)).first()


def documents_of(subject) -> list[OfficialDocument]:
    """Every document ever issued about the subject, newest first, amended and revoked ones included.

    Not filtered by viewer: whoever may see the subject may see what was issued about it, and the download asks again.
    """
    return list(OfficialDocument.objects.filter(**subject_key(subject)).select_related("superseded_by"))


def documents_of_many(subjects) -> dict[int, list[OfficialDocument]]:
    """The same for a page of subjects of one model, in one query: subject pk -> documents, newest first."""
    subjects = list(subjects)
    found: dict[int, list[OfficialDocument]] = {subject.pk: [] for subject in subjects}
    if subjects:
        rows = OfficialDocument.objects.filter(subject_type=subjects[0]._meta.label_lower, subject_pk__in=found)
        for document in rows.select_related("superseded_by"):
            found[document.subject_pk].append(document)
    return found
