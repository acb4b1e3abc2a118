from django.urls import path

from uep.registry import views

app_name = "registry"
urlpatterns = [path("", views.regions, name="regions")]
