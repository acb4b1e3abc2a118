from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "uep.social"
    label = "social"
    verbose_name = "Data sosial"
