"""The demo's own rows as a template: which tables hang on a programme's proposals, and how each column is copied.

Nothing here names the columns of other apps one by one: tables are found by their foreign keys, so that a table that
comes later is copied, too.
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models

from decrees.models import Correction, Decree, Recipient, SignedScan
from distribution.models import AccountCheck, BankLayout, Handover, ListCopy, Payment, ReturnedAmount, TreasuryReturn
from proposals.models import (
    Attachment,
    CoverLetter,
    Deliberation,
    DuplicateCase,
    ListImport,
    Programme,
    Proposal,
    RankedName,
    Requirement,
    StepRecord,
)
from uep.registry.models import Region
from verification.models import (
    Assignment,
    CheckWord,
    DeskCheck,
    FieldVisit,
    MinutesConfirmation,
    Objection,
    PlanChange,
    Publication,
    PublishedName,
    RankingLine,
    SampleDraw,
    SecondCheck,
    SecondPhoto,
    SecondTeam,
    SecondVisit,
    SheetPage,
    SheetScan,
    TravelOrder,
    VisitPhoto,
)

ROOTS = (CoverLetter, Proposal, Decree)
# Papers, photos and verdicts item by item are nine tenths of the rows and no list reads them. Names as minutes,
# lists on a board and rankings write them would be those of the template's people.
LEFT_OUT = (
    Programme, Requirement, Attachment, ListImport, DeskCheck, VisitPhoto, Deliberation, RankedName, DuplicateCase,
    Publication, PublishedName, Objection, RankingLine, PlanChange, TravelOrder, SheetScan, SheetPage, MinutesConfirmation,
    SignedScan, TreasuryReturn, ReturnedAmount, ListCopy, BankLayout,
    SampleDraw, SecondTeam, SecondCheck, CheckWord, SecondVisit, SecondPhoto,
    Correction,
)  # fmt: skip

# Columns that tell of a person: table -> (path to its proposal, column -> column of the person).
WHO = {"name": "name", "nik": "nik", "kk_number": "kk_number"}
ACCOUNT = {"account_number": "account_number", "account_name": "name"}
HOME = {name: name for name in ("birth_place", "birth_date", "sex", "address", "rt", "rw", "phone")}
PERSONAL: dict[type[models.Model], tuple[tuple[str, ...], dict[str, str]]] = {
    Proposal: ((), WHO | ACCOUNT | HOME),
    Recipient: (("proposal",), WHO | {"address": "whole_address"}),
    FieldVisit: (("proposal",), {"met": "name"}),
    AccountCheck: (("recipient", "proposal"), ACCOUNT),
    Payment: (("recipient", "proposal"), ACCOUNT),
}
# Numbers that are counted on for each year, and words that name the template's village, decree or year. In these
# expressions `t` is the row of the template, `c` the copy, and {year} the year of the shifted date.
WORDS: dict[type[models.Model], dict[str, str]] = {
    CoverLetter: {
        "number": "'400.9/' || lpad((mod(c.n, 400) + 1)::text, 3, '0') || '/' || (t.agenda_year - c.years)",
        "signed_by": "'Kepala ' || c.titles[t.village_id_at]",
        "signed_title": "'Kepala ' || c.titles[t.village_id_at]",
    },
    Assignment: {"purpose": "'Verifikasi lapangan usulan UEP'"},
    Decree: {"title": "replace(t.title, c.template_year::text, (c.template_year - c.years)::text)"},
    Handover: {"place": "'Kantor desa/kelurahan'", "witness": "'Kaur Kesejahteraan'"},
    StepRecord: {
        "note": r"regexp_replace(regexp_replace(regexp_replace(t.note, '^Surat [^,]+, ', 'Surat pengantar, '),"
        r" '^SK .*', 'SK ditetapkan'), '^Serah terima di .*', 'Serah terima')"
    },
}


def copied_models() -> list[type[models.Model]]:
    """Every table of the flow that hangs on a letter, a proposal or a decree, those it points to first."""
    found = set(ROOTS)
    every = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model not in LEFT_OUT and not hasattr(model, "pgh_obj") and not hasattr(model, "pgh_created_at")
    ]
    while more := {model for model in every if model not in found and _targets(model) & found}:
        found |= more
    ordered: list[type[models.Model]] = []
    while left := [model for model in every if model in found and model not in ordered]:
        ordered += [model for model in left if not (_targets(model) & found) - set(ordered) - {model}]
    return ordered


def _targets(model) -> set[type[models.Model]]:
    """What a model points to: by its keys, and by lists in tables that Django made for it."""
    meta = model._meta  # noqa: SLF001
    lists = {row.related_model for row in meta.local_many_to_many if row.remote_field.through._meta.auto_created}  # noqa: SLF001
    return lists | {column.related_model for column in meta.local_concrete_fields if column.related_model}


@dataclass
class Part:
    """The rows of some programmes as a template, in temporary tables numbered from 0 ("nth") instead of by their keys."""

    name: str
    programmes: list[int]
    villages: list[str]  # codes of the template's villages; columns `<column>_at` are places in this list, from 1
    operators: list[int]  # their operators, in the same order
    sizes: dict[type[models.Model], int] = field(default_factory=dict)

    def table(self, model) -> str:
        return f"demo_{self.name}_{model._meta.db_table}"  # noqa: SLF001

    def prepare(self, models_: list[type[models.Model]]) -> None:
        """Make the temporary tables; they go with the transaction."""
        with connection.cursor() as cursor:
            for model in models_:
                cursor.execute(self._selection(model), self._parameters(model))
                cursor.execute(f"ANALYZE {self.table(model)}")
                cursor.execute(f"SELECT count(*) FROM {self.table(model)}")  # noqa: S608 - names of our own
                self.sizes[model] = cursor.fetchone()[0]

    def _selection(self, model) -> str:
        """Rows of the part in the order of their keys, with what stands for keys that change from copy to copy."""
        extra, joins = [], []
        for column in model._meta.local_concrete_fields:  # noqa: SLF001
            target, name = column.related_model, column.column
            if target in self.sizes or target is model:
                other = self.table(target) if target in self.sizes else "numbered"
                joins.append(f"LEFT JOIN {other} AS of_{name} ON of_{name}.id = r.{name}")
                extra.append(f"of_{name}.nth AS {name}_nth")
            elif target is Region:
                extra.append(f"array_position(%(villages)s::text[], r.{name}::text) AS {name}_at")
            elif target is Programme:
                extra.append(f"array_position(%(programmes)s::bigint[], r.{name}) AS {name}_at")
            elif target is get_user_model():
                extra.append(f"array_position(%(operators)s::bigint[], r.{name}) AS {name}_at")
        if model in PERSONAL:
            path, _ = PERSONAL[model]
            extra.append(self._person(path, joins))
        table = model._meta.db_table  # noqa: SLF001
        return (
            f"CREATE TEMPORARY TABLE {self.table(model)} ON COMMIT DROP AS WITH numbered AS ("  # noqa: S608
            f"SELECT *, row_number() OVER (ORDER BY id) - 1 AS nth FROM {table} r WHERE {self._belongs(model)}) "
            f"SELECT r.*{''.join(f', {column}' for column in extra)} FROM numbered r {' '.join(joins)} ORDER BY r.nth"
        )

    def _person(self, path: tuple[str, ...], joins: list[str]) -> str:
        """The number of the proposal whose person this row tells of."""
        if not path:
            return "r.nth AS person_nth"
        if len(path) == 1:
            return f"of_{path[0]}_id.nth AS person_nth"
        return f"of_{path[0]}_id.{path[1]}_id_nth AS person_nth"

    def _belongs(self, model) -> str:
        """Rows of this part: by their programme, or by a row they cannot be without, or by what stands on them."""
        for column in model._meta.local_concrete_fields:  # noqa: SLF001
            if column.related_model is Programme:
                return f"r.{column.column} = ANY(%(programmes)s)"
        for column in model._meta.local_concrete_fields:  # noqa: SLF001
            if column.related_model in self.sizes and not column.null:
                return f"r.{column.column} IN (SELECT id FROM {self.table(column.related_model)})"  # noqa: S608
        many = next(row for row in model._meta.local_many_to_many if row.related_model in self.sizes)  # noqa: SLF001
        return (
            f"r.id IN (SELECT {many.m2m_column_name()} FROM {many.m2m_db_table()} "  # noqa: S608
            f"WHERE {many.m2m_reverse_name()} IN (SELECT id FROM {self.table(many.related_model)}))"
        )

    def _parameters(self, model) -> dict:
        return {"villages": self.villages, "programmes": self.programmes, "operators": self.operators}
