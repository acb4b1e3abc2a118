from django.apps import AppConfig


class DecreesConfig(AppConfig):
    name = "decrees"
    label = "decrees"
    verbose_name = "SK"
