"""The social registry of the demo: two quarters of DTSEN with the households of the stories and their neighbours in them,
a third that waits for a second person, and the office's list of the years before this system."""

import csv
import io
import random
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from proposals.models import Proposal
from uep.demo.people import Household, household, youngest_birthday
from uep.demo.stage import Stage
from uep.files.sheets import REGISTER, prepare_sheet
from uep.registry.models import Region
from uep.social import actions as social
from uep.social.models import PastAidList, Source
from uep.ui.indonesian import bulan_romawi

TITLES = ["no_kk", "nik", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "hubungan", "pekerjaan", "status_hidup",
          "alamat", "rt", "rw", "kode_desa", "desa", "desil", "pkh", "sembako", "padan_dukcapil"]  # fmt: skip
NEIGHBOURS = 40  # in each village
FAR_AWAY = 9_000_000  # numbers of people that no story has
DAYS_AGO = (170, 80, 5)


def bring_registry(stage: Stage) -> None:
    """Each brought by staff and accepted by Kabid, but the last: that is somebody's to decide."""
    source = Source.objects.get(code="dtsen")
    people = [*_proposed(), *_neighbours(stage)]
    for version, days in enumerate(DAYS_AGO):
        as_of = stage.today - timedelta(days=days)
        period = f"Triwulan {('I', 'II', 'III', 'IV')[(as_of.month - 1) // 3]} {as_of.year}"
        upload = prepare_sheet(_file(people, version, f"dtsen-{bulan_romawi(as_of)}-{as_of.year}.csv"), REGISTER)
        extract = social.bring_extract(source, by=stage.who("staf"), period=period, as_of=as_of, upload=upload)
        social.read_extract(extract.pk)
        extract.refresh_from_db()
        if version < len(DAYS_AGO) - 1:
            social.accept_extract(extract, by=stage.who("kabid"))
    with connection.cursor() as cursor:  # each was read at once; nothing is left for the worker
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'social.read_extract' AND status = 'todo'")
    listed = social.bring_past_aid(
        stage.who("staf"), by=stage.who("staf"), giver=PastAidList.Giver.OWN, programme="UEP sebelum aplikasi",
        upload=prepare_sheet(_past(people, stage.today.year)),
    )  # fmt: skip
    social.import_past_aid(listed, by=stage.who("staf"))


def _proposed() -> list[list]:
    rows = Proposal.objects.exclude(nik=None).exclude(kk_number=None).select_related("village").order_by("pk")
    return [
        _row(p, p.village, p.desil or 3, birth_date=p.birth_date or date(1985, 3, 4), number=number)
        for number, p in enumerate(rows)
    ]


def _neighbours(stage: Stage) -> list[list]:
    youngest, found = youngest_birthday(stage.today.year), []
    for village in stage.villages:
        for number in range(NEIGHBOURS):
            who = household(FAR_AWAY + len(found), village.parent_id, youngest=youngest, digits=10, seed=stage.seed)
            found.append(_row(who, village, 1 + number % 10, birth_date=who.birth_date, number=number))
    return found


def _row(who: Household | Proposal, village: Region, desil: int, *, birth_date: date, number: int) -> list:
    return [
        str(who.kk_number), str(who.nik), who.name.upper(), who.sex, who.birth_place, birth_date.isoformat(), "Kepala keluarga",
        who.occupation or "Buruh harian lepas", "MENINGGAL" if isinstance(who, Household) and number % 37 == 36 else "HIDUP", who.address, who.rt, who.rw,
        village.pk, village.name, desil, "YT"[number % 3 > 0], "YT"[number % 2], "Y",
    ]  # fmt: skip


def _file(people: list[list], version: int, name: str) -> SimpleUploadedFile:
    """A quarter's delivery: some have come, some have gone, some are a little better off."""
    chance = random.Random(version)  # noqa: S311 - stories, not secrets
    rows = [
        [*row[:14], min(10, row[14] + (chance.random() < 0.03 * version and row[14] > 4)), *row[15:]]
        for row in people
        if chance.random() < 0.98 or version == 1
    ]
    rows.append(["", "62090112", "TANPA NIK LENGKAP", *rows[0][3:]])
    return _csv(rows, TITLES, name)


def _past(people: list[list], year: int) -> SimpleUploadedFile:
    rows = [
        [row[2], row[1] if number % 4 else "", row[0], row[13], "Warung sembako", 5_000_000, year - 6 + number % 4]
        for number, row in enumerate(people[-60:])
    ]
    return _csv(rows, ["Nama", "NIK", "No. KK", "Desa", "Jenis Usaha", "Nilai Bantuan", "Tahun"], "penerima-lama.csv")


def _csv(rows: list[list], titles: list[str], name: str) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([titles, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode())
