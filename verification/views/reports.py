"""The phone's side of step 2: the app that works without a signal, what it takes along and what it sends; and the pages
on which people read and decide what came back."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from proposals.models import Proposal
from uep.access.acts import ActPage, reads
from uep.access.middleware import permissions_policy
from uep.files.serve import respond as respond_with_file
from uep.ui.indonesian import hari_tanggal, rupiah, tanggal
from uep.ui.paging import page_of
from verification.actions import receive_part, send_report, take_along
from verification.forms import VisitAgainForm, VisitForm
from verification.forms.reports import answers, envelope_of, facts_of, part_of
from verification.models import FieldReport, ReportPart, VisitPhoto
from verification.queries import reports

PIECE = 65_536  # bytes of a photo sent at once: what a bad line loses is small
# What a phone keeps to open the app without a signal.
SHELL = (
    "vendor/bootstrap-5.3.9.min.css",
    "theme.css",
    "vendor/idb-8.0.4.umd.js",
    "vendor/signature_pad-5.1.4.umd.min.js",
    "field/store.js",
    "field/sync.js",
    "field/camera.js",
    "field/app.js",
    "icons.svg",
    "icons/icon.svg",
    "icons/icon-192.png",
    "field/manifest.webmanifest",
)
IN_THE_WORKER = ("vendor/idb", "field/store", "field/sync")
REFUSALS = {"shut_out": 410, "unknown_device": 401, "other_content": 409}


# The app ---------------------------------------------------------------------------------------------------------------


@reads("verification.take_along")
def field_app(request):
    """The app. It holds no household: those come by take_along and stay on the phone."""
    facts = {"piece": PIECE, "zone": timezone.get_current_timezone_name()}
    response = render(request, "verification/field_app.html", facts)
    response["Permissions-Policy"] = permissions_policy(camera="(self)")
    return response


@reads("verification.take_along")
def service_worker(request):
    """Beside the pages it serves, so that its scope is theirs."""
    files = [static(name) for name in SHELL]
    home = reverse("verification:field_app")
    context = {
        "files": json.dumps([home, *files]),
        "version": hashlib.sha256("".join(files).encode()).hexdigest()[:12],
        "home": home,
        "take": reverse("verification:take_along"),
        "send": reverse("verification:send_report"),
        "piece": PIECE,
        "sync": [static(name) for name in SHELL if name.startswith(IN_THE_WORKER)],
    }
    script = render_to_string("verification/field_worker.js", context)
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


class PhonePage(ActPage):
    """Answers a phone in JSON; what it is told is for the phone's own words."""

    http_method_names = ("post",)

    def refuse(self, error: ValidationError):
        code = getattr(error, "code", None) or "refused"
        response = JsonResponse({"code": code, "message": " ".join(error.messages)}, status=REFUSALS.get(code, 422))
        if code == "shut_out":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class TakeAlongPage(PhonePage):
    def post(self, request, **kwargs):
        try:
            device, key = take_along(
                request.user, by=request.user, key=request.POST.get("key", ""), name=request.POST.get("name", "")
            )
        except ValidationError as error:
            return self.refuse(error)
        return JsonResponse({
            "key": key,
            "device": device.ref,
            "csrf": get_token(request),
            "at": timezone.now().isoformat(),
            "reader": request.user.ref,
            "piece": PIECE,
            "subjects": VisitPhoto.Subject.choices,
            "errands": [
                _errand(request, errand) | {"order": order}
                for order, errand in enumerate(reports.errands(request.user))
            ],
        })  # fmt: skip


def _errand(request, errand) -> dict:
    row = errand.proposal
    form = (VisitAgainForm if reports.is_again(row) else VisitForm)(subject=row, by=request.user)
    facts = [
        ("Alamat", f"{row.address}, {row.village.label}"),
        ("HP/WA", row.phone),
        ("Usaha", row.business),
        ("Diminta", rupiah(row.amount_requested or 0)),
    ]
    return {
        "ref": row.ref,
        "name": row.name,
        "register": row.register,
        "village": row.village.label,
        "facts": [(label, text) for label, text in facts if text],
        "assignment": errand.assignment.ref,
        "until": f"{tanggal(errand.assignment.starts)} sampai {tanggal(errand.assignment.ends)}",
        "expires": reports.expires(errand.assignment),
        "base": errand.base,
        "day": hari_tanggal(errand.day) if errand.day else "",
        "form": render_to_string("verification/_visit_form.html", {"form": form}, request),
        "url": row.get_absolute_url(),
    }


class SendReportPage(PhonePage):
    """A report is JSON; a piece of one of its photos is bytes, with its place in the address."""

    def post(self, request, **kwargs):
        user = request.user
        try:
            if request.content_type == "application/octet-stream":
                uid, number, start = part_of(request.GET)
                part = receive_part(
                    user,
                    by=user,
                    key=request.headers.get("X-Device", ""),
                    uid=uid,
                    number=number,
                    start=start,
                    data=request.body,
                    read=facts_of(user),
                )
                report = part.report
            else:
                key, envelope = envelope_of(request.body)
                report = send_report(user, by=user, key=key, envelope=envelope, read=facts_of(user))
        except ValidationError as error:
            return self.refuse(error)
        except (Proposal.DoesNotExist, ReportPart.DoesNotExist) as error:
            raise Http404 from error
        return JsonResponse(_standing(report))


def _standing(report) -> dict:
    report.refresh_from_db()
    parts = report.parts.all()
    return {
        "state": report.state,
        "label": report.get_state_display(),
        "trouble": report.trouble,
        "url": (report.visit or report).get_absolute_url(),
        # How many bytes are here; a whole part needs none any more.
        "parts": {part.number: part.size if part.is_whole else len(part.received) for part in parts},
        "spoilt": [f"{part}: {part.trouble}" for part in parts if part.trouble],
    }


# Pages -----------------------------------------------------------------------------------------------------------------


@reads("verification.shut_out_device")
def devices(request):
    """The phones that took assignments along."""
    page = page_of(request, reports.devices(request.user), order=("-seen_at", "-pk"))
    return render(request, "verification/devices.html", {"page": page})


@reads("verification.view")
def report(request, ref):
    """One report as the phone wrote it, beside what stands in its way."""
    rows = FieldReport.objects.visible_to(request.user)
    rows = rows.select_related("proposal__village__parent", "proposal__programme", "assignment", "by", "device")
    report = get_object_or_404(rows.select_related("visit", "decided_by"), ref=ref)
    context = {
        "report": report,
        "answers": answers(report),
        "photos": reports.parts_of(report),
        "visits": list(report.proposal.visits.select_related("by").order_by("-round")),
    }
    return render(request, "verification/report.html", context)


@reads("verification.view")
def report_photo(request, ref):
    """A photo of a report; `?kecil` is the small one."""
    rows = ReportPart.objects.visible_to(request.user).exclude(file=None)
    part = get_object_or_404(rows.select_related("file"), ref=ref)
    variant = "thumb" if "kecil" in request.GET else "full"
    return respond_with_file(part.file, variant=variant, download="unduh" in request.GET, request=request)
