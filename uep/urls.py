"""The site's addresses: one include per app, in the order of the SOP."""

from django.conf import settings
from django.urls import include, path

from verification.urls import announcements

urlpatterns = [
    path("", include("oversight.urls")),
    path("", include("uep.accounts.urls")),
    path("kantor/", include("uep.office.urls")),
    path("wilayah/", include("uep.registry.urls")),
    path("", include("uep.documents.urls")),
    path("data-sosial/", include("uep.social.urls")),
    path("usulan/", include("proposals.urls")),
    path("verifikasi/", include("verification.urls")),
    path("pengumuman/", include((announcements, "announcement"))),
    path("sk/", include("decrees.urls")),
    path("penyaluran/", include("distribution.urls")),
    path("pemberitahuan/", include("notices.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("galeri/", include("uep.ui.urls")))
