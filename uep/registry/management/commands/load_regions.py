from django.core.management.base import BaseCommand

from uep.registry.actions import load_regions


class Command(BaseCommand):
    help = "Memuat semua wilayah Indonesia (kode Kemendagri) ke basis data. Aman diulang."

    def handle(self, **options):
        loaded = load_regions()
        self.stdout.write(f"{loaded.regions} wilayah: {loaded.added} baru, {loaded.changed} berubah.")
