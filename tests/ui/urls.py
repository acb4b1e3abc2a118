"""The addresses of these tests: the gallery, and an act that needs no app of the flow."""

from django import forms
from django.http import HttpResponse
from django.urls import include, path

from uep.access.acts import public
from uep.ui.crispy import ActForm, RupiahField


class SampleActForm(ActForm):
    amount = RupiahField(label="Jumlah")
    day = forms.DateField(label="Tanggal")


urlpatterns = [
    path("galeri/", include("uep.ui.urls")),
    path("desk/", include(([path("", public(lambda request: HttpResponse("")), name="desk")], "oversight"))),
]
