import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from uep.ui.templatetags.ui import TONES, icon_names

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"


def render(source, **context):
    return re.sub(r"\s+", " ", Template(source).render(Context(context))).strip()


@pytest.mark.django_db
@pytest.mark.urls("tests.ui.urls")
def test_gallery_shows_every_component(client):
    response = client.get("/galeri/")
    shown = {template.name for template in response.templates}
    assert {f"components/{path.name}" for path in COMPONENTS.glob("*.html")} - shown == set()
    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.urls("tests.ui.urls")
def test_gallery_keeps_the_content_security_policy(client):
    response = client.get("/galeri/")
    page = response.content.decode()
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href)=\"(?:https?:)?//", page) == []


@pytest.mark.parametrize(
    "source",
    [
        '{% pill "Draf" %}',
        '{% pill "Draf" tone="info" size="xl" %}',
        '{% pill "Draf" "info" %}',
        "{% sheet heading='x' %}{% endsheet %}",
        "{% fact %}x{% endfact %}",
        "{% stepper %}",
        "{% timeline rows=x %}",
        '{% task "Periksa" %}',
        '{% progress "SK" %}',
        '{% alert "Awas" %}',
        "{% table %}{% endtable %}",
        '{% file_row "KTP" status="benar" %}',
        "{% search_box %}",
        '{% money 1 word="x" %}',
    ],
)
def test_missing_and_unknown_arguments_are_errors_of_the_template(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)


@pytest.mark.parametrize(
    "source, complaint",
    [
        ('{% pill "Draf" tone="green" %}', "no such tone: 'green'"),
        ('{% pill "Draf" tone=nowhere %}', "no such tone: ''"),
        ('{% alert "Awas" tone="error" %}', "no such tone: 'error'"),
        ('{% icon "unicorn" %}', "no such icon: 'unicorn'"),
        ('{% progress "SK" state="doing" %}', "no such state of a job: 'doing'"),
        ('{% masked "6209030403850012" %}', "this number is not masked"),
        ("{% sheet level=4 %}{% endsheet %}", "no such level of heading: 4"),
        ("{% stepper steps=bad_state %}", "no such state of a step: 'late'"),
        ("{% stepper steps=no_label %}", r"missing \['label'\], unknown \['name'\]"),
        ("{% act_row offers=bad_button %}", "no such tone of a button: 'success'"),
    ],
)
def test_wrong_values_are_refused(source, complaint):
    context = {
        "bad_state": [{"label": "Usulan", "state": "late"}],
        "no_label": [{"name": "Usulan", "state": "done"}],
        "bad_button": [{"id": "a", "label": "Ya", "url": "#", "tone": "success"}],
    }
    with pytest.raises(ValueError, match=complaint):
        render(source, **context)


def test_text_from_people_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    step = [{"label": evil, "state": "now", "note": evil}]
    entry = [{"title": evil, "who": evil, "when": timezone.now(), "note": evil}]
    offer = [{"id": "x", "label": evil, "url": "#", "tone": "primary", "why": evil}]
    sources = """
        {% pill evil tone="info" %} {% page_head evil state=evil meta=evil up=evil up_url=evil lead=evil %}
        {% sheet title=evil note=evil %}{{ evil }}{% endsheet %} {% fact label=evil %}{{ evil }}{% endfact %}
        {% facts rows=rows %} {% turn evil whose=evil due=evil %} {% alert evil tone="info" title=evil %}
        {% error_summary errors=list %} {% empty evil text=evil url=evil label=evil %} {% stepper steps=step %}
        {% timeline entries=entry %} {% task evil url=evil where=evil who=evil due=evil state=evil %}
        {% progress evil state="failed" error=evil retry_url=evil %} {% act_row offers=offer %}
        {% table caption=evil %}{{ evil }}{% endtable %} {% search_box label=evil name=evil value=evil %}
        {% filter_bar search=evil value=evil target=evil %} {% file_row evil kind=evil note=evil state=evil %}
        {% download_list items=files %} {% stat evil value=evil note=evil %} {% money 5 %} {% icon "check" label=evil %}
    """
    page = render(
        sources, evil=evil, rows=[(evil, evil)], list=[evil], step=step, entry=entry, offer=offer,
        files=[{"label": evil, "url": "", "note": evil}],
    )  # fmt: skip
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 40


