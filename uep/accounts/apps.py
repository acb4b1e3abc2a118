from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "uep.accounts"
    label = "accounts"
    verbose_name = "Akun"
