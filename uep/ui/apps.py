from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "uep.ui"
    label = "ui"
    verbose_name = "Tampilan"
