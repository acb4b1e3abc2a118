import random
from urllib.parse import parse_qs

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.db.models import Case, F, Value, When
from django.db.models.functions import Lower
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from uep.registry.models import Region
from uep.ui.paging import AFTER, Sort, page_of

pytestmark = pytest.mark.django_db

# A table with a column that may be empty, one with many ties and a unique one.
ORDERS = [
    ("pk",),
    ("-pk",),
    ("username", "pk"),
    ("-username", "pk"),
    ("username", "-pk"),
    ("failures_since_start", "-username", "pk"),
    ("-failures_since_start", "username", "-pk"),
    ("ip_address", "-username", "failures_since_start", "pk"),
]


def fill(count):
    chance = random.Random(count)
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=chance.choice([None, None, "a", "b", "B", "ç"]),
            ip_address=chance.choice([None, "10.0.0.1", "10.0.0.2"]),
            user_agent=str(number),
            failures_since_start=chance.randrange(4),
        )
        for number in range(count)
    )


def ask(url=""):
    return RequestFactory().get("/daftar/" + url)


def walk(rows, direction="next_url", url="", **options):
    """Every page from here to the end of one direction, as lists of keys, and the last page's address."""
    pages = []
    while True:
        page = page_of(ask(url), rows, **options)
        pages.append([row.pk for row in page])
        if not getattr(page, direction):
            return pages, url
        url = getattr(page, direction)


def flat(pages):
    return [key for page in pages for key in page]


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@pytest.mark.parametrize("count, size", [(0, 3), (1, 3), (3, 3), (4, 3), (61, 7)])
def test_paging_shows_each_row_once_in_the_databases_own_order(order, count, size):
    fill(count)
    expected = list(AccessAttempt.objects.order_by(*order).values_list("pk", flat=True))
    pages, last = walk(AccessAttempt.objects.all(), order=order, size=size)
    assert flat(pages) == expected
    back, _ = walk(AccessAttempt.objects.all(), "previous_url", last, order=order, size=size)
    assert back[-1] == expected[:size]
    if count > size:
        assert set(flat(back)) == set(expected)


def test_paging_ten_thousand_rows_with_ties_and_empty_values():
    fill(10_000)
    order = ("-failures_since_start", "username", "-pk")
    expected = list(AccessAttempt.objects.order_by(*order).values_list("pk", flat=True))
    pages, _ = walk(AccessAttempt.objects.all(), order=order, size=700)
    assert flat(pages) == expected


def test_a_page_takes_one_query_and_counts_nothing():
    fill(60)
    url = page_of(ask(), AccessAttempt.objects.all(), order=("username", "pk"), size=10).next_url
    url = page_of(ask(url), AccessAttempt.objects.all(), order=("username", "pk"), size=10).next_url
    back = page_of(ask(url), AccessAttempt.objects.all(), order=("username", "pk"), size=10).previous_url
    for address in ("", url, back):
        with CaptureQueriesContext(connection) as queries:
            page_of(ask(address), AccessAttempt.objects.all(), order=("username", "pk"), size=10)
        assert len(queries) == 1
        assert "COUNT" not in queries[0]["sql"]
        assert "OFFSET" not in queries[0]["sql"]


def test_a_key_begins_in_the_index():
    fill(30)
    url = page_of(ask(), AccessAttempt.objects.all(), order=("-attempt_time", "-pk"), size=10).next_url
    with CaptureQueriesContext(connection) as queries:
        page_of(ask(url), AccessAttempt.objects.all(), order=("-attempt_time", "-pk"), size=10)
    assert '"attempt_time" <= ' in queries[0]["sql"]


def test_going_back_to_a_first_page_that_shrank_fills_it():
    fill(30)
    rows, options = AccessAttempt.objects.all(), {"order": ("pk",), "size": 10}
    second = page_of(ask(page_of(ask(), rows, **options).next_url), rows, **options)
    AccessAttempt.objects.filter(pk__in=AccessAttempt.objects.order_by("pk")[:4].values("pk")).delete()
    page = page_of(ask(second.previous_url), rows, **options)
    assert [row.pk for row in page] == list(rows.order_by("pk").values_list("pk", flat=True)[:10])
    assert (page.previous_url, page.first_url) == ("", "")


