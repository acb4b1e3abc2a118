"""The registers of the poor that aid may rest on: named, dated and founded in law by the office."""

from django.core.exceptions import ValidationError
from django.db import transaction

from uep.access.access import require
from uep.social.models import Source


@transaction.atomic
def add_source(_kabid, *, by, code, **facts) -> Source:
    """A new register. `code` is how proposals name it ("dtsen"); it never changes."""
    require(by, "social.add_source", None)
    if Source.objects.filter(code=code).exists():
        raise ValidationError({"code": "Kode ini sudah dipakai sumber lain."})
    _check(**facts)
    return Source.objects.create(code=code, **facts)


@transaction.atomic
def edit_source(source, *, by, **facts) -> Source:
    source = Source.objects.select_for_update().get(pk=source.pk)
    require(by, "social.edit_source", source)
    _check(**facts)
    for name, value in facts.items():
        setattr(source, name, value)
    source.save(update_fields=list(facts))
    return source


def _check(*, valid_from, valid_to, **_) -> None:
    if valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": "Akhir masa berlaku tidak boleh sebelum awalnya."})
