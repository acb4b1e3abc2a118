"""The small language of a decree's wording: words, tags and passages that fall away. Pure.

    Biaya dibebankan pada APBD Tahun Anggaran {tahun}[, DPA Nomor {dpa}].
    [Besaran setiap penerima {besaran}|Besaran sebagaimana tercantum dalam Lampiran].
    {dasar_hukum};

A tag in braces stands for a word of the decree. A passage in square brackets holds alternatives, parted by a bar: the
first of which all tags have something to say is printed, else nothing. {?tag} prints nothing and only asks whether the
tag has something to say. A paragraph with a tag that stands for a list is printed once for each entry. A sign that means
itself is doubled: {{ }} [[ ]], and within a passage ||. What a tag stands for is never read again, so nobody's name or
title can smuggle in a tag.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

PARTS = {
    "title": "Tentang",
    "considerations": "Menimbang",
    "legal": "Mengingat",
    "regarding": "Memperhatikan",
    "enacting": "Menetapkan",
    "clauses": "Diktum",
    "copies": "Tembusan",
}
ONE_PARAGRAPH = frozenset({"title", "enacting"})
NEEDED = ("title", "considerations", "legal", "enacting", "clauses")  # without which a decree is none
LONGEST_PART = 20_000  # characters
MOST_PARAGRAPHS = 26  # as many as there are letters; no decree of an office has so many of anything
SIGNS = "{}[]"
UNITS = ("", "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN")


class Value(NamedTuple):
    """What a tag stands for: its words, or one entry after the other; and whether that says anything (0 does not)."""

    text: str = ""
    entries: tuple[str, ...] | None = None
    says: bool = True


class Tag(NamedTuple):
    name: str
    silent: bool = False  # asks, and prints nothing


class Passage(NamedTuple):
    alternatives: tuple[tuple, ...]  # each of words and tags


class Unreadable(ValueError):
    """A paragraph that is no wording; str() says what is wrong and where."""


class Filled(NamedTuple):
    """What is printed, and the tags that had a part in it."""

    paragraphs: list[str]
    used: frozenset[str]


def tidy(text: str) -> str:
    """One paragraph a line, gaps made one blank, empty lines and signs that nobody sees left out."""
    lines = ("".join(sign for sign in line if _is_seen(sign)) for line in text.splitlines())
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _is_seen(sign: str) -> bool:
    return sign == "\t" or unicodedata.category(sign)[0] != "C"


def paragraphs(text: str) -> list[str]:
    return text.split("\n") if text else []


def literally(text: str) -> str:
    """Words that are to mean themselves, written so that `read` takes them for words."""
    for sign in SIGNS:
        text = text.replace(sign, sign * 2)
    return text


def ordinal(number: int) -> str:
    """The name of a clause: KESATU, KEDUA, ... KESEPULUH, KESEBELAS, KEDUA BELAS, ... KEDUA PULUH SATU."""
    if number < 10:
        return f"KE{UNITS[number]}"
    if number < 12:
        return ("KESEPULUH", "KESEBELAS")[number - 10]
    tens, units = divmod(number, 10)
    return f"KE{UNITS[units]} BELAS" if tens == 1 else f"KE{UNITS[tens]} PULUH {UNITS[units]}".rstrip()


def place(part: str, index: int) -> str:
    """How the paper itself calls a paragraph: "Menimbang huruf b", "Diktum KESATU", "Mengingat angka 2"."""
    if part in ONE_PARAGRAPH:
        return PARTS[part]
    if part == "considerations":
        return f"{PARTS[part]} huruf {chr(ord('a') + index)}" if index < 26 else f"{PARTS[part]} paragraf {index + 1}"
    return f"{PARTS[part]} {ordinal(index + 1)}" if part == "clauses" else f"{PARTS[part]} angka {index + 1}"


# Reading ----------------------------------------------------------------------------------------------------------------


def read(paragraph: str) -> tuple:
    """Words, tags and passages of one paragraph. Raises Unreadable with the place, counted in characters from 1."""
    whole: list = []
    passage: list[list] | None = None  # alternatives of the passage that is open
    opened = at = 0
    while at < len(paragraph):
        sign, doubled = paragraph[at], paragraph[at : at + 1] * 2 == paragraph[at : at + 2]
        into = whole if passage is None else passage[-1]
        if doubled and (sign in SIGNS or (sign == "|" and passage is not None)):
            into.append(sign)
            at += 2
            continue
        if sign == "{":
            end = paragraph.find("}", at)
            if end < 0:
                raise Unreadable(f"kurung kurawal “{{” pada huruf ke-{at + 1} belum ditutup")
            name = paragraph[at + 1 : end].strip()
            into.append(Tag(name.removeprefix("?").strip(), name.startswith("?")))
            at = end + 1
            continue
        if sign == "}":
            raise Unreadable(f"kurung kurawal “}}” pada huruf ke-{at + 1} tidak ada pembukanya")
        if sign == "[":
            if passage is not None:
                raise Unreadable(f"kurung siku “[” pada huruf ke-{at + 1} berada di dalam kurung siku lain")
            passage, opened = [[]], at
        elif sign == "]":
            if passage is None:
                raise Unreadable(f"kurung siku “]” pada huruf ke-{at + 1} tidak ada pembukanya")
            whole.append(Passage(tuple(tuple(one) for one in passage)))
            passage = None
        elif sign == "|" and passage is not None:
            passage.append([])
        else:
            into.append(sign)
        at += 1
    if passage is not None:
        raise Unreadable(f"kurung siku “[” pada huruf ke-{opened + 1} belum ditutup")
    return tuple(whole)


def tags_in(pieces: Iterable) -> list[str]:
    """Names of the tags, in their order, those of every alternative included."""
    found = []
    for piece in pieces:
        if isinstance(piece, Tag):
            found.append(piece.name)
        elif isinstance(piece, Passage):
            found += [name for one in piece.alternatives for name in tags_in(one)]
    return found


def faults_of(part: str, text: str, known: Iterable[str], lists: frozenset[str] = frozenset()) -> list[str]:
    """What cannot be printed in a part, as sentences with the place: signs left open, tags that nobody knows.

    `lists` are the known tags that stand for a list.
    """
    known, rows, faults = set(known), paragraphs(text), []
    if part in ONE_PARAGRAPH and len(rows) > 1:
        faults.append(f"{PARTS[part]}: tulis dalam satu paragraf saja.")
    if len(rows) > MOST_PARAGRAPHS:
        faults.append(f"{PARTS[part]}: paling banyak {MOST_PARAGRAPHS} paragraf; gabungkan sebagian.")
    for index, row in enumerate(rows):
        where = place(part, index)
        try:
            pieces = read(row)
        except Unreadable as error:
            faults.append(f"{where}: {error}.")
            continue
        names = tags_in(pieces)
        faults += [f"{where}: {_unknown(name, known)}" for name in dict.fromkeys(names) if name not in known]
        listed = [name for name in dict.fromkeys(names) if name in lists & known]
        if listed and part in ONE_PARAGRAPH:
            faults.append(f"{where}: tag {{{listed[0]}}} berisi daftar dan tidak dapat dipakai di sini.")
        elif len(listed) > 1:
            both = " dan ".join(f"{{{name}}}" for name in listed)
            faults.append(f"{where}: {both} masing-masing berisi daftar; tulis dalam paragraf sendiri-sendiri.")
    return faults


def _unknown(name: str, known: set[str]) -> str:
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    near = get_close_matches(name, sorted(known), n=1)
    return f"tag {{{shown}}} tidak dikenal{f'; maksudnya {{{near[0]}}}?' if near else '.'}"


# Filling ----------------------------------------------------------------------------------------------------------------


def fill(text: str, values: Mapping[str, Value]) -> Filled:
    """The paragraphs as printed. A paragraph that comes to nothing is left out. Raises Unreadable; KeyError for a tag
    that has no value: `faults_of` names both beforehand.
    """
    printed, used = [], set()
    for row in paragraphs(text):
        pieces = list(_chosen(read(row), values))
        pieces = [piece for piece in pieces if isinstance(piece, str) or not piece.silent]
        names = {piece.name for piece in pieces if isinstance(piece, Tag)}
        used |= {name for name in names if values[name].says}
        listed = next((name for name in names if values[name].entries is not None), None)
        for entry in ("",) if listed is None else values[listed].entries:
            words = "".join(
                piece if isinstance(piece, str) else entry if piece.name == listed else values[piece.name].text
                for piece in pieces
            )
            printed.append(" ".join(words.split()))
    return Filled([row for row in printed if row], frozenset(used))


def _chosen(pieces: Iterable, values: Mapping[str, Value]):
    for piece in pieces:
        if not isinstance(piece, Passage):
            yield piece
            continue
        for one in piece.alternatives:
            if all(values[name].says for name in tags_in(one)):
                yield from one
                break
