"""What the administrator does to the office's facts. Papers already issued keep what they were issued with."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from uep.access.access import require
from uep.office.intake import read_crest
from uep.office.models import (
    ActingAppointment,
    Bank,
    Crest,
    Holiday,
    LegalBasis,
    OfficeHours,
    Official,
    PaperSetting,
    Post,
    Profile,
    Sop,
    SopStep,
)
from uep.office.seeds import seed_holidays
from uep.ui.indonesian import tanggal


def _keep(record, **values):
    """Set the values, judge the whole record, save it. ValidationError, a sentence, also when someone was faster."""
    for name, value in values.items():
        setattr(record, name, value)
    record.full_clean()
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise ValidationError(
            "Orang lain baru saja menyimpan data yang bertentangan. Muat ulang halaman ini."
        ) from error
    return record


def _locked(record):
    return type(record).objects.select_for_update().get(pk=record.pk)


# The office ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit_profile(_administrator, *, by, **values) -> Profile:
    """Names, address and place of the office; its regency is fixed by the install."""
    require(by, "office.edit_profile", None)
    return _keep(_profile(), **values)


@transaction.atomic
def set_crest(_administrator, *, by, image) -> Profile:
    """Put up a crest; the earlier one stays in the database. ValidationError for what is no proper picture."""
    require(by, "office.set_crest", None)
    return _keep(_profile(), crest=_picture(image))


@transaction.atomic
def set_emblem(_administrator, *, by, image) -> Profile:
    """Put up the state emblem for papers that the regent signs; as set_crest otherwise."""
    require(by, "office.set_emblem", None)
    return _keep(_profile(), emblem=_picture(image))


def _picture(image) -> Crest:
    picture = read_crest(image)
    crest, _ = Crest.objects.get_or_create(
        fingerprint=picture.fingerprint,
        defaults={"image": picture.png, "width": picture.width, "height": picture.height},
    )
    return crest


def _profile() -> Profile:
    profile = Profile.objects.select_for_update().first()
    if profile is None:
        raise ValidationError("Kantor ini belum dipasang. Jalankan dahulu: manage.py install_office KODE.")
    return profile


@transaction.atomic
def add_paper(_administrator, *, by, **values) -> PaperSetting:
    require(by, "office.add_paper", None)
    return _keep(PaperSetting(), **values)


@transaction.atomic
def edit_paper(paper, *, by, **values) -> PaperSetting:
    paper = _locked(paper)
    require(by, "office.edit_paper", paper)
    return _keep(paper, **values)


@transaction.atomic
def add_bank(_administrator, *, by, **values) -> Bank:
    require(by, "office.add_bank", None)
    return _keep(Bank(), **values)


@transaction.atomic
def edit_bank(bank, *, by, **values) -> Bank:
    bank = _locked(bank)
    require(by, "office.edit_bank", bank)
    return _keep(bank, **values)


# People -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_post(_administrator, *, by, **values) -> Post:
    require(by, "office.add_post", None)
    return _keep(Post(), **values)


@transaction.atomic
def edit_post(post, *, by, **values) -> Post:
    """Rename or switch off a post. One that someone holds stays switched on."""
    post = _locked(post)
    require(by, "office.edit_post", post)
    today = timezone.localdate()
    if not values["active"] and (post.officials.on(today).exists() or post.acting.on(today).exists()):
        raise ValidationError("Jabatan ini masih ada pejabatnya. Akhiri dahulu masa jabatannya.")
    return _keep(post, **values)


@transaction.atomic
def add_official(_administrator, *, by, **values) -> Official:
    """Record who holds a post from when. Refused by the database while another holds it."""
    require(by, "office.add_official", None)
    _not_oneself(by, values["user"])
    return _keep(Official(), **values)


@transaction.atomic
def edit_official(official, *, by, **values) -> Official:
    """Correct a record. Papers keep the name, rank and NIP that they were signed with."""
    official = _locked(official)
    require(by, "office.edit_official", official)
    if values["user"] != official.user:
        _not_oneself(by, values["user"])
    return _keep(official, **values)


@transaction.atomic
def end_official(official, *, by, ends) -> Official:
    """The last day in the post. Refused while an appointment of this person to stand in runs beyond it."""
    official = _locked(official)
    require(by, "office.end_official", official)
    if running := official.acting.filter(ends__gt=ends, cancelled=False).select_related("post").first():
        raise ValidationError(
            f"Ia masih ditunjuk sebagai {running.title} sampai {tanggal(running.ends)}. Akhiri dahulu penunjukan itu."
        )
    return _keep(official, ends=ends)


@transaction.atomic
def appoint_acting(_administrator, *, by, **values) -> ActingAppointment:
    """Let an official stand in for a post, by letter, for a period; the role of the post comes along (queries.roles_acting).

    Refused: for the own post, for the administrator's own account, beyond the official's own term, and by the database
    for a second Plt. or Plh. at a time.
    """
    require(by, "office.appoint_acting", None)
    official, post = _locked(values["official"]), values["post"]
    _not_oneself(by, official.user)
    if official.post_id == post.pk:
        raise ValidationError(f"{official.name} sendiri pejabat jabatan itu; pilih pejabat lain.")
    if official.starts > values["starts"] or (official.ends and official.ends < values["ends"]):
        raise ValidationError(f"Penunjukan melampaui masa jabatan {official.name} sebagai {official.post.title}.")
    return _keep(ActingAppointment(), **values)


@transaction.atomic
def end_acting(appointment, *, by, ends) -> ActingAppointment:
    """The last day of standing in; never later than the letter says, never earlier than yesterday.

    What was done while it held stays valid, so the past is not shortened.
    """
    appointment = _locked(appointment)
    require(by, "office.end_acting", appointment)
    yesterday = timezone.localdate() - timedelta(days=1)
    if ends > appointment.ends:
        raise ValidationError(
            f"Surat perintahnya berlaku sampai {tanggal(appointment.ends)}. Masa yang lebih lama memerlukan surat baru."
        )
    if ends < max(yesterday, appointment.starts):
        raise ValidationError(
            f"Paling awal {tanggal(max(yesterday, appointment.starts))}: yang sudah berlangsung tidak diubah."
        )
    return _keep(appointment, ends=ends)


@transaction.atomic
def edit_acting(appointment, *, by, **values) -> ActingAppointment:
    """Correct number and date of the letter; what was recorded with the old ones stays."""
    appointment = _locked(appointment)
    require(by, "office.edit_acting", appointment)
    return _keep(appointment, **values)


@transaction.atomic
def cancel_acting(appointment, *, by) -> ActingAppointment:
    """Take an appointment back that has not begun, or began today; the powers are gone at once."""
    appointment = _locked(appointment)
    require(by, "office.cancel_acting", appointment)
    return _keep(appointment, cancelled=True)


def _not_oneself(by, user) -> None:
    """Nobody hands the powers of a post to the own account (design, law 2)."""
    if user is not None and user.pk == by.pk:
        raise ValidationError("Anda tidak dapat menghubungkan atau menunjuk akun sendiri. Minta administrator lain.")


# SOP and laws -------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit_sop(sop, *, by, **values) -> Sop:
    """Correct number, name and dates of the SOP in force."""
    sop = _locked(sop)
    require(by, "office.edit_sop", sop)
    return _keep(sop, **values)


@transaction.atomic
def revise_sop(_administrator, *, by, **values) -> Sop:
    """A new SOP takes over, beginning with the steps of the one before, which stays on record."""
    require(by, "office.revise_sop", None)
    before = Sop.objects.select_for_update().filter(in_force=True).first()
    steps = list(before.steps.all()) if before else []
    if before:
        _keep(before, in_force=False)
    sop = _keep(Sop(in_force=True), **values)
    for step in steps:
        step.pk, step.sop = None, sop
        step._state.adding = True  # noqa: SLF001 - Django's documented way to copy a row
        step.save()
    return sop


@transaction.atomic
def edit_sop_step(step, *, by, **values) -> SopStep:
    """Norm, title and output of a step. Due times already written stay (architecture, 3)."""
    step = _locked(step)
    require(by, "office.edit_sop_step", step)
    return _keep(step, **values)


@transaction.atomic
def add_legal_basis(_administrator, *, by, **values) -> LegalBasis:
    require(by, "office.add_legal_basis", None)
    return _keep(LegalBasis(), **values)


@transaction.atomic
def edit_legal_basis(basis, *, by, **values) -> LegalBasis:
    basis = _locked(basis)
    require(by, "office.edit_legal_basis", basis)
    return _keep(basis, **values)


# Hours and days off -------------------------------------------------------------------------------------------------


@transaction.atomic
def edit_hours(hours, *, by, **values) -> OfficeHours:
    """Hours of one weekday, for what starts from now on."""
    hours = _locked(hours)
    require(by, "office.edit_hours", hours)
    return _keep(hours, **values)


@transaction.atomic
def add_holiday(_administrator, *, by, **values) -> Holiday:
    require(by, "office.add_holiday", None)
    return _keep(Holiday(), **values)


@transaction.atomic
def remove_holiday(holiday, *, by) -> None:
    """Make a working day of it again, as when joint leave is taken back. The history keeps the row."""
    holiday = _locked(holiday)
    require(by, "office.remove_holiday", holiday)
    holiday.delete()


@transaction.atomic
def seed_year(_administrator, *, by, year) -> Profile:
    """National holidays and joint leave of a year; days already there stay as they are."""
    require(by, "office.seed_year", None)
    profile = _profile()
    if seed_holidays(year) == 0:
        raise ValidationError(f"Semua hari libur tahun {year} yang dikenal aplikasi sudah ada.")
    return profile
