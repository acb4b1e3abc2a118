"""The addresses of these tests: the gallery, the accounts as they are, and a desk to land on."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.urls import include, path

from uep.access.acts import public


@public
def desk(request):
    return render(request, "base.html")


@public
def broken(request):
    raise RuntimeError("on purpose")


SENT = []  # what the sample form has sent
SAMPLE = Template("""{% extends "base.html" %}{% block content %}
<form method="post" action="/kirim/" enctype="multipart/form-data" id="sample"{{ extra }}>{% csrf_token %}
<div class="field" id="div_id_name"><label for="name">Nama</label><input id="name" name="name"></div>
<div class="field"><label for="nik">NIK</label><input id="nik" name="nik" data-private></div>
<select name="result" aria-label="Hasil"><option value="y">Layak</option><option value="n">Tidak</option></select>
<div class="field"><label for="why">Alasan <span class="optional">boleh kosong</span></label>
<textarea id="why" name="why" data-required-if="result=n"></textarea></div>
<div class="field"><label for="lat">Lintang</label><input id="lat" name="latitude"></div>
<input name="longitude" aria-label="Bujur"><input name="accuracy" aria-label="Ketelitian">
<input type="file" name="photo" aria-label="Foto" multiple data-shrink="800">
<button type="submit" name="go" value="1">Kirim</button></form>{% endblock %}""")
EXTRA = {"autosave": " data-autosave=/simpan/", "locate": " data-locate", "": ""}


@public
def sample(request):
    return HttpResponse(SAMPLE.render(RequestContext(request, {"extra": EXTRA[request.GET.get("jenis", "")]})))


@public
def echo(request):
    """What a form sent, as a page."""
    photos = [(file.name, file.size) for file in request.FILES.getlist("photo")]
    SENT.append({"name": request.POST["name"], "go": request.POST.get("go"), "photos": photos})
    return HttpResponse("<!doctype html><title>Terkirim</title><body><h1>Terkirim</h1></body>")


@public
def autosave(request):
    """Saves, until the session is lost; all but a name with a digit in it, and nothing of one with a question."""
    SENT.append({"name": request.POST["name"], "nik": request.POST["nik"]})
    if {"1", "?"} & set(request.POST["name"]):
        saved = [] if "?" in request.POST["name"] else ["nik"]
        return JsonResponse({"saved": saved, "faults": {"name": ["Nama tidak memuat angka."]}}, status=422)
    return HttpResponseRedirect("/masuk/") if request.COOKIES.get("lost") else HttpResponse(status=204)


urlpatterns = [
    path("", include(([path("", desk, name="desk")], "oversight"))),
    path("galeri/", include("uep.ui.urls")),
    path("gangguan/", broken),
    path("contoh/", sample),
    path("kirim/", echo),
    path("simpan/", autosave),
    path("", include("uep.accounts.urls")),
]
