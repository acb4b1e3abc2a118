"""Petikan and salinan of a decree: which were issued, and what they rest on."""

from decrees.models import Decree, Recipient
from decrees.queries.budget import family_of, root_of
from uep.documents.models import OfficialDocument
from uep.documents.queries import document_of, documents_of

EXTRACT, COPY = "petikan_sk", "salinan_sk"
# The signature of a decree is its own; a copy says who certified it, and has its own number and date.
OF_THE_PAPER = {"number", "date", "public"}


def original_of(decree) -> OfficialDocument | None:
    """The issued paper of a signed decree, whatever became of it."""
    return next((document for document in documents_of(decree) if document.paper == decree.paper), None)


def copy_of(decree) -> OfficialDocument | None:
    """The certified copy that is valid now."""
    return document_of(COPY, decree)


def facts_of_original(decree) -> dict:
    """The words of the decree's own paper, frozen at its signature, and the code by which its standing is found."""
    original = original_of(decree)
    facts = {name: value for name, value in original.facts.items() if name not in OF_THE_PAPER}
    return facts | {"copy_of": original.code}


def _of_lines(lines):
    keys = [str(pk) for pk in lines.order_by().values_list("pk", flat=True)]
    rows = OfficialDocument.objects.filter(paper=EXTRACT, subject_type="decrees.recipient", subject_pk__in=keys)
    return rows.select_related("superseded_by")


def extracts_of(decree) -> list[OfficialDocument]:
    """Every extract ever issued from a decree and from what amends it, newest first."""
    return list(_of_lines(Recipient.objects.filter(decree__in=family_of(root_of(decree)))))


def extracts_on(decree, user) -> list[tuple[Recipient, OfficialDocument]]:
    """(line, newest extract) of the decree itself, in the user's scope, by place in the annex."""
    lines = Recipient.objects.visible_to(user).filter(decree=decree)
    found: dict[str, OfficialDocument] = {}
    for document in _of_lines(lines):
        found.setdefault(document.subject_pk, document)
    rows = lines.select_related("village__parent").order_by("position")
    return [(line, found[str(line.pk)]) for line in rows if str(line.pk) in found]


def without_extract(decree: Decree) -> list[Recipient]:
    """Lines in force that have no valid extract, by place in the annex. Two queries."""
    lines = decree.recipients.in_force()
    has = set(_of_lines(lines).current().order_by().values_list("subject_pk", flat=True))
    rows = lines.select_related("village__parent", "proposal").order_by("position")
    return [line for line in rows if str(line.pk) not in has]


def villages_without_extract(decree: Decree) -> list[tuple[str, str, int]]:
    """(code, name, how many) of the villages in which extracts are still to be issued."""
    found: dict[str, list] = {}
    for line in without_extract(decree):
        found.setdefault(line.village_id, [f"{line.village.name}, {line.village.parent.name}", 0])[1] += 1
    return [(code, name, count) for code, (name, count) in found.items()]
