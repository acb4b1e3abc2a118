"""Versions of what decrees say: which one is in force, by which a decree was drafted, what an office begins with."""

import hashlib
import json
from pathlib import Path

from django.db.models import Count, QuerySet

from decrees.models import OPEN, Decree, Wording
from decrees.tags import PARTS, literally
from uep.access.roles import Role

Stage, Kind = Wording.Stage, Wording.Kind

# What an office begins with: version 1, and what decrees say that were drafted before there were versions.
FIRST = json.loads((Path(__file__).parent.parent / "data" / "wordings.json").read_text(encoding="utf-8"))


def first_texts(kind: str, signatory: str) -> dict[str, str]:
    """Part -> text of version 1."""
    lines = FIRST["every"] | FIRST[kind] | FIRST.get(signatory, {})
    return {part: "\n".join(lines[part]) for part in PARTS}


def unsaved_first(kind: str, signatory: str) -> Wording:
    """Version 1, for an office that has drafted none of this kind yet."""
    note = "Naskah bawaan"
    return Wording(
        kind=kind, signatory=signatory, number=1, stage=Stage.IN_FORCE, note=note, **first_texts(kind, signatory)
    )


def wording_in_force(kind: str, signatory: str) -> Wording:
    """What a decree of this kind says that is drafted today; not saved where there is none yet. One query."""
    return Wording.objects.of(kind, signatory).filter(stage=Stage.IN_FORCE).first() or unsaved_first(kind, signatory)


def wording_of(decree) -> Wording:
    """The version by which a decree was drafted."""
    return decree.wording or unsaved_first(decree.kind, decree.signatory_role)


def texts_of(decree, wording: Wording | None = None) -> dict[str, str]:
    """Part -> text of a decree in the language of tags: those of its version, its own where it has them."""
    texts = (wording or wording_of(decree)).texts
    # From before there were versions: what looks like a tag was none.
    own = str if decree.wording or wording else literally
    texts |= {"title": literally(decree.title), "considerations": own(decree.considerations)}
    return texts | ({"clauses": decree.clauses} if decree.clauses else {})


def wordings(user) -> list[dict]:
    """Every kind and signatory with its versions, the newest first: "title", "current", "draft", "versions". One query."""
    rows = list(
        Wording.objects.visible_to(user)
        .select_related("made_by", "in_force_by")
        .annotate(drafted=Count("decrees"))
        .order_by("-number")
    )
    found = []
    for kind in Kind:
        for role in (Role.OFFICE_HEAD, Role.REGENT):
            versions = [row for row in rows if (row.kind, row.signatory) == (kind, role)]
            current = next((row for row in versions if row.stage == Stage.IN_FORCE), None)
            found.append(
                {
                    "title": f"{kind.label} oleh {role.label}",
                    "kind": kind,
                    "signatory": role,
                    "current": current,
                    "draft": next((row for row in versions if row.is_draft), None),
                    "versions": versions,
                }
            )
    return found


def versions_beside(wording, user) -> QuerySet[Wording]:
    """The other versions of the same kind and signatory, the newest first."""
    rows = Wording.objects.visible_to(user).of(wording.kind, wording.signatory).exclude(pk=wording.pk)
    return rows.order_by("-number")


def changed_parts(wording, other) -> list[tuple[str, str, str]]:
    """(heading, text of the other, text of this one) of each part that differs."""
    before, now = other.texts, wording.texts
    return [(PARTS[part], before[part], now[part]) for part in PARTS if before[part] != now[part]]


def drafts_to_try(wording, user) -> QuerySet[Decree]:
    """Open decrees of its kind with which a wording can be looked at, the newest first."""
    rows = Decree.objects.visible_to(user).filter(kind=wording.kind, stage__in=OPEN)
    return rows.filter(signatory_role=wording.signatory).select_related("programme__bank", "amends", "drafted_by")


def fingerprint(texts: dict[str, str], note: str = "") -> str:
    """Changes with every word, so that nobody writes over what they have not seen."""
    return hashlib.sha256(json.dumps([sorted(texts.items()), note]).encode()).hexdigest()[:16]
