"""The pages of acts that need more than a form and a button."""

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from proposals.actions.freezing import is_neighbour
from proposals.forms.proposals import AttachForm
from proposals.queries import proposals as queries
from proposals.requirements import open_codes
from proposals.views.papers import paper_rows
from uep.access.access import RULES
from uep.access.acts import ActPage, AutosavingPage
from uep.accounts.queries import disclosures_today


class SavingPage(ActPage):
    """Its button says what it does: what was typed is saved."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["submit_label"] = "Simpan"
        return response


class DraftPage(ActPage):
    """After the name comes the rest."""

    def after(self, proposal):
        return HttpResponseRedirect(reverse("proposals:edit", args=[proposal.ref]), status=303)


class EditPage(SavingPage, AutosavingPage):
    """Saved while one types, and by the button."""


class FillPage(ActPage):
    """What was typed is saved, the rest filled; the operator goes on where it stands."""

    def after(self, proposal):
        tell, sentence = messages.success, RULES[self.act].done
        if proposal.person is None:
            tell, sentence = (
                messages.warning,
                "NIK ini tidak ada di data sosial. Isian Anda tersimpan, tidak ada yang diisi.",
            )
        elif not is_neighbour(proposal, proposal.person):
            tell, sentence = (
                messages.warning,
                "NIK ini terdaftar di desa/kelurahan lain. Isian Anda tersimpan, tidak ada yang diisi.",
            )
        tell(self.request, sentence)
        return HttpResponseRedirect(reverse("proposals:edit", args=[proposal.ref]), status=303)


class BudgetPage(SavingPage):
    """More rows and the sum are shown anew without saving; both work without JavaScript."""

    def post(self, request, **kwargs):
        if "baris" in request.POST:
            return self.render(self.as_typed(more=5))
        if "hitung" in request.POST:
            response = self.render(self.as_typed())
            if request.htmx:
                response.template_name = "proposals/budget.html#rows"
            return response
        return super().post(request, **kwargs)

    def as_typed(self, **more):
        return self.form_class(subject=self.subject, by=self.request.user, typed=self.request.POST, **more)


class AttachPage(ActPage):
    """`?untuk=CODE` names the paper; without it the page lists what can be uploaded."""

    def dispatch(self, request, *args, **kwargs):
        self.code = request.GET.get("untuk", "")
        return super().dispatch(request, *args, **kwargs)

    def choices(self):
        """The papers that may be added now, each with what is there."""
        rows = queries.requirements_with_papers(self.subject)
        codes = open_codes(self.subject, rows)
        return [row for row in rows if row.code in codes]

    def form(self, *data):
        self.open_choices = self.choices()
        if not self.code:
            return None
        requirement = next((r for r in self.open_choices if r.code == self.code), None)
        if requirement is None:
            raise Http404
        return AttachForm(*data, subject=self.subject, by=self.request.user, requirement=requirement)

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        here = reverse("proposals:attach", args=[self.subject.ref])
        response.context_data |= {
            "choices": paper_rows(self.subject, self.request.user, self.open_choices),
            "requirement": form.requirement if form else None,
            "back_url": here if form else self.subject.get_absolute_url(),
        }
        return response

    def post(self, request, **kwargs):
        if not self.code:
            return HttpResponseRedirect(reverse("proposals:attach", args=[self.subject.ref]), status=303)
        return super().post(request, **kwargs)

    def after(self, result):
        super().after(result)
        return HttpResponseRedirect(reverse("proposals:attach", args=[self.subject.ref]), status=303)


class RevealPage(ActPage):
    """The number is shown once, in the answer to the POST; no address, log or cache holds it."""

    def form(self, *data):
        return self.form_class(
            *data,
            subject=self.subject,
            by=self.request.user,
            chosen=self.request.GET.get("nomor", ""),
            address=get_client_ip_address(self.request),
        )

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["opened_today"] = disclosures_today(self.request.user)
        return response

    def after(self, number):
        response = self.render()
        field = self.request.POST.get("field")
        response.context_data |= {"number": number, "number_label": self.form_class.LABELS[field]}
        response.headers["Cache-Control"] = "private, no-store"
        return response
