"""A view without a declared rule is refused, and a user with a first password goes nowhere but to change it."""

from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse

from uep.access.acts import PUBLIC

CHANGE_PASSWORD = "accounts.change_password"  # noqa: S105 - the name of an act


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


# What a page of ours may ask the device for. A page that needs more says so in its own header.
NO_DEVICES = {
    "camera": "()",
    "display-capture": "()",
    "geolocation": "(self)",
    "microphone": "()",
    "payment": "()",
    "usb": "()",
}


def permissions_policy(**more: str) -> str:
    """The header Permissions-Policy of a page; `more` opens to it what the others may not have, as in camera="(self)"."""
    return ", ".join(f"{feature}={allowed}" for feature, allowed in sorted((NO_DEVICES | more).items()))


class PermissionsPolicyMiddleware:
    """Camera and microphone are shut on every page that does not open them itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", permissions_policy())
        return response


def address_of(request) -> str:
    """The reader's network address: settings.AXES_CLIENT_IP_CALLABLE, and what a Disclosure records.

    Behind our proxy the last entry of X-Forwarded-For, which the proxy itself wrote; those before it come from the
    reader and may say anything. Without a proxy the header is the reader's own and does not count at all.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        try:
            return str(ip_address(last))
        except ValueError:
            return seen
    return seen
