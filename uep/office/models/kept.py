"""What the office's tables have in common."""

import pgtrigger
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

NEVER_DELETED = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)
# Overlap in time. Equality is written as the overlap of one-point ranges: plain PostgreSQL has no GiST for integers.
PERIOD = Func(F("starts"), F("ends"), Value("[]"), function="daterange", output_field=DateRangeField())


def same(field):
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class OfficeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Configuration: whoever is granted the act sees all of it."""
        return self


class DatedQuerySet(OfficeQuerySet):
    def on(self, day):
        """Those whose period, both ends included, holds the day."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)


class OfficeRecord:
    """What is shown on one of the office's pages: done there, one lands there, at its section."""

    page = "overview"  # the URL name
    section = ""

    @property
    def ref(self):
        """In addresses; no person's record, so a counter may show."""
        return self.pk

    def get_absolute_url(self):
        return reverse(f"office:{self.page}") + f"#{self.section}"


class HasPeriod:
    """From `starts` to `ends`, both days included; `ends` may be open."""

    def clean(self):
        super().clean()
        # Named for the field, so that constraints about the period are not asked: PostgreSQL makes no such range.
        if self.starts and self.ends and self.ends < self.starts:
            raise ValidationError({"ends": "Tanggal berakhir mendahului tanggal mulai."})
