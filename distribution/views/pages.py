"""The pages of acts: they lead back to the pages of steps 4 to 6, or to the proposal for whoever sees only that."""

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from decrees.models import Decree, Recipient
from uep.access.access import RULES, granted
from uep.access.acts import ActPage


class DistributionPage(ActPage):
    """Cancel and success lead to where the work goes on."""

    def home(self) -> str:
        subject = self.subject
        if isinstance(subject, Decree):
            return reverse("distribution:decree", args=[subject.ref])
        if isinstance(subject, Recipient) and granted(self.request.user, "distribution.view"):
            return reverse("distribution:recipient", args=[subject.ref])
        return subject.get_absolute_url()

    def render(self, form=None, errors=(), status=200):
        response = super().render(form, errors, status)
        response.context_data["back_url"] = self.home()
        response.headers["Cache-Control"] = "private, no-store"  # an account number may stand open on it
        return response

    def after(self, result):
        messages.success(self.request, RULES[self.act].done)
        own = result is None or result == self.subject or isinstance(result, Decree | Recipient)
        target = self.home() if own or not hasattr(result, "get_absolute_url") else result.get_absolute_url()
        return HttpResponseRedirect(target, status=303)


class ChoosePage(DistributionPage):
    """A form of many rows reads its filter from the address."""

    def form(self, *data):
        return self.form_class(*data, subject=self.subject, by=self.request.user, query=self.request.GET)


class RevealPage(DistributionPage):
    """The record of a look keeps the address it came from; afterwards the numbers stand in the list of accounts."""

    def form(self, *data):
        address = get_client_ip_address(self.request)
        return self.form_class(*data, subject=self.subject, by=self.request.user, address=address)

    def after(self, result):
        super().after(result)
        target = reverse("distribution:recipients", args=[self.subject.ref])
        return HttpResponseRedirect(target, status=303)
