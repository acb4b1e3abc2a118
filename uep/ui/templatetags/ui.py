"""Every component of the pages, one function each. A missing or unknown argument is a TemplateSyntaxError, a wrong
value (a tone, an icon, a step's state that does not exist) a ValueError. The gallery (/galeri/) shows them all.

Words and tones of states come from the caller; nothing here knows the domain.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from uep.ui import drawing, indonesian

register = template.Library()

TONES = ("neutral", "info", "success", "warning", "danger")
BUTTONS = ("primary", "quiet", "danger")
STEP_STATES = {"done": "selesai", "now": "sekarang", "ahead": "belum", "stopped": "berhenti"}
JOB_STATES = {
    "queued": ("Menunggu giliran", "neutral"),
    "running": ("Sedang dikerjakan", "info"),
    "done": ("Selesai", "success"),
    "failed": ("Gagal", "danger"),
}
MASK = "•"  # as uep.registry.fields.mask writes it
NOTHING = "–"


def _forgiving(function):
    """A fact that is not known yet is a dash on the page, never the word None."""
    return lambda value: NOTHING if value is None or value == "" else function(value)


for _name in (
    "angka", "bulan", "bulan_romawi", "hari", "hari_tanggal", "inisial", "jam", "kalimat", "lama", "persen", "rupiah",
    "rupiah_terbilang", "tanggal", "tanggal_singkat", "tanggal_terbilang", "terbilang", "ukuran", "waktu",
):  # fmt: skip
    register.filter(_name, _forgiving(getattr(indonesian, _name)))


# Words ----------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/pill.html")
def pill(label, *, tone):
    """A state as a word; the colour only repeats it."""
    return {"label": label, "tone": _one_of(tone, TONES, "tone")}


@register.inclusion_tag("components/icon.html")
def icon(name, *, label=""):
    """A drawing from the sprite. Without a label it is decoration and silent."""
    return {"name": _one_of(name, icon_names(), "icon"), "label": label}


@register.inclusion_tag("components/money.html")
def money(amount, *, words=False):
    """Rupiah in tabular figures, in words too when asked; a dash for None."""
    known = amount is not None and amount != ""
    return {"amount": indonesian.rupiah(amount) if known else NOTHING, "words": words and known and _in_words(amount)}


@register.inclusion_tag("components/masked.html")
def masked(value, *, url="", label="Lihat lengkap"):
    """A guarded number, already masked (an unmasked one is refused, law 6), with the page that opens it."""
    if value and MASK not in str(value):
        raise ValueError("this number is not masked")
    return {"value": value or NOTHING, "url": url if value else "", "label": label}


@register.inclusion_tag("components/stat.html")
def stat(label, *, value, note="", url="", tone="neutral"):
    """One figure with its name."""
    return {"label": label, "value": value, "note": note, "url": url, "tone": _one_of(tone, TONES, "tone")}


# The page -------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/page_head.html")
def page_head(title, *, state="", tone="neutral", meta="", up="", up_url="", crumbs=(), lead=""):
    """The h1 with its state and a line of meta. The way up: `up` and `up_url`, or `crumbs` as (label, url) pairs."""
    _one_of(tone, TONES, "tone")
    crumbs = [*_pairs(crumbs), *([(up, up_url)] if up else [])]
    return {"title": title, "state": state, "tone": tone, "meta": meta, "crumbs": crumbs, "lead": lead}


@register.simple_block_tag
def sheet(content, *, title="", count=None, note="", anchor="", level=2, tone=""):
    """A white sheet: `{% sheet title="Berkas" %}...{% endsheet %}`. `count` is a figure beside the title."""
    if level not in {2, 3}:
        raise ValueError(f"no such level of heading: {level}")
    if tone:
        _one_of(tone, TONES, "tone")
    context = {"title": title, "count": count, "note": note, "anchor": anchor, "level": level, "tone": tone}
    return render_to_string("components/sheet.html", {**context, "content": content})


@register.inclusion_tag("components/facts.html")
def facts(*, rows):
    """Labels with their values, from (label, value) pairs; what is not known shows a dash."""
    return {"rows": [(label, NOTHING if value is None or value == "" else value) for label, value in _pairs(rows)]}


@register.simple_block_tag
def fact_list(content):
    """Around `{% fact label="..." %}` blocks, where values hold components of their own."""
    return render_to_string("components/fact_list.html", {"content": content})


@register.simple_block_tag
def fact(content, *, label):
    return render_to_string("components/fact.html", {"label": label, "content": _or_dash(content)})


@register.inclusion_tag("components/turn.html")
def turn(text, *, whose="", due=None, late=None):
    """Whose turn it is. Without `whose` it is the reader's own, and the box is amber."""
    due_text, late = _due(due, late)
    return {"text": text, "whose": whose, "due": due_text, "late": late}


