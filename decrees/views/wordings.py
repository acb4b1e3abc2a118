"""What decrees say: the versions, one of them whole, and its writing with the final paper beside it."""

import copy
from base64 import b64encode

from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from decrees import queries
from decrees.models import Decree, Wording
from decrees.tags import PARTS, paragraphs, place
from uep.access.acts import ActPage, reads
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from uep.files.codes import pictures_of

DPI = 80  # a page of F4 is 680 pixels wide
LINES_LOOKED_AT = 60  # of the annex; a list of thousands is looked at as PDF
ENTRIES_TOLD = 3
PAPER_OF = {
    Wording.Kind.ORIGINAL: "sk",
    Wording.Kind.AMENDMENT: "sk_perubahan",
    Wording.Kind.REVOCATION: "sk_pencabutan",
}


@reads("decrees.view_wordings")
def wordings(request):
    """Every kind and signatory, with the version in force, a draft, and those before."""
    return render(request, "decrees/wordings.html", {"groups": queries.wordings(request.user)})


@reads("decrees.view_wordings")
def wording(request, ref):
    """One version as it reads, and what is different from another; `?banding=` is the number of that one."""
    rows = Wording.objects.visible_to(request.user).select_related("made_by", "in_force_by")
    wording = get_object_or_404(rows, ref=ref)
    versions = list(queries.versions_beside(wording, request.user))
    asked = request.GET.get("banding", "")
    other = next((row for row in versions if asked == str(row.number)), None)
    other = other or next((row for row in versions if row.number < wording.number), None)
    context = {
        "wording": wording,
        "parts": [
            (heading, [(place(part, index), row) for index, row in enumerate(paragraphs(wording.texts[part]))])
            for part, heading in PARTS.items()
        ],
        "versions": versions,
        "other": other,
        "changes": queries.changed_parts(wording, other) if other else [],
        "decrees": wording.decrees.count(),
    }
    return render(request, "decrees/wording.html", context)


# Pages of acts --------------------------------------------------------------------------------------------------------


@method_decorator(sensitive_post_parameters(), name="dispatch")
class LookingPage(ActPage):
    """Writes text with the final paper beside it: "Lihat" draws what stands in the boxes and saves nothing.

    With htmx the paper alone is answered, so that it is drawn anew while one types; without it the whole page.
    """

    def post(self, request, **kwargs):
        if "lihat" not in request.POST:
            return super().post(request, **kwargs)
        form = self.form(request.POST)
        looked = self.look(form) if form.is_valid() else {"faults": self.faults(form)}
        response = self.render(form)
        response.context_data |= {"looked": looked}
        if request.htmx:
            response.template_name = "decrees/_looked.html"
        return response

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        response.context_data |= {"submit_label": "Simpan", "tags": queries.tags_for(self.subject.kind)}
        return response

    @staticmethod
    def faults(form) -> list[str]:
        """What is wrong in the boxes, each with its place; what a box cannot be without names the box."""
        labels = {name: field.label for name, field in form.fields.items()}
        return [
            sentence
            if sentence.startswith(labels.get(name) or "\0")
            else f"{labels.get(name) or 'Formulir'}: {sentence}"
            for name, sentences in form.errors.items()
            for sentence in sentences
        ]

    def tried(self, form) -> Decree:
        """The decree to be drawn, with the words of the form; nothing of it is ever saved."""
        raise NotImplementedError

    def look(self, form) -> dict:
        decree = self.tried(form)
        decree.only_first = LINES_LOOKED_AT
        paper = PAPERS.get(PAPER_OF[decree.kind]) or PAPERS["sk"]
        values = queries.values_of(decree, paper.facts(decree))
        explained = queries.tags_for(decree.kind)
        return {
            "pages": [b64encode(page).decode() for page in pictures_of(pdf(paper, decree), dpi=DPI)],
            "tags": [(name, explained[name], *_told(value)) for name, value in values.items()],
            "cut": queries.material_of(decree).totals.count > LINES_LOOKED_AT,
            "lines": LINES_LOOKED_AT,
        }


def _told(value) -> tuple[list[str], int]:
    """What a tag gives: some of its entries, and how many more there are."""
    entries = value.entries if value.entries is not None else (value.text,) if value.text else ()
    return list(entries[:ENTRIES_TOLD]), max(0, len(entries) - ENTRIES_TOLD)


class WordingPage(LookingPage):
    """A version of the wording, tried on a sample or on a decree that is being drafted."""

    def tried(self, form):
        trial = copy.copy(self.subject)
        for part in PARTS:
            setattr(trial, part, form.cleaned_data[part])
        decree = form.drafts.get(form.cleaned_data["sample"])
        if decree is None:
            return queries.sample_decree(trial)
        decree.wording, decree.considerations, decree.clauses = trial, trial.considerations, ""
        return decree

    def do(self, facts):
        return super().do({name: value for name, value in facts.items() if name != "sample"})


class WordsPage(LookingPage):
    """The words of one draft."""

    def tried(self, form):
        decree, facts = self.subject, form.cleaned_data
        decree.title, decree.considerations, decree.clauses = facts["title"], facts["considerations"], facts["clauses"]
        if facts.get("renew") or decree.wording is None:
            decree.wording = queries.wording_in_force(decree.kind, queries.due_signatory(decree))
        return decree
