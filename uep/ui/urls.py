"""The gallery's address; uep.urls includes it in development only."""

from django.urls import path

from uep.ui import views

app_name = "ui"
urlpatterns = [path("", views.gallery, name="gallery")]
