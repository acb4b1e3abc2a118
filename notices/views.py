from django.shortcuts import render

from notices import queries
from uep.access.acts import reads
from uep.ui.paging import page_of


@reads("notices.view")
def notices(request):
    page = page_of(request, queries.notices_of(request.user), order=("-at", "-pk"))
    return render(request, "notices/list.html", {"page": page, "unread": queries.unread_count(request.user)})
