"""The NIK by which a signing service finds the signatory: written by its owner alone, sealed, masked."""

import pytest
from django.db import connection
from django.urls import reverse

from tests.cast import PASSWORD
from uep.access.access import Refused
from uep.accounts import actions
from uep.accounts.models import User

NIK = "6209012108780003"
URL = reverse("accounts:record_nik")


@pytest.mark.django_db
def test_the_owner_records_it_and_sees_it_masked(cast, client):
    client.force_login(cast.head)
    assert "Belum dicatat" in client.get(reverse("accounts:account")).content.decode()
    answer = client.post(URL, {"nik": "6209 0121 0878 0003", "current": PASSWORD})
    assert (answer.status_code, answer.url) == (302, reverse("accounts:account"))
    user = User.objects.get(pk=cast.head.pk)
    assert (user.signing_nik, user.signing_nik_at is not None) == (NIK, True)
    page = client.get(reverse("accounts:account")).content.decode()
    assert (user.masked_signing_nik in page, NIK in page, NIK in client.get(URL).content.decode()) == (
        True,
        False,
        False,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT u::text FROM accounts_user u WHERE id = %s", [user.pk])
        assert NIK not in cursor.fetchone()[0]
    client.post(URL, {"nik": "", "current": PASSWORD})
    assert User.objects.get(pk=cast.head.pk).signing_nik is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "form, field",
    [({"nik": "123", "current": PASSWORD}, "nik"), ({"nik": NIK, "current": "keliru"}, "current")],
)
def test_a_wrong_number_or_password_records_nothing(cast, client, form, field):
    client.force_login(cast.head)
    answer = client.post(URL, form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert User.objects.get(pk=cast.head.pk).signing_nik is None


@pytest.mark.django_db
def test_nobody_records_it_for_another_and_only_signatories_have_one(cast, client):
    with pytest.raises(Refused, match="hanya dicatat oleh pemiliknya"):
        actions.record_nik(cast.head, by=cast.regent, nik=NIK)
    client.force_login(cast.alice)
    assert client.get(URL).status_code == 403
    assert "NIK penanda tangan" not in client.get(reverse("accounts:account")).content.decode()
