from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from uep.wall import raise_wall


class UepConfig(AppConfig):
    name = "uep"
    label = "uep"
    verbose_name = "UEP"

    def ready(self):
        # Imported here because models are ready only now; importing registers the checks.
        import_module("uep.checks")
        post_migrate.connect(raise_wall, dispatch_uid="uep.wall")
