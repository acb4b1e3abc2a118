from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "uep.documents"
    label = "documents"
    verbose_name = "Naskah dinas"
