from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from notices import queries
from uep.access.acts import ActPage, reads
from uep.ui.paging import page_of


@reads("notices.view")
def notices(request):
    page = page_of(request, queries.notices_of(request.user), order=("-at", "-pk"))
    return render(request, "notices/list.html", {"page": page, "unread": queries.unread_count(request.user)})


class ReadPage(ActPage):
    """Back to the list that was read: its subject, the reader, has no page that everyone may see."""

    def after(self, result):
        super().after(result)
        return HttpResponseRedirect(reverse("notices:list"), status=303)
