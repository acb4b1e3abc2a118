"""A view without a declared rule is refused, and a user with a first password goes nowhere but to change it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from uep.access.acts import PUBLIC

CHANGE_PASSWORD = "accounts.change_password"


class DeclaredAccessMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        act = getattr(view, "act", None)
        if act is None:
            raise PermissionDenied(f"{request.resolver_match.view_name} declares no rule.")
        if act in {PUBLIC, CHANGE_PASSWORD} or not request.user.is_authenticated:
            return None
        if request.user.must_change_password:
            return HttpResponseRedirect(reverse("accounts:change_password"))
        return None
