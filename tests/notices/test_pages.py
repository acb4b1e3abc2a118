"""The list of notices, and putting them aside."""

import pytest
from django.contrib.messages import get_messages

from notices import actions
from notices.models import Notice
from proposals.flow import State

pytestmark = pytest.mark.django_db

LIST, READ = "/pemberitahuan/", "/pemberitahuan/dibaca/"


@pytest.fixture
def told(walk):
    walk.proposals_at(State.SUBMITTED, 3)
    while actions.announce():
        pass


def test_the_list_shows_what_is_new_with_a_way_to_put_it_aside(told, cast, client, django_assert_num_queries):
    client.force_login(cast.secretary)
    client.get(LIST)
    with django_assert_num_queries(6):
        page = client.get(LIST)
    text = page.content.decode()
    assert (page.status_code, "3 usulan Nanga Bulik masuk" in text, f'href="{READ}"' in text) == (200, True, True)


def test_reading_puts_aside_the_own_notices_alone(told, cast, client):
    client.force_login(cast.secretary)
    assert client.get(READ).status_code == 200
    answer = client.post(READ)
    assert (answer.status_code, answer.url) == (303, LIST)
    assert [str(said) for said in get_messages(answer.wsgi_request)] == ["Semua pemberitahuan ditandai sudah dibaca."]
    unread = Notice.objects.unread().order_by("user__username").values_list("user__username", flat=True)
    assert list(unread) == ["kadis"]
    assert f'href="{READ}"' not in client.get(LIST).content.decode()
