from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    name = "uep.access"
    label = "access"
    verbose_name = "Kewenangan"

    def ready(self):
        # Each app registers its own; nothing here knows them by name.
        autodiscover_modules("rules", "papers", "tasks", "sections")
