from django.urls import path

from uep.access.acts import act_page
from uep.social import views
from uep.social.forms import (
    AcceptForm,
    AddSourceForm,
    BringExtractForm,
    BringPastAidForm,
    EditSourceForm,
    MapColumnsForm,
    RefuseForm,
)
from uep.social.models import Extract, PastAidList, Source

app_name = "social"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("sumber/tambah/", act_page("social.add_source", None, AddSourceForm), name="add_source"),
    path("sumber/<str:ref>/", views.source, name="source"),
    path("sumber/<str:ref>/ubah/", act_page("social.edit_source", Source, EditSourceForm), name="edit_source"),
    path("sumber/<str:ref>/unggah/", act_page("social.bring_extract", Source, BringExtractForm), name="bring_extract"),
    path("ekstrak/<str:ref>/", views.extract, name="extract"),
    path("ekstrak/<str:ref>/kolom/", act_page("social.map_columns", Extract, MapColumnsForm), name="map_columns"),
    path("ekstrak/<str:ref>/baca-ulang/", act_page("social.retry_extract", Extract), name="retry_extract"),
    path("ekstrak/<str:ref>/setujui/", act_page("social.accept_extract", Extract, AcceptForm), name="accept_extract"),
    path("ekstrak/<str:ref>/tolak/", act_page("social.refuse_extract", Extract, RefuseForm), name="refuse_extract"),
    path("ekstrak/<str:ref>/bandingkan/", act_page("social.compare_again", Extract), name="compare_again"),
    path("ekstrak/<str:ref>/perubahan/", views.changes, name="changes"),
    path("ekstrak/<str:ref>/perlu-diperbaiki.xlsx", views.faulty_rows, name="faulty_rows"),
    path("bantuan-terdahulu/unggah/", act_page("social.bring_past_aid", None, BringPastAidForm), name="bring_past_aid"),
    path("bantuan-terdahulu/<str:ref>/", views.past_aid_list, name="past_aid_list"),
    path(
        "bantuan-terdahulu/<str:ref>/masukkan/",
        act_page("social.import_past_aid", PastAidList),
        name="import_past_aid",
    ),
    path("bantuan-terdahulu/<str:ref>/perlu-diperbaiki.xlsx", views.faulty_aids, name="faulty_aids"),
]