def test_facts_that_are_not_known_are_a_dash():
    rows = [("NIK", None), ("HP", ""), ("Anak", 0)]
    assert re.findall(r"<dd>(.*?)</dd>", render("{% facts rows=rows %}", rows=rows)) == ["–", "–", "0"]
    assert (
        render("{{ nothing|rupiah }} {{ empty|tanggal }} {{ zero|rupiah }}", nothing=None, empty="", zero=0)
        == "– – Rp0"
    )
    assert "–" in render("{% fact label='Catatan' %} {% endfact %}")
    assert ">–<" in render('{% masked "" url="/buka/" %}')
    assert "/buka/" not in render('{% masked "" url="/buka/" %}')


def test_stepper_marks_one_present_step():
    steps = [{"label": str(n), "state": state} for n, state in enumerate(("done", "now", "ahead"))]
    page = render("{% stepper steps=steps %}", steps=steps)
    assert page.count('aria-current="step"') == 1
    assert re.findall(r'<li class="([a-z ]+)"', page) == ["done", "now shown", "ahead"]
    for state, classes in (("done", ["done", "done shown"]), ("ahead", ["ahead", "ahead shown"])):
        page = render("{% stepper steps=steps %}", steps=[{"label": "x", "state": state}] * 2)
        assert re.findall(r'<li class="([a-z ]+)"', page) == classes


def test_task_says_when_it_is_late():
    now = timezone.now()
    late = render('{% task "Periksa" url="/x/" due=due %}', due=now - timedelta(days=2, hours=1))
    assert '<span class="due late">Lewat 2 hari</span>' in late
    # The office's clock may pause: its own verdict goes before the calendar's.
    paused = render('{% task "Periksa" url="/x/" due=due late=late %}', due=now - timedelta(days=2), late=False)
    assert "due late" not in paused
    assert 'class="due' not in render('{% task "Periksa" url="/x/" %}')


def test_act_row_has_one_main_act_and_says_why_not():
    def offer(name, tone="quiet", why=""):
        return {"id": name, "label": name, "url": f"/{name}/", "tone": tone, "why": why}

    page = render(
        "{% act_row offers=offers %}",
        offers=[offer("tolak", "danger"), offer("tanda", "primary"), offer("lain", "primary")],
    )
    assert re.findall(r'acts-main"><a class="btn btn-primary" href="([^"]+)"', page) == ["/tanda/"]
    alone = [render("{% act_row offers=offers %}", offers=[offer("satu", tone)]) for tone in ("quiet", "danger")]
    assert ["acts-main" in row for row in alone] == [True, False]  # a thumb does not rest on what cannot be undone
    held = render("{% act_row offers=offers %}", offers=[offer("tanda", "primary", "Anda penyusun SK ini.")])
    assert '<button class="btn btn-primary" type="button" disabled aria-describedby="why-tanda">' in held
    assert '<li id="why-tanda"><strong>tanda:</strong> Anda penyusun SK ini.</li>' in held
    assert "/tanda/" not in held
    assert render("{% act_row offers=offers %}", offers=[]) == ""


def test_progress_polls_only_while_something_moves():
    source = '{% progress "SK" state=state poll_url="/p/" retry_url="/r/" result_url="/h/" done=1200 total=5000 %}'
    shown = {
        state: [url for url in ("/p/", "/r/", "/h/") if url in render(source, state=state)]
        for state in ("queued", "running", "done", "failed")
    }
    assert shown == {"queued": ["/p/"], "running": ["/p/"], "done": ["/h/"], "failed": ["/r/"]}
    assert "1.200 dari 5.000" in render(source, state="running")


def test_every_tone_has_its_colours():
    theme = (Path(settings.BASE_DIR) / "static" / "theme.css").read_text()
    assert [tone for tone in TONES if f".pill.{tone} " not in theme or f".notice.{tone} " not in theme] == []


def test_the_sprite_is_one_drawing_for_each_name():
    sprite = (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text()
    assert sprite.count("<symbol") == len(icon_names()) > 40
