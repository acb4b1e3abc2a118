"""What papers cite."""

from datetime import date

from django.db.models import Q

from uep.office.models import LegalBasis


def legal_bases(on: date, kind: str) -> list[LegalBasis]:
    """The laws that a paper of this kind cites when dated so, in the order of printing. One query."""
    in_force = Q(in_force_to__isnull=True) | Q(in_force_to__gte=on)
    return list(LegalBasis.objects.filter(in_force, in_force_from__lte=on, kinds__contains=[kind]))
