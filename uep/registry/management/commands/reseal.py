from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from uep.registry.actions import reseal, sealed_fields


class Command(BaseCommand):
    help = "Menyegel ulang NIK, nomor KK dan rekening dengan kunci pertama SEALING_KEYS. Aman dihentikan dan diulang."

    def handle(self, **options):
        key_id = next(iter(settings.SEALING_KEYS))
        for model in apps.get_models():
            if sealed_fields(model):
                self.stdout.write(f"{model.__name__}: {reseal(model)} nilai disegel ulang dengan '{key_id}'.")
        self.stdout.write(
            "Selesai. Kunci lain boleh dihapus bila tidak ada cadangan (backup) lama yang masih memerlukannya."
        )
