"""Field sheets that came back on paper: bringing them in, what waits to be written down, what belongs to nobody yet."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from uep.access.acts import ActPage, reads
from uep.files.serve import respond as respond_with_file
from verification.models import SheetPage
from verification.queries import sheets

MOST = 200  # pages of one kind on the page; what is older waits until these are done


@reads("verification.bring_sheets")
def overview(request):
    """The reader's sheets: being read, to write down, loose, put aside."""
    user = request.user
    context = {
        "scans": list(sheets.unread(user)[:MOST]),
        "to_type": sheets.by_household(sheets.to_type(user)[:MOST]),
        "loose": list(sheets.loose(user)[:MOST]),
        "may_attach": sheets.may_receive(user),
        "aside": list(sheets.put_aside(user)[:20]),
        "scans_aside": list(sheets.scans_put_aside(user)[:20]),
    }
    return render(request, "verification/sheets.html", context)


@reads("verification.view")
def sheet(request, ref):
    """A page as it was scanned; `?kecil` is the small one."""
    page = get_object_or_404(SheetPage.objects.visible_to(request.user).select_related("file"), ref=ref)
    variant = "thumb" if "kecil" in request.GET else "full"
    return respond_with_file(page.file, variant=variant, download="unduh" in request.GET, request=request)


class BringPage(ActPage):
    """Says beside what was kept which files were not, and which had come in before."""

    def form(self, *data):
        self.given = super().form(*data)
        return self.given

    def after(self, result):
        prepared = len(self.given.cleaned_data["uploads"])
        if result:
            messages.success(self.request, f"{len(result)} berkas diterima dan sedang dibaca.")
        if known := prepared - len(result):
            messages.info(self.request, f"{known} berkas sudah pernah Anda unggah dan tidak disimpan lagi.")
        for fault in self.given.faults:
            messages.warning(self.request, f"Tidak disimpan. {fault}")
        return HttpResponseRedirect(reverse("verification:sheets"), status=303)
