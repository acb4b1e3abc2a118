"""Pages of issued papers: who finds them, what they show, and what the public page does not."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from tests.documents.conftest import stored_bytes
from uep.access.roles import Role
from uep.documents import actions
from uep.documents.models import NumberCounter, NumberSeries, OfficialDocument
from uep.office.models import Bank

ON = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def decree(village, head):
    return actions.issue("uji_sk", village, by=head, on=ON)


@pytest.fixture
def letter(village, head):
    document = actions.issue("uji_surat", village, by=head, on=ON)
    actions.render(document.pk)
    document.refresh_from_db()
    return document


def test_each_role_sees_its_own(decree, letter, village, other_village, make_user, head):
    bank, other_bank = (Bank.objects.create(code=code, name=f"Bank {code}") for code in ("901", "902"))
    payment_list = OfficialDocument.objects.create(
        paper="sk_uji",
        title="SK",
        subject_type="x.y",
        subject_pk="1",
        bank=bank,
        facts={},
        issued_by=head,
        issued_at=decree.issued_at,
    )
    staff_elsewhere = make_user(Role.STAFF, username="delang")
    staff_elsewhere.districts.add(other_village.parent)
    users = {
        "head": head,
        "secretary": make_user(Role.SECRETARY),
        "division head": make_user(Role.DIVISION_HEAD),
        "staff": make_user(Role.STAFF),
        "staff elsewhere": staff_elsewhere,
        "auditor": make_user(Role.AUDITOR),
        "village": make_user(Role.VILLAGE, village=village),
        "other village": make_user(Role.VILLAGE, village=other_village, username="kudangan"),
        "bank": make_user(Role.BANK, bank=bank),
        "other bank": make_user(Role.BANK, bank=other_bank, username="lain"),
        "regent": make_user(Role.REGENT),
        "admin": make_user(Role.ADMIN),
    }
    every = {decree, letter, payment_list}
    assert {name: set(OfficialDocument.objects.visible_to(user)) for name, user in users.items()} == {
        "head": every,
        "secretary": every,
        "division head": every,
        "staff": every,
        "staff elsewhere": {decree, payment_list},
        "auditor": every,
        "village": {letter},
        "other village": set(),
        "bank": {payment_list},
        "other bank": set(),
        "regent": {payment_list},
        "admin": set(),
    }


def test_download_gives_the_issued_bytes(client, letter, village, make_user):
    client.force_login(make_user(Role.VILLAGE, village=village))
    answer = client.get(letter.get_download_url())
    assert answer.content == stored_bytes(letter)
    assert {
        name: answer[name]
        for name in ("Content-Type", "Content-Disposition", "Cache-Control", "X-Content-Type-Options")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="uji_surat-{letter.ref}.pdf"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert client.get(letter.get_download_url() + "?unduh")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("page", ["progress", "download"])
def test_a_foreign_document_is_not_found(client, letter, other_village, make_user, page):
    client.force_login(make_user(Role.VILLAGE, village=other_village))
    assert client.get(reverse(f"documents:{page}", args=[letter.ref])).status_code == 404


def test_bytes_that_were_changed_in_the_store_are_not_handed_out(client, letter, head, caplog):
    Path(default_storage.path(letter.file)).write_bytes(stored_bytes(letter) + b"\n% changed")
    client.force_login(head)
    answer = client.get(letter.get_download_url())
    assert answer.status_code == 500
    assert "tidak lagi sama dengan yang diterbitkan" in answer.content.decode()
    assert f"Stored bytes of document {letter.ref} differ from its fingerprint" in caplog.text


def test_the_page_looks_again_while_the_document_is_made(client, decree, head):
    client.force_login(head)
    waiting = client.get(decree.get_absolute_url())
    assert waiting["Refresh"] == "10"
    assert "Menunggu giliran" in waiting.content.decode()
    assert client.get(decree.get_download_url()).url == decree.get_absolute_url()
    part = client.get(decree.get_absolute_url(), headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div class="job')
    actions.render(decree.pk)
    ready = client.get(decree.get_absolute_url())
    decree.refresh_from_db()
    assert "Refresh" not in ready
    assert decree.sha256 in ready.content.decode()
    own = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{decree.get_absolute_url()}"}
    assert client.get(decree.get_absolute_url(), headers=own)["HX-Refresh"] == "true"
    elsewhere = own | {"HX-Current-URL": "http://testserver/sk/"}
    assert "HX-Refresh" not in client.get(decree.get_absolute_url(), headers=elsewhere)


def test_a_failed_document_can_be_retried_on_its_page(client, decree, head, make_user, village):
    OfficialDocument.objects.filter(pk=decree.pk).update(state="failed", error="Daftar penerima kosong.")
    client.force_login(head)
    page = client.get(decree.get_absolute_url()).content.decode()
    retry = reverse("documents:retry_render", args=[decree.ref])
    assert "Daftar penerima kosong." in page
    assert f'action="{retry}"' in page
    assert client.post(retry).url == decree.get_absolute_url()
    decree.refresh_from_db()
    assert decree.state == "queued"
    assert client.post(retry).status_code == 403  # it is on its way again


def test_the_list_of_papers_shows_each_as_it_is(decree, letter, rf):
    OfficialDocument.objects.filter(pk=decree.pk).update(progress=35, state="rendering")
    documents = list(OfficialDocument.objects.order_by("pk"))
    page = render_to_string("documents/_list.html", {"documents": documents}, request=rf.get("/"))
    words = " ".join(strip_tags(page).split())
    assert "35 dari 100" in words
    assert f'hx-get="{decree.get_absolute_url()}"' in page
    assert f'href="{letter.get_download_url()}"' in page
    assert decree.get_download_url() not in page
    assert "Surat Tugas" in words
    assert "Belum ada naskah" in render_to_string("documents/_list.html", {"documents": []})


def test_the_auditor_reads_and_retries_nothing(client, decree, make_user):
    OfficialDocument.objects.filter(pk=decree.pk).update(state="failed", error="x")
    client.force_login(make_user(Role.AUDITOR))
    retry = reverse("documents:retry_render", args=[decree.ref])
    assert retry not in client.get(decree.get_absolute_url()).content.decode()
    assert client.post(retry).status_code == 403


def test_the_public_page_says_what_may_be_known(client, decree):
    actions.render(decree.pk)
    decree.refresh_from_db()
    page = client.get(decree.get_check_url())
    words = " ".join(page.content.decode().split())
    for known in [
        "Berlaku",
        "188.4/1/DINSOS/XI/2026",
        "23 November 2026",
        "TRI WAHYUDI",
        "Jumlah penerima",
        decree.sha256,
    ]:
        assert known in words
    for guarded in [decree.ref, "620903", "Penerima 1", "19781211", decree.issued_by.full_name]:
        assert guarded not in words


def test_a_code_typed_in_small_letters_is_found(client, decree):
    assert client.get(reverse("documents:check", args=[decree.code.lower()])).status_code == 200


def test_the_public_page_of_an_amended_or_revoked_document_says_so(client, decree, head, village):
    actions.reissue("uji_sk", village, by=head, reason="Nomor rekening Budi 123 salah", on=ON)
    page = client.get(decree.get_check_url()).content.decode()
    assert "sudah diubah dengan naskah lain" in page
    assert "188.4/2/DINSOS/XI/2026" in page
    assert "Budi" not in page
    successor = OfficialDocument.objects.current().get()
    actions.revoke(successor, by=head, reason="Budi meninggal")
    page = client.get(successor.get_check_url()).content.decode()
    assert "tidak berlaku lagi" in page
    assert "Budi" not in page


def test_an_unknown_code_gets_a_friendly_answer(client, db):
    answer = client.get(reverse("documents:check", args=["<b>0123456789ABC"]))
    assert answer.status_code == 404
    assert "tidak ada pada catatan kami" in answer.content.decode()
    assert "<b>0123" not in answer.content.decode()


def test_guessing_codes_is_slowed_down(client, decree, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "cek"}}
    statuses = [client.get(reverse("documents:check", args=[f"{no:016}"])).status_code for no in range(61)]
    assert statuses == [404] * 60 + [429]
    assert client.get(decree.get_check_url(), REMOTE_ADDR="10.0.0.9").status_code == 200


def test_the_administrator_changes_a_pattern(client, make_user, village, head):
    admin = make_user(Role.ADMIN)
    client.force_login(admin)
    series = NumberSeries.objects.get_or_create(code="uji_sk", defaults={"title": "SK", "pattern": "{no}/{tahun}"})[0]
    assert series.pattern in client.get(reverse("documents:series")).content.decode()
    edit = reverse("documents:edit_series", args=[series.ref])
    refused = client.post(edit, {"pattern": "{no}/{hari}/{tahun}", "unit_code": "DINSOS", "last": "4"})
    assert refused.status_code == 422
    assert "Tanda {hari} pada pola nomor tidak dikenal" in refused.content.decode()
    assert (
        client.post(edit, {"pattern": "460/{no}/{kode}/{tahun}", "unit_code": "DINSOS-PMD", "last": "41"}).status_code
        == 303
    )
    today = date.today()  # noqa: DTZ011
    assert actions.issue("uji_sk", village, by=head).number == f"460/42/DINSOS-PMD/{today.year}"
    back = client.post(edit, {"pattern": "460/{no}/{tahun}", "unit_code": "X", "last": "7"})
    assert back.status_code == 422
    assert NumberCounter.objects.get(series=series).last == 42


def test_others_may_not_change_a_pattern(client, head, village, decree):
    client.force_login(head)
    assert client.get(reverse("documents:series")).status_code == 403
    assert client.post(reverse("documents:edit_series", args=[decree.number_series.ref])).status_code == 403
