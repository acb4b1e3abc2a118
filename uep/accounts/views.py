"""Signing in and out, the own account, and the administrator's list of users."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from uep.access.access import granted
from uep.access.acts import ActPage, public, reads
from uep.accounts import queries
from uep.accounts.forms import SignInForm, UserFilter
from uep.accounts.models import User
from uep.ui.paging import page_of

sign_in = public(
    LoginView.as_view(
        template_name="accounts/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
    )
)


class SignOut(LogoutView):
    """What this person's pages kept in the browser goes too: the next one at the device is somebody else."""

    next_page = "accounts:sign_in"

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'
        return response


sign_out = public(SignOut.as_view())


class IssuingPage(ActPage):
    """An act that makes a temporary password shows it in its answer, once; it is kept nowhere."""

    def after(self, result):
        return TemplateResponse(self.request, "accounts/issued_password.html", {"account": result})


class OwnPasswordPage(ActPage):
    """Changing the own password keeps this session and ends the others (their hash no longer fits)."""

    def after(self, result):
        update_session_auth_hash(self.request, result)
        super().after(result)
        return redirect("oversight:desk")


@method_decorator(sensitive_post_parameters("nik", "current"), name="dispatch")
class SigningNikPage(ActPage):
    def after(self, result):
        super().after(result)
        return redirect("accounts:account")


@reads("accounts.view_account")
def account(request):
    return render(
        request,
        "accounts/account.html",
        {"account": request.user, "signs": granted(request.user, "accounts.record_nik")},
    )


@reads("accounts.manage_users")
def users(request):
    filters = UserFilter(request.GET)
    search = request.GET.get("cari", "").strip()
    rows = queries.users(search, filters.chosen().get("peran", ""))
    page = page_of(request, rows, order=("full_name", "pk"))
    return render(request, "accounts/users.html", {"page": page, "filters": filters, "search": search})


@reads("accounts.manage_users")
def user(request, ref):
    account = get_object_or_404(User.objects.visible_to(request.user).select_related("village", "bank"), ref=ref)
    context = {
        "account": account,
        "districts": [district.name for district in account.districts.order_by("name")],
        "looks": account.disclosures.order_by("-at")[:20],
    }
    return render(request, "accounts/user.html", context)
