"""How each bank wants its lists, and the list that its officer takes along."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from distribution import bank_layouts, exports
from distribution.models import BankLayout, Disbursement, ListCopy
from uep.access.access import require
from uep.accounts.models import Disclosure

FACTS = ("bank", "purpose", "name", "kind", "columns", "has_heading", "has_control", "separator", "active")


@transaction.atomic
def add_layout(user, *, by, **facts) -> BankLayout:
    """A new layout of a bank's list; `columns` are (field, heading, width) in their order."""
    require(by, "distribution.add_layout", user)
    _refuse_same_name(facts)
    return BankLayout.objects.create(by=by, **_checked(facts))


@transaction.atomic
def edit_layout(layout, *, by, **facts) -> BankLayout:
    """Change a layout; lists that were taken before keep their fingerprints."""
    layout = BankLayout.objects.select_for_update().get(pk=layout.pk)
    require(by, "distribution.edit_layout", layout)
    _refuse_same_name(facts, other_than=layout)
    for name, value in _checked(facts).items():
        setattr(layout, name, value)
    layout.by, layout.at = by, timezone.now()
    layout.save()
    return layout


def _checked(facts: dict) -> dict:
    if set(facts) != set(FACTS):
        raise ValueError(f"a layout is {FACTS}")
    return facts | {"columns": [list(column) for column in facts["columns"]]}


def _refuse_same_name(facts, *, other_than=None) -> None:
    same = BankLayout.objects.filter(bank=facts["bank"], purpose=facts["purpose"], name__iexact=facts["name"]).exclude(
        pk=other_than and other_than.pk
    )
    if same.exists():
        raise ValidationError({"name": "Bank ini sudah punya susunan dengan nama itu."})


@transaction.atomic
def take_list(disbursement, *, by, layout=None, protect=True, reason="", address=None) -> ListCopy:
    """The bank's officer takes the released list along, account numbers in full: recorded as a look at each of them.

    `layout` None is the workbook with columns for the result. ValidationError when a value does not fit the layout.
    """
    disbursement = Disbursement.objects.select_for_update().get(pk=disbursement.pk)
    require(by, "distribution.take_list", disbursement)
    content = exports.list_content(disbursement, layout, by=by)
    now = timezone.now()
    Disclosure.objects.bulk_create(
        Disclosure(
            at=now,
            by=by,
            subject=f"proposals.proposal:{ref}",
            field="account_number",
            reason=reason.strip() or f"Mengambil {disbursement}",
            address=address,
        )
        for ref in disbursement.payments.filter(account_number__isnull=False).values_list(
            "recipient__proposal__ref", flat=True
        )
    )
    return ListCopy.objects.create(
        disbursement=disbursement,
        layout=layout,
        sha256=hashlib.sha256(content).hexdigest(),
        password=bank_layouts.new_password() if protect else None,
        by=by,
        at=now,
    )


@transaction.atomic
def show_password(copy, *, by) -> ListCopy:
    """Show the password of a copy, once; whoever asks again takes the list anew."""
    copy = ListCopy.objects.select_for_update().get(pk=copy.pk)
    require(by, "distribution.show_password", copy)
    copy.password_shown_at = timezone.now()
    copy.save(update_fields=["password_shown_at"])
    return copy
