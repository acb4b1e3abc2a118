from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "uep.office"
    label = "office"
    verbose_name = "Kantor"
