"""The page of an act: GET asks, POST does. One line in urls.py makes one:

    path("<str:ref>/tandatangani/", act_page("decrees.sign", Decree, SignForm), name="sign")

A form given here takes two keyword arguments besides Django's own: `subject` (the record) and `by` (the user).
The action is called as `actions.verb(subject, by=user, **form.cleaned_data)`; what it returns, if it has a page,
is where the user lands, else the subject's page.
"""

from functools import wraps
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views import View
from django.views.decorators.debug import sensitive_variables

from uep.access.access import NOT_YOURS, RULES, Refused, granted, require

PUBLIC = "public"


class ActPage(View):
    act = ""  # "decrees.sign": the one name of rule, action, URL (decrees:sign) and template
    model = None  # its manager answers visible_to(user); without one, the subject is the person who acts
    form_class = None

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not granted(request.user, self.act):
            raise Refused(NOT_YOURS)
        self.subject = request.user
        if self.model:
            self.subject = get_object_or_404(self.model.objects.visible_to(request.user), **kwargs)  # foreign: 404
        require(request.user, self.act, self.subject)  # not now: 403, says why
        return super().dispatch(request, *args, **kwargs)

    def render(self, form=None, errors=(), status=200):
        templates = [self.act.replace(".", "/") + ".html", "act.html"]
        context = {"subject": self.subject, "form": form, "errors": errors, "act": RULES[self.act]}
        return TemplateResponse(self.request, templates, context, status=status)

    def form(self, *data):
        return self.form_class(*data, subject=self.subject, by=self.request.user) if self.form_class else None

    def get(self, request, **kwargs):
        return self.render(self.form())

    def post(self, request, **kwargs):
        form = self.form(request.POST, request.FILES)
        if form and not form.is_valid():
            return self.render(form, status=422)
        try:
            result = self.do(form.cleaned_data if form else {})
        except ValidationError as error:
            return self.refused(form, error)
        return self.after(result)

    @sensitive_variables("facts")  # passwords and numbers of people are among them
    def do(self, facts):
        """The act itself, by its one name."""
        label, verb = self.act.split(".")
        action = getattr(import_module(f"{apps.get_app_config(label).name}.actions"), verb)
        return action(self.subject, by=self.request.user, **facts)

    def refused(self, form, error):
        """What the action found wrong: faults that name fields of the form stand beside them, the others above it."""
        named = getattr(error, "error_dict", {})
        if form is None or not named or set(named) - set(form.fields):
            return self.render(form, errors=error.messages, status=422)
        for field, faults in named.items():
            form.add_error(field, faults)
        return self.render(form, status=422)

    def after(self, result):
        """Say that it is done and go where the result is shown."""
        messages.success(self.request, RULES[self.act].done)
        target = result if hasattr(result, "get_absolute_url") else self.subject
        return HttpResponseRedirect(target.get_absolute_url(), status=303)


class AutosavingPage(ActPage):
    """Saved while one types (uep.js): with X-Autosave every right box is kept at once, and the answer says which boxes
    were kept and what is wrong in the others. The button judges the form as a whole, as everywhere.
    """

    needed = frozenset()  # boxes without which nothing can be kept yet

    def post(self, request, **kwargs):
        return self.autosave() if "X-Autosave" in request.headers else super().post(request, **kwargs)

    def autosave(self):
        form = self.form(self.request.POST)
        form.is_valid()
        faults = {name: list(sentences) for name, sentences in form.errors.items()}
        facts = {name: value for name, value in form.cleaned_data.items() if name not in faults}
        kept = self.needed <= facts.keys() and self.keep(facts, faults)
        saved = sorted(set(form.fields) - faults.keys()) if kept else []
        return JsonResponse({"saved": saved, "faults": faults}, status=422 if faults else 200)

    def keep(self, facts, faults) -> bool:
        """Save what can be saved; what the action refuses joins the faults, and the rest is tried again without it."""
        while True:
            try:
                self.do(facts)
            except ValidationError as error:
                refused = getattr(error, "message_dict", {"__all__": error.messages})
                faults |= refused
                rest = {name: value for name, value in facts.items() if name not in refused}
                # A refusal that names no box given concerns them all.
                if len(rest) == len(facts) or not self.needed <= rest.keys():
                    return False
                facts = rest
            else:
                return True


def act_page(act, model=None, form_class=None, *, page=ActPage):
    """The view of an act; urls.py is the only caller."""
    view = page.as_view(act=act, model=model, form_class=form_class)
    view.act = act
    return view


def reads(act):
    """Declare what a page that only reads needs: sign-in and the grant. Scope is the view's own `visible_to`.

    The rule is not asked: it is about doing the act to a record, which a page may show long after that is over.
    """

    def decorate(view):
        @wraps(view)
        def page(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if not granted(request.user, act):
                raise Refused(NOT_YOURS)
            return view(request, *args, **kwargs)

        page.act = act
        return page

    return decorate


def public(view):
    """Declare a page for everyone, signed in or not. Such a page shows no personal data."""
    view.act = PUBLIC
    return view
