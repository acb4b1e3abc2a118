from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "uep.files"
    label = "files"
    verbose_name = "Berkas"
