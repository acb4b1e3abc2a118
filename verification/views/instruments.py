"""The instrument of a programme's visits: its versions, one of them whole, and how it looks as form and as sheet."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from proposals.models import Programme
from uep.access.acts import ActPage, reads
from uep.documents.render import respond as respond_with_paper
from verification import questions
from verification.forms.answers import PreviewForm
from verification.models import Instrument
from verification.queries import instruments as queries


def _version(request, ref) -> Instrument:
    rows = Instrument.objects.visible_to(request.user).select_related(
        "programme", "made_by", "in_force_by", "discarded_by"
    )
    return get_object_or_404(rows, ref=ref)


@reads("verification.view")
def instruments(request, ref):
    """The versions of a programme, each with what it changed."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), ref=ref)
    versions = queries.versions_of(programme, request.user)
    for version in versions:
        earlier = next((row for row in versions if row.number < version.number and not row.is_discarded), None)
        version.changes = questions.compared(earlier.definition, version.definition) if earlier else []
    context = {"programme": programme, "versions": versions, "first": None if versions else queries.in_force(programme)}
    return render(request, "verification/instruments.html", context)


@reads("verification.view")
def instrument(request, ref):
    """One version: its questions, and what is different from another; `?banding=` is the number of that one."""
    instrument = _version(request, ref)
    versions = [row for row in queries.versions_of(instrument.programme, request.user) if row != instrument]
    asked = request.GET.get("banding", "")
    other = next((row for row in versions if asked == str(row.number)), None)
    before = (row for row in versions if row.number < instrument.number and not row.is_discarded)
    other = other or next(before, None)
    rows = instrument.definition
    context = {
        "instrument": instrument,
        "parts": [
            (part.title, [_shown(number, row, rows) for number, row in part.rows]) for part in questions.parts(rows)
        ],
        "weight": sum(row.weight for row in rows),
        "other": other,
        "changes": questions.compared(other.definition, rows) if other else [],
        "versions": versions,
        "visits": queries.visits_by(instrument),
    }
    return render(request, "verification/instrument.html", context)


def _shown(number, question, rows) -> dict:
    """A question as the page of its version tells it."""
    facts = questions.described(question, rows)
    return {
        "number": number,
        "question": question,
        "kind": facts["Jenis jawaban"],
        "choices": facts["Pilihan jawaban"],
        "need": "" if question.need == questions.Need.OPTIONAL else facts["Kewajiban"],
        "photo": facts["Foto"],
        "is_first": number == 1,
        "is_last": number == len(rows),
    }


@reads("verification.view")
def instrument_form(request, ref):
    """The questions as the form of the visit will ask them."""
    instrument = _version(request, ref)
    form = PreviewForm(subject=instrument, by=request.user)
    return render(request, "verification/instrument_form.html", {"instrument": instrument, "form": form})


@reads("verification.view")
def instrument_sheet(request, ref):
    """The sheet that is filled in by hand, without a household on it."""
    return respond_with_paper("contoh_lembar", _version(request, ref))


# Pages of acts --------------------------------------------------------------------------------------------------------


class QuestionPage(ActPage):
    """One question of a draft: the address names it beside its version."""

    def dispatch(self, request, *args, code="", **kwargs):
        self.code = code
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, **kwargs):
        if self.code and self.subject.question(self.code) is None:
            raise Http404
        return super().get(request, **kwargs)

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data |= {"question": self.subject.question(self.code), "submit_label": "Simpan"}
        return response

    def do(self, facts):
        return super().do(facts | ({"code": self.code} if self.code else {}))

    def after(self, instrument):
        """Back to where one was in the list."""
        super().after(instrument)
        anchor = f"#{self.code}" if self.code and instrument.question(self.code) else "#pertanyaan"
        return HttpResponseRedirect(f"{instrument.get_absolute_url()}{anchor}", status=303)


class WriteQuestionPage(QuestionPage):
    def form(self, *data):
        return self.form_class(*data, subject=self.subject, by=self.request.user, code=self.code)


class RemoveQuestionPage(QuestionPage):
    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["submit_label"] = "Keluarkan"
        return response
