from django.urls import path

from notices import views
from uep.access.acts import act_page

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("dibaca/", act_page("notices.read", page=views.ReadPage), name="read"),
]
