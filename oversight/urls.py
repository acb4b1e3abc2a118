from django.urls import path

from oversight import views

app_name = "oversight"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("register/", views.register, name="register"),
    path("register/buku.pdf", views.register_pdf, name="register_pdf"),
    path("register/buku.xlsx", views.register_xlsx, name="register_xlsx"),
    path("laporan/", views.report, name="report"),
    path("laporan/<str:ref>/usulan.xlsx", views.proposals_xlsx, name="proposals_xlsx"),
]
