from importlib import import_module

from django.apps import AppConfig


class UepConfig(AppConfig):
    name = "uep"
    label = "uep"
    verbose_name = "UEP"

    def ready(self):
        # Imported here because models are ready only now; importing registers the checks.
        import_module("uep.checks")
