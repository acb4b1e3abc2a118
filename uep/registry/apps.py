from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "uep.registry"
    label = "registry"
    verbose_name = "Wilayah dan penduduk"
