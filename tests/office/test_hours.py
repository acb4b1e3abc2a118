"""The calendar as it comes out of the tables."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from uep.office import queries
from uep.office.calendar import Norm, Unit
from uep.office.models import Holiday, OfficeHours, Sop, SopStep

ZONE = ZoneInfo("Asia/Pontianak")


def test_the_calendar_follows_the_table_at_once(office):
    start, norm = datetime(2026, 11, 23, 9, tzinfo=ZONE), Norm(1, Unit.DAYS)
    Holiday.objects.filter(date__range=(date(2026, 11, 20), date(2026, 11, 30))).delete()
    assert queries.calendar().due_at(start, norm) == datetime(2026, 11, 24, 16, tzinfo=ZONE)
    day_off = Holiday.objects.create(date=date(2026, 11, 24), name="Hari jadi", kind="regional")
    assert queries.calendar().due_at(start, norm) == datetime(2026, 11, 25, 16, tzinfo=ZONE)
    OfficeHours.objects.filter(weekday=3).update(closes=time(14))
    assert queries.calendar().due_at(start, norm) == datetime(2026, 11, 25, 14, tzinfo=ZONE)
    day_off.delete()
    assert queries.calendar().due_at(start, norm) == datetime(2026, 11, 24, 16, tzinfo=ZONE)


def test_an_unchanged_calendar_is_not_built_again(office, django_assert_num_queries):
    with django_assert_num_queries(4):
        first, second = queries.calendar(), queries.calendar()
    assert first is second


def test_a_regional_holiday_alone_does_not_make_a_year_known(office):
    Holiday.objects.create(date=date(2031, 8, 3), name="Hari jadi", kind="regional")
    assert queries.calendar().missing_years(date(2031, 1, 1), date(2031, 12, 31)) == [2031]


def test_a_removed_holiday_stays_in_the_history(office):
    Holiday.objects.create(date=date(2031, 8, 3), name="Hari jadi", kind="regional").delete()
    events = Holiday.pgh_event_model.objects.filter(date=date(2031, 8, 3)).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]


def test_without_an_sop_the_norm_is_a_sentence_and_titles_are_numbers(db):
    with pytest.raises(ValidationError) as refused:
        queries.norm_of(3)
    assert refused.value.messages == [
        "Langkah 3 belum ada dalam SOP yang berlaku. Administrator melengkapinya di halaman Kantor."
    ]
    assert queries.step_titles() == {number: f"Langkah {number}" for number in range(1, 7)}


def test_the_office_of_an_empty_database_has_general_words(db, rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        office = queries.office_on_every_page(rf.get("/"))["office"]
    with django_assert_num_queries(1):
        assert (office.app_title, office.name, office.crest_url) == ("UEP", "Dinas Sosial", "")


def refused(write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    "model, values, constraint",
    [
        (SopStep, {"number": 7}, "an_sop_has_six_steps"),
        (SopStep, {"norm_amount": 0}, "a_norm_is_some_minutes_or_days"),
        (SopStep, {"norm_unit": "weeks"}, "a_norm_is_some_minutes_or_days"),
        (OfficeHours, {"opens": time(17)}, "office_hours_follow_each_other"),
        (OfficeHours, {"weekday": 6}, "working_days_are_monday_to_friday"),
        (Holiday, {"kind": "party"}, "a_holiday_has_a_known_kind"),
    ],
)
def test_nonsense_is_refused_by_the_database(office, model, values, constraint):
    row = model.objects.first()
    assert refused(lambda: model.objects.filter(pk=row.pk).update(**values)) == constraint


def test_only_one_sop_is_in_force(office):
    assert refused(lambda: Sop.objects.create(title="SOP lain", in_force=True)) == "one_sop_in_force"


def test_a_paper_has_the_size_and_font_that_the_office_set_or_its_own(office):
    assert queries.paper_of("sk", size="A4", font="arial") == ("F4", "bookman")
    assert queries.paper_of("disposisi", size="F4/2", font="arial") == ("F4/2", "arial")
