"""The sections of the site, as data: who sees which is decided by the act that its page declares."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from uep.access.access import granted


@dataclass(frozen=True)
class Section:
    label: str
    url_name: str
    act: str  # whoever is granted it sees the section
    icon: str


NAVIGATION = (
    Section("Meja kerja", "oversight:desk", "oversight.desk", "desk"),
    Section("Usulan", "proposals:list", "proposals.view", "house"),
    Section("Surat pengantar", "proposals:letters", "proposals.view_letter", "letter"),
    Section("Verifikasi", "verification:list", "verification.view", "check-list"),
    Section("Lapangan", "verification:field_app", "verification.take_along", "phone"),
    Section("Dugaan ganda", "proposals:duplicates", "proposals.view_cases", "search"),
    Section("Masa sanggah", "verification:publications", "verification.view_publication", "people"),
    Section("SK", "decrees:list", "decrees.view", "decree"),
    Section("Penyaluran", "distribution:list", "distribution.view", "money"),
    Section("Program", "proposals:programmes", "proposals.view_programme", "programme"),
    Section("Data sosial", "social:overview", "social.view", "people"),
    Section("Buku register", "oversight:register", "oversight.register", "book"),
    Section("Laporan", "oversight:report", "oversight.report", "chart"),
    Section("Pengguna", "accounts:users", "accounts.manage_users", "people"),
    Section("Kantor", "office:overview", "office.manage", "office"),
    Section("Penomoran", "documents:series", "documents.view_series", "book"),
    Section("Pemberitahuan", "notices:list", "notices.view", "bell"),
)


@dataclass(frozen=True)
class Entry:
    """A section as it stands in the rail of one page."""

    label: str
    url: str
    icon: str
    current: bool


def sections_for(user, path: str) -> list[Entry]:
    """The sections of this user. The one whose address is the longest beginning of `path` is the current one."""
    # A section without a page is left out here and named by a test, so that a page never fails for its menu.
    found = [(section, url) for section in NAVIGATION if granted(user, section.act) and (url := _address(section))]
    matching = [url for _, url in found if path == url or (url != "/" and path.startswith(url))]
    current = max(matching, key=len, default="")
    return [Entry(section.label, url, section.icon, url == current) for section, url in found]


def _address(section: Section) -> str:
    try:
        return reverse(section.url_name)
    except NoReverseMatch:
        return ""