@register.inclusion_tag("components/alert.html")
def alert(text, *, tone, title=""):
    """A sentence that must not be missed."""
    symbol = {"success": "check", "warning": "warning", "danger": "warning"}.get(tone, "info")
    return {"text": text, "tone": _one_of(tone, TONES, "tone"), "title": title, "symbol": symbol}


@register.inclusion_tag("components/flash.html", takes_context=True)
def flash(context):
    """What the last act left to say; once."""
    told = [(message.message, {"error": "danger", "debug": "neutral"}.get(message.level_tag, message.level_tag))
            for message in context.get("messages") or ()]  # fmt: skip
    return {"told": [(text, tone) for text, tone in told if text]}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*, form=None, errors=()):
    """All faults of a form at its top, each a link to its field, after those that the action itself found."""
    faults = [("", error) for error in errors]
    if form is not None and form.is_bound:
        faults += [("", error) for error in form.non_field_errors()]
        faults += [(f"#{_target(field)}", _named(field, error)) for field in form for error in field.errors]
    return {"faults": faults}


def _named(field, fault) -> str:
    """Away from its box a fault must say which box it is about."""
    label = str(field.label)
    return fault if label.casefold() in fault.casefold() else f"{label}: {fault}"


@register.inclusion_tag("components/empty.html")
def empty(title, *, text="", url="", label="", symbol="desk"):
    """Nothing here: why, and what to do next."""
    return {"title": title, "text": text, "url": url, "label": label, "symbol": _one_of(symbol, icon_names(), "icon")}