def test_paths_annotations_and_dictionaries_can_be_keys():
    Region.objects.all().delete()
    Region.objects.create(code="62", name="Kalimantan Tengah", level="province")
    for number, name in enumerate(["Lamandau", "barito", "Kapuas", "lamandau", "Barito"], 1):
        Region.objects.create(code=f"62.{number:02}", name=name, level="regency", parent_id="62")
    rows = Region.objects.filter(level="regency").annotate(lower=Lower("name"))
    order = ("parent__name", "lower", "-code")
    expected = list(rows.order_by("lower", "-code").values_list("code", flat=True))
    assert flat(walk(rows, order=order, size=2)[0]) == expected
    page = page_of(ask(), rows.values("code", "lower"), order=("lower", "-code"), size=2)
    page = page_of(ask(page.next_url), rows.values("code", "lower"), order=("lower", "-code"), size=2)
    assert [row["code"] for row in page] == expected[2:4]


def test_an_empty_annotation_is_a_key():
    fill(20)
    rows = AccessAttempt.objects.annotate(
        known=Case(When(failures_since_start__gt=1, then=F("username")), default=Value(None))
    )
    expected = list(rows.order_by("-known", "pk").values_list("pk", flat=True))
    assert flat(walk(rows, order=("-known", "pk"), size=3)[0]) == expected


def test_an_order_without_a_unique_end_is_refused():
    for order in ((), ("username",), ("pk", "username"), ("nowhere",)):
        with pytest.raises(ValueError, match="must be unique"):
            page_of(ask(), AccessAttempt.objects.all(), order=order)


def test_the_address_tells_nobody_the_key():
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"Eko Saputra {n}", user_agent=str(n), failures_since_start=0) for n in range(3)
    )
    url = page_of(ask(), AccessAttempt.objects.all(), order=("username", "pk"), size=2).next_url
    assert "Eko" not in url
    assert len(url) < 300


@pytest.mark.parametrize("key", ["x", "gAAAAA", "%00", "=====", "Ω", "a" * 5000])
def test_a_key_that_was_tampered_with_shows_the_first_page(key):
    fill(5)
    expected = list(AccessAttempt.objects.order_by("pk").values_list("pk", flat=True)[:2])
    for name in ("sesudah", "sebelum"):
        page = page_of(RequestFactory().get("/", {name: key}), AccessAttempt.objects.all(), order=("pk",), size=2)
        assert [row.pk for row in page] == expected


def test_a_key_of_another_order_shows_the_first_page():
    fill(5)
    url = page_of(ask(), AccessAttempt.objects.all(), order=("pk",), size=2).next_url
    page = page_of(ask(url), AccessAttempt.objects.all(), order=("-pk",), size=2)
    assert [row.pk for row in page] == list(AccessAttempt.objects.order_by("-pk").values_list("pk", flat=True)[:2])


def test_sorts_are_declared_and_filters_stay():
    fill(5)
    sorts = {"baru": Sort("Terbaru", ("-pk",)), "nama": Sort("Nama", ("username", "pk"))}
    page = page_of(ask("?cari=bulik&urut=nama"), AccessAttempt.objects.all(), sorts=sorts, size=2)
    assert [(sort.label, sort.url, sort.chosen) for sort in page.sorts] == [
        ("Terbaru", "?cari=bulik&urut=baru", False),
        ("Nama", "?cari=bulik&urut=nama", True),
    ]
    query = parse_qs(page.next_url[1:])
    assert (query["cari"], query["urut"], set(query)) == (["bulik"], ["nama"], {"cari", "urut", AFTER})
    unknown = page_of(ask("?urut=password"), AccessAttempt.objects.all(), sorts=sorts, size=2)
    assert [row.pk for row in unknown] == list(AccessAttempt.objects.order_by("-pk").values_list("pk", flat=True)[:2])
