from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from uep.accounts.actions import first_administrator


class Command(BaseCommand):
    help = "Membuat akun administrator pertama dan menampilkan kata sandi sementaranya satu kali."

    def add_arguments(self, parser):
        parser.add_argument("username", help="nama pengguna, misalnya: admin")
        parser.add_argument("full_name", help="nama lengkap, di antara tanda kutip")

    def handle(self, *, username, full_name, **options):
        try:
            user = first_administrator(username=username, full_name=full_name)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Akun {user.username} dibuat. Kata sandi sementara: {user.issued_password}")
        self.stdout.write("Catat sekarang; kata sandi ini wajib diganti saat pertama masuk.")