# Work -----------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/stepper.html")
def stepper(*, steps, label="Langkah SOP"):
    """The steps in order: items with `label`, `state` (done, now, ahead, stopped) and `note` (a date, a deadline)."""
    rows = [_item(step, required=("label", "state"), optional=("note",)) for step in steps]
    for number, row in enumerate(rows, 1):
        row |= {"number": number, "word": STEP_STATES[_one_of(row["state"], STEP_STATES, "state of a step")]}
        row["current"] = row["state"] in {"now", "stopped"}
    # A phone names one step only: the present one, after the end the last.
    shown = (
        next((row for row in rows if row["current"]), None) or ([r for r in rows if r["state"] == "done"] or rows)[-1]
    )
    shown["shown"] = True
    return {"steps": rows, "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(*, entries):
    """What happened, newest first: items with `title`, `who`, `when` (datetime or date), `note` and `tone`."""
    rows = [_item(entry, required=("title", "when"), optional=("who", "note", "tone")) for entry in entries]
    for row in rows:
        row["tone"] = _one_of(row["tone"] or "success", TONES, "tone")
        row["stamp"] = row["when"].isoformat()
        row["when"] = (indonesian.waktu if isinstance(row["when"], datetime) else indonesian.tanggal)(row["when"])
    return {"entries": rows}


@register.inclusion_tag("components/task.html")
def task(title, *, url, where="", who="", due=None, late=None, state="", tone="neutral"):
    """A line of work, inside `<ul class="tasks">`: what is asked, of whom, where, by when.

    `due` is a datetime or date (said as people do, and red when past), or a text with `late` of the caller's clock.
    """
    due_text, late = _due(due, late)
    about = " · ".join(str(part) for part in (who, where) if part)
    return {
        "title": title, "url": url, "about": about, "due": due_text, "late": late, "state": state,
        "tone": _one_of(tone, TONES, "tone"),
    }  # fmt: skip


@register.inclusion_tag("components/progress.html", takes_context=True)
def progress(context, label, *, state, done=None, total=None, error="", poll_url="", retry_url="", result_url=""):
    """A job that outlives the request. `poll_url` answers with this component anew while it is queued or running."""
    word, tone = JOB_STATES[_one_of(state, JOB_STATES, "state of a job")]
    return {
        "label": label, "word": word, "tone": tone, "done": done, "total": total, "error": error,
        "running": state == "running",
        "poll_url": poll_url if state in {"queued", "running"} else "",
        "retry_url": retry_url if state == "failed" else "",
        "result_url": result_url if state == "done" else "",
        "share": f"{indonesian.angka(done)} dari {indonesian.angka(total)}" if done is not None and total else "",
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


@register.inclusion_tag("components/acts.html")
def act_row(*, offers):
    """Buttons of acts; templates use `{% act_buttons %}`. Items with `id`, `label`, `url`, `tone`, and `why` not.

    On a phone the one main act sticks to the bottom edge: the first primary that is open, or the only act there is;
    what cannot be undone is never under the thumb unasked.
    """
    rows = [_item(offer, required=("id", "label", "url", "tone"), optional=("why",)) for offer in offers]
    for row in rows:
        _one_of(row["tone"], BUTTONS, "tone of a button")
    may = [row for row in rows if not row["why"]]
    main = next((row for row in may if row["tone"] == "primary"), None)
    if main is None and len(may) == 1 and may[0]["tone"] != "danger":
        main = may[0]
    return {"main": main, "rest": [row for row in rows if row is not main], "whys": [row for row in rows if row["why"]]}


# Lists ----------------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def table(content, *, caption, stacked=False):
    """Around <thead> and <tbody>; scrolls sideways inside itself. The caption is for those who do not see the page.

    With `stacked` each row becomes a small card on a phone: give every td a data-label.
    """
    return render_to_string("components/table.html", {"content": content, "caption": caption, "stacked": stacked})


@register.inclusion_tag("components/area_map.html")
def area_map(title, *, description, places, borders=(), points=(), legend=(), name="peta", width=480):
    """Places as areas of a map: items with `label`, `tone`, `outline` (degrees), `at` (a point inside), and maybe `mark` (a
    figure on it), `url` and `current`. `borders` are outlines drawn over them, `points` single positions: items with
    `label`, `tone`, `at` and `mark`. A list beside it must say the same.
    """
    rows = [
        _item(place, required=("label", "tone", "outline", "at"), optional=("mark", "url", "current"))
        for place in places
    ]
    spots = [_item(point, required=("label", "tone", "at", "mark")) for point in points]
    for tone in (*(row["tone"] for row in (*rows, *spots)), *(tone for tone, _ in legend)):
        _one_of(tone, TONES, "tone")
    drawn = drawing.laid_out(rows, borders, points=spots, width=width)
    return drawn | {"title": title, "description": description, "id": name, "legend": _pairs(legend)}


@register.inclusion_tag("components/pager.html")
def pager(page, *, older="Berikutnya", newer="Sebelumnya", label="Halaman"):
    """The ways to the neighbouring pages of a uep.ui.paging.Page; nothing when all fits on one."""
    return {"page": page, "older": older, "newer": newer, "label": label}


@register.inclusion_tag("components/sort_links.html")
def sort_links(page):
    """The declared orders of a uep.ui.paging.Page."""
    return {"sorts": page.sorts}


@register.inclusion_tag("components/search_box.html")
def search_box(*, label, name="cari", value="", placeholder=""):
    """One search field, inside a GET form."""
    return {"label": label, "name": name, "value": value or "", "placeholder": placeholder}


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(*, form=None, search="", value="", name="cari", target="", label="Saring daftar"):
    """A GET form above a list: a search field when `search` (its label) is given, then a FilterForm's fields.

    `target` is the id of the part of the page that htmx replaces; without JavaScript the page loads anew.
    """
    active = len(form.chosen()) if form is not None else 0
    return {
        "form": form, "search": search, "value": value or "", "name": name, "target": target, "active": active,
        "label": label,
    }  # fmt: skip


@register.inclusion_tag("components/file_row.html")
def file_row(name, *, kind="", url="", note="", state="", tone="neutral", edit_url="", edit_label="Ganti"):
    """A paper or photo in `<ul class="files">`: its name, kind and size, the verdict on it, what can be done."""
    return {
        "name": name, "kind": kind, "url": url, "note": note, "state": state, "edit_url": edit_url,
        "edit_label": edit_label, "tone": _one_of(tone, TONES, "tone"),
    }  # fmt: skip


@register.inclusion_tag("components/download_list.html")
def download_list(*, items):
    """Papers to take along: items with `label`, `url` (empty while it is being made) and `note`."""
    return {"items": [_item(item, required=("label", "url"), optional=("note",)) for item in items]}


# Arguments ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """What the sprite holds."""
    with open(finders.find("icons.svg"), encoding="utf-8") as sprite:  # noqa: PTH123 - finders answers a str
        return frozenset(re.findall(r'<symbol id="([a-z-]+)"', sprite.read()))


def _one_of(value, allowed, what: str):
    if value not in allowed:
        raise ValueError(f"no such {what}: {value!r}")
    return value


def _pairs(rows: Iterable) -> list[tuple]:
    return [(label, value) for label, value in (rows or ())]


def _item(thing, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict:
    """The named fields of a mapping or an object; ValueError names what is missing, or unknown in a mapping."""
    if isinstance(thing, Mapping):
        unknown = set(thing) - set(required) - set(optional)
        missing = set(required) - set(thing)
        row = dict(thing)
    else:
        unknown = set()
        missing = {name for name in required if not hasattr(thing, name)}
        row = {name: getattr(thing, name) for name in (*required, *optional) if hasattr(thing, name)}
    if unknown or missing:
        raise ValueError(f"missing {sorted(missing)}, unknown {sorted(unknown)} in {thing!r}")
    return dict.fromkeys(optional, "") | row


def _due(due, late: bool | None) -> tuple[str, bool]:
    if due is None or due == "":
        return "", bool(late)
    if isinstance(due, date):
        text, past = indonesian.batas(due)
        return text, past if late is None else late
    return str(due), bool(late)


def _in_words(amount: int) -> str:
    return indonesian.rupiah_terbilang(amount)


def _or_dash(content: str) -> str:
    return content if content.strip() else SafeString(NOTHING)


def _target(field) -> str:
    """The id to go to: the group of a set of choices has no single control."""
    return f"div_{field.auto_id}" if field.use_fieldset else field.id_for_label or field.auto_id
