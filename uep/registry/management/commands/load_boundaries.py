from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from uep.registry.actions import load_boundaries
from uep.registry.geojson import MOST_BYTES, Unreadable

SHOWN = 10  # unknown codes that are named


class Command(BaseCommand):
    help = (
        "Memuat batas wilayah dari berkas GeoJSON (FeatureCollection, bujur/lintang WGS 84, kode Kemendagri). "
        "Aman diulang: batas lama pada tingkat yang sama diganti."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="berkas .geojson")
        parser.add_argument("--code", default="", metavar="NAMA", help="keterangan yang memuat kode (biasanya: kode)")
        parser.add_argument("--name", default="", metavar="NAMA", help="keterangan yang memuat nama (biasanya: nama)")

    def handle(self, *, file, code, name, **options):
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CommandError(f"Berkas terlalu besar: paling besar {MOST_BYTES // 1024**2} MB.")
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} tidak dapat dibaca: {error.strerror}.") from error
        try:
            done = load_boundaries(content, code_name=code, label_name=name)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{done.loaded} batas wilayah dimuat, {done.removed} batas lama dihapus.")
        if done.elsewhere:
            self.stdout.write(f"{done.elsewhere} wilayah di luar kabupaten ini dilewati.")
        if done.unknown:
            self.stdout.write(f"{len(done.unknown)} kode tidak dikenal dan dilewati: {self._some(done.unknown)}.")
        if done.misnamed:
            self.stdout.write(f"{len(done.misnamed)} nama berbeda dari daftar wilayah: {self._some(done.misnamed)}.")
        if done.without:
            self.stdout.write(f"{done.without} desa/kelurahan belum memiliki batas.")

    @staticmethod
    def _some(names: tuple[str, ...]) -> str:
        more = f" dan {len(names) - SHOWN} lainnya" if len(names) > SHOWN else ""
        return ", ".join(names[:SHOWN]) + more
