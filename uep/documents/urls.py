from django.urls import path

from uep.access.acts import act_page
from uep.documents import views
from uep.documents.forms import ReleaseForm, ReserveForm, SeriesForm
from uep.documents.models import HeldNumber, NumberSeries, OfficialDocument

app_name = "documents"
urlpatterns = [
    path("cek/", views.check_file, name="check_file"),
    path("cek/<str:code>/", views.check, name="check"),
    path("naskah/nomor/", views.series, name="series"),
    path(
        "naskah/nomor/<str:ref>/ubah/",
        act_page("documents.edit_series", NumberSeries, SeriesForm),
        name="edit_series",
    ),
    path("naskah/nomor/<str:ref>/buku/", views.book, name="book"),
    path(
        "naskah/nomor/<str:ref>/pesan/",
        act_page("documents.reserve_number", NumberSeries, ReserveForm),
        name="reserve_number",
    ),
    path(
        "naskah/nomor-dipesan/<str:ref>/lepas/",
        act_page("documents.release_number", HeldNumber, ReleaseForm),
        name="release_number",
    ),
    path("naskah/<str:ref>/", views.progress, name="progress"),
    path("naskah/<str:ref>/pdf/", views.download, name="download"),
    path(
        "naskah/<str:ref>/susun-ulang/",
        act_page("documents.retry_render", OfficialDocument),
        name="retry_render",
    ),
]
