"""Lines of the desk about work around visits: sheets to type, minutes to confirm, visits that are seen a second time."""

from collections.abc import Iterator

from django.urls import reverse

from uep.access.access import granted
from uep.ui.indonesian import tanggal
from verification.queries import second
from verification.queries.minutes import to_confirm
from verification.queries.sheets import count_loose, count_to_type

MOST = 40  # draws; beyond that the list page serves


def lines(user) -> Iterator[dict]:
    """As the desk's Task takes them."""
    yield from _sheets(user)
    yield from _minutes(user)
    if granted(user, "verification.record_second_visit"):
        yield from _second_visits(user)
    if granted(user, "verification.conclude_second_check"):
        for row in second.waiting_for_kabid(user)[:MOST]:
            yield from _draws(row)


def _line(title: str, url: str, where: str, state: str, **facts) -> dict:
    return {"title": title, "url": url, "where": where, "state": state, "tone": "warning"} | facts


def _sheets(user):
    """Field sheets that came back on paper: to write down, or nobody's yet."""
    if not granted(user, "verification.bring_sheets"):
        return
    waiting = (
        (count_to_type(user), "Catat kunjungan {n} rumah tangga dari lembar kertas", "menunggu dicatat"),
        (count_loose(user), "Lekatkan {n} halaman lembar kertas", "belum dilekatkan"),
    )
    for n, title, state in waiting:
        if n:
            yield _line(title.format(n=n), reverse("verification:sheets"), "Lembar kertas", state)


def _minutes(user):
    """Minutes of the user's own visits that wait for the user's own word: one line, which leads to the oldest."""
    if not granted(user, "verification.confirm_minutes"):
        return
    rows = list(to_confirm(user))
    if not rows:
        return
    oldest, day = rows[0], tanggal(rows[0].date)
    title = f"berita acara {day}" if len(rows) == 1 else f"{len(rows)} berita acara, yang tertua {day}"
    url = reverse("verification:confirm_minutes", args=[oldest.ref])
    yield _line(f"Konfirmasi {title}", url, oldest.assignment.purpose, "menunggu konfirmasi")


def _second_visits(user):
    """Drawn households that the user's own team goes to; questions about the user's own visits."""
    url = reverse("verification:second_checks")
    for row in second.errands_of(user):
        title = f"Kunjungi lagi {row['households']} rumah tangga yang terundi"
        yield _line(title, url, "Verifikasi ulang", "menunggu kunjungan kedua", due=second.end_of(row["day"]))
    if n := second.questions_to(user):
        yield _line(f"Jawab pertanyaan Kabid tentang {n} kunjungan", url, "Verifikasi ulang", "menunggu jawaban")


def _draws(row):
    where = f"{row['name']} {row['year']}"
    if n := row["to_assign"]:
        url = reverse("verification:assign_second_team", args=[row["draw__ref"]])
        yield _line(f"Tugaskan tim kedua untuk {n} rumah tangga", url, where, "terundi")
    if n := row["to_conclude"]:
        url = reverse("verification:sample_draw", args=[row["draw__ref"]])
        yield _line(f"Simpulkan {n} verifikasi ulang", url, where, "menunggu kesimpulan")
