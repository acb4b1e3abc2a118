from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from uep.registry import queries
from uep.registry.actions import install_office


class Command(BaseCommand):
    help = "Memasang aplikasi untuk satu kabupaten/kota, misalnya: install_office 62.09. Aman diulang."

    def add_arguments(self, parser):
        parser.add_argument("code", help="kode Kemendagri kabupaten/kota, dengan titik; bukan kode BPS")

    def handle(self, *, code, **options):
        try:
            regency = install_office(code)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        districts, villages = queries.districts(regency.code).count(), queries.villages(regency.code).count()
        province = regency.parent.name
        self.stdout.write(
            f"Terpasang untuk {regency.name}, {province} ({regency.code}): {districts} kecamatan, {villages} desa/kelurahan."
        )
