import base64
import copy
import json
import pickle

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import Count, Exists, F, OuterRef, Q
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.conftest import KEY_1, KEY_2
from uep.registry.fields import (
    ALPHABET,
    BlindIndex,
    BrokenSeal,
    SealedField,
    UnknownSealingKey,
    blind_index,
    mask,
    new_ref,
    seal,
    unseal,
)

NIK = "6209035501900001"
OTHER = "6209031501880002"


def stored(model, column, **where):
    """The bytes as they lie in the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [row[0] and bytes(row[0]) for row in cursor.fetchall()]


# The seal itself ----------------------------------------------------------------------------------------------------


@given(st.text("0123456789", min_size=1, max_size=34), st.sampled_from(["nik", "kk", "account"]))
def test_seal_opens_again_and_hides_the_number(value, kind):
    sealed = seal(kind, value)
    assert unseal(kind, sealed) == value
    assert (sealed[0], sealed[1:17], sealed[17:20]) == (1, blind_index(kind, value), b"\x02k1")
    assert len(sealed) == 1 + 16 + 3 + 12 + len(value) + 16
    assert len(value) < 4 or value.encode() not in sealed


@pytest.mark.parametrize(
    "typed", ["6209 0355 0190 0001", "6209.0355.0190.0001", "'6209035501900001", "\ufeff６２０９03550190000١\u200b\n"]
)
def test_index_ignores_separators(typed):
    assert blind_index("nik", typed) == blind_index("nik", NIK)
    assert unseal("nik", seal("nik", typed)) == NIK


def test_account_keeps_its_leading_zeros():
    assert unseal("account", seal("account", "0012-34.5")) == "0012345"
    assert blind_index("account", "0012345") != blind_index("account", "12345")


def test_index_differs_by_kind_and_by_key(settings):
    of_nik, of_kk = blind_index("nik", NIK), blind_index("kk", NIK)
    settings.BLIND_INDEX_KEY = "another key"
    assert len({of_nik, of_kk, blind_index("nik", NIK)}) == 3


@pytest.mark.parametrize("value", ["62090355019O0001", "", "  ", "62²", "½", "1" * 35, "6.20903E+15"])
def test_seal_refuses_what_is_not_digits(value):
    with pytest.raises(ValueError, match="only 1 to 34 digits") as refusal:
        seal("nik", value)
    assert "62090355" not in str(refusal.value)


@pytest.mark.parametrize("value", [6209035501900001, 6.209035501900001e15, b"6209035501900001"])
def test_seal_refuses_numbers_that_are_not_text(value):
    with pytest.raises(TypeError, match="a sealed number is text"):
        seal("nik", value)


def test_unseal_refuses_another_kind():
    with pytest.raises(BrokenSeal, match="a sealed Nomor KK does not open"):
        unseal("kk", seal("nik", NIK))


@pytest.mark.parametrize("at", [1, 16, 20, 31, 32, 47, -1])
def test_unseal_refuses_any_changed_byte(at):
    sealed = bytearray(seal("nik", NIK))
    sealed[at] ^= 1
    with pytest.raises(BrokenSeal):
        unseal("nik", bytes(sealed))


def test_unseal_refuses_an_index_moved_onto_another_number():
    forged = seal("nik", OTHER)[:17] + seal("nik", NIK)[17:]
    with pytest.raises(BrokenSeal):
        unseal("nik", forged)


@pytest.mark.parametrize("junk", [b"", b"\x01", b"\x02" + bytes(60), bytes(17), b"\x01" + bytes(16) + b"\x02k1"])
def test_unseal_refuses_junk(junk):
    with pytest.raises((BrokenSeal, UnknownSealingKey)):
        unseal("nik", junk)


def test_every_key_opens_and_the_first_one_seals(settings):
    old = seal("nik", NIK)
    settings.SEALING_KEYS = {"k2": KEY_2, "k1": KEY_1}
    new = seal("nik", NIK)
    assert (unseal("nik", old), unseal("nik", new)) == (NIK, NIK)
    assert new[17:20] == b"\x02k2"
    assert new[1:17] == old[1:17]  # found by the same index after a rotation


def test_lost_key_is_named(settings):
    old = seal("nik", NIK)
    settings.SEALING_KEYS = {"k2": KEY_2}
    with pytest.raises(UnknownSealingKey, match="sealed with key 'k1', but SEALING_KEYS holds only k2"):
        unseal("nik", old)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NIK, "620903••••••••01"),
        ("1234567890", "123•••••90"),
        ("12345678", "12••••78"),
        ("1234", "••34"),
        ("123", "•••"),
        ("", ""),
        (None, ""),
    ],
)
def test_mask(value, shown):
    assert mask(value) == shown


@given(st.text("0123456789", max_size=40))
def test_mask_never_shows_more_than_half(value):
    assert len(mask(value)) == len(value)
    assert mask(value).count("•") * 2 >= len(value)


def test_repr_of_an_opened_number_is_masked():
    number = unseal("nik", seal("nik", NIK))
    assert (repr(number), repr([number]), f"{number!r}") == (
        "'620903••••••••01'",
        "['620903••••••••01']",
        "'620903••••••••01'",
    )
    assert (str(number), number == NIK, hash(number) == hash(NIK)) == (NIK, True, True)


# In a table ---------------------------------------------------------------------------------------------------------


def test_save_and_read(tables):
    Household, _ = tables
    row = Household.objects.create(nik="6209 0355 0190 0001", account="00123")
    (raw,) = stored(Household, "nik")
    assert NIK.encode() not in raw
    row.refresh_from_db()
    assert (row.nik, row.account, row.kk_number) == (NIK, "00123", None)
    assert (row.masked_nik, row.masked_kk_number) == ("620903••••••••01", "")
    assert list(Household.objects.values_list("nik", "account")) == [(NIK, "00123")]
    assert list(Household.objects.values("nik")) == [{"nik": NIK}]


def test_empty_text_is_null(tables):
    Household, _ = tables
    Household.objects.create(nik="", kk_number=" - ")
    assert (stored(Household, "nik"), stored(Household, "kk_number")) == ([None], [None])
    assert Household.objects.filter(nik__isnull=True, kk_number=None).count() == 1


def test_a_required_number_may_not_be_empty(tables):
    _, Payout = tables
    with pytest.raises(IntegrityError, match="null value in column"), transaction.atomic():
        Payout.objects.create(nik="")


def test_letters_are_refused_and_the_message_holds_no_number(tables):
    Household, _ = tables
    with pytest.raises(ValueError, match=r"^NIK: only 1 to 34 digits can be sealed$"), transaction.atomic():
        Household.objects.create(nik="62090355019O0001")
    with pytest.raises(ValidationError) as refusal:
        Household(nik="62090355019O0001", name="x").full_clean()
    assert refusal.value.message_dict == {"nik": ["NIK hanya boleh berisi angka; hapus atau ganti: O"]}


def test_lookups_go_through_the_index(tables):
    Household, _ = tables
    a = Household.objects.create(nik=NIK, name="a")
    b = Household.objects.create(nik=OTHER, name="b")
    c = Household.objects.create(name="c")
    found = {
        "exact": set(Household.objects.filter(nik="6209-0355-0190-0001")),
        "exact, nobody": set(Household.objects.filter(nik="0000000000000000")),
        "exact, letters": set(Household.objects.filter(nik="Siti")),
        "exact, empty": set(Household.objects.filter(nik="")),
        "in": set(Household.objects.filter(nik__in=[NIK, " " + OTHER, None])),
        "in, empty": set(Household.objects.filter(nik__in=[])),
        "in, a generator": set(Household.objects.filter(nik__in=(n for n in [NIK]))),
        "isnull": set(Household.objects.filter(nik__isnull=True)),
        "None": set(Household.objects.filter(nik=None)),
        "exclude": set(Household.objects.exclude(nik=NIK)),
        "or": set(Household.objects.filter(Q(nik=NIK) | Q(name="c"))),
        "opened": set(Household.objects.filter(nik=a.nik)),
    }
    assert found == {
        "exact": {a},
        "exact, nobody": set(),
        "exact, letters": set(),
        "exact, empty": set(),
        "in": {a, b},
        "in, empty": set(),
        "in, a generator": {a},
        "isnull": {c},
        "None": {c},
        "exclude": {b, c},
        "or": {a, c},
        "opened": {a},
    }
    assert Household.objects.get_or_create(nik=NIK)[1] is False


@pytest.mark.parametrize(
    "lookup", ["contains", "startswith", "iexact", "gt", "range", "regex", "length", "lower", "nonsense"]
)
def test_every_other_lookup_is_refused_with_a_sentence(tables, lookup):
    Household, _ = tables
    with pytest.raises(FieldError) as refusal:
        Household.objects.filter(**{f"nik__{lookup}": NIK})
    assert str(refusal.value) == (f"'nik' is sealed: it can be found by exact, in and isnull only, not by '{lookup}'.")


def test_a_number_type_in_a_lookup_is_refused(tables):
    Household, _ = tables
    with pytest.raises(TypeError, match="a sealed number is text, not int"):
        Household.objects.filter(nik=6209035501900001)


def test_columns_and_tables_are_compared_through_the_index(tables):
    Household, Payout = tables
    a = Household.objects.create(nik=NIK, other_nik=NIK)
    Household.objects.create(nik=OTHER, other_nik=NIK)
    Payout.objects.create(nik=NIK)
    same = Payout.objects.filter(nik=OuterRef("nik"))
    found = [
        list(Household.objects.filter(nik=F("other_nik"))),
        list(Household.objects.filter(Exists(same))),
        list(Household.objects.filter(nik__in=Payout.objects.values("nik"))),
        list(Household.objects.filter(nik__in=Payout.objects.values_list("nik", flat=True).filter(nik=NIK).distinct())),
        list(Household.objects.filter(nik=Payout.objects.values("nik")[:1])),
        list(Household.objects.filter(nik=models.Subquery(same.values("nik")[:1]))),
        list(Household.objects.filter(nik__in=Payout.objects.annotate(key=BlindIndex("nik")).values("key"))),
        list(Household.objects.alias(key=BlindIndex("nik")).filter(key=BlindIndex("other_nik"))),
        list(Household.objects.alias(key=BlindIndex("nik")).filter(key=blind_index("nik", NIK))),
        list(Household.objects.alias(key=BlindIndex("nik")).filter(nik=F("key")).exclude(nik=OTHER)),
    ]
    assert found == [[a]] * len(found)


def test_numbers_of_two_kinds_are_never_compared(tables):
    Household, Payout = tables
    Household.objects.create(nik=NIK, kk_number=NIK)
    with pytest.raises(FieldError, match="sealed field of the same kind only"):
        list(Household.objects.filter(nik=F("kk_number")))
    with pytest.raises(FieldError, match="sealed field of the same kind only"):
        list(Household.objects.filter(nik=F("name")))
    with pytest.raises(FieldError, match="must select one sealed field of the same kind"):
        Household.objects.filter(nik__in=Payout.objects.values("account"))
    with pytest.raises(FieldError, match="must select one sealed field of the same kind"):
        Household.objects.filter(nik__in=Payout.objects.all())
    with pytest.raises(FieldError, match="text only"):
        Household.objects.filter(nik__in=[F("other_nik")])
    with pytest.raises(FieldError, match="BlindIndex takes a sealed field"):
        Household.objects.annotate(key=BlindIndex("name"))


def test_duplicates_are_found_by_grouping(tables):
    Household, _ = tables
    for year, kk in enumerate([NIK, NIK, OTHER, None, None]):
        Household.objects.create(kk_number=kk, programme=year)
    repeated = (
        Household.objects.filter(kk_number__isnull=False)
        .values(key=BlindIndex("kk_number"))
        .annotate(rows=Count("pk"))
        .filter(rows__gt=1)
    )
    assert [(bytes(row["key"]), row["rows"]) for row in repeated] == [(blind_index("kk", NIK), 2)]


def test_bulk_writes_seal_once(tables):
    _, Payout = tables
    Payout.objects.bulk_create([Payout(nik=NIK), Payout(nik=OTHER, account="01"), Payout(nik=seal("nik", NIK))])
    rows = list(Payout.objects.order_by("pk"))
    assert [(row.nik, row.account) for row in rows] == [(NIK, None), (OTHER, "01"), (NIK, None)]
    for row in rows:
        row.account = row.nik[-4:]
    Payout.objects.bulk_update(rows, ["account"])
    assert list(Payout.objects.order_by("pk").values_list("account", flat=True)) == ["0001", "0002", "0001"]
    Payout.objects.filter(nik=NIK).update(account="077")
    Payout.objects.filter(nik=OTHER).update(nik=F("nik"), account=None)
    assert list(Payout.objects.order_by("pk").values_list("nik", "account")) == [
        (NIK, "077"),
        (OTHER, None),
        (NIK, "077"),
    ]


def test_copied_between_tables_by_the_database(tables):
    Household, Payout = tables
    Household.objects.create(nik=NIK)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_payout (nik) SELECT nik FROM test_household")
    assert Payout.objects.get(nik=NIK).nik == NIK


def test_loaded_by_copy(tables):
    _, Payout = tables
    with connection.cursor() as cursor, cursor.copy("COPY test_payout (nik) FROM STDIN") as copying:
        for number in (NIK, OTHER):
            copying.write_row([seal("nik", number)])
    assert Payout.objects.get(nik=OTHER).nik == OTHER


def test_bytes_of_another_kind_are_not_stored(tables):
    _, Payout = tables
    with pytest.raises(BrokenSeal):
        Payout.objects.create(nik=seal("kk", NIK))


def test_saving_an_unchanged_record_writes_the_same_bytes(tables):
    Household, _ = tables
    Household.objects.create(nik=NIK)
    before = stored(Household, "nik")
    Household.objects.get().save()
    assert stored(Household, "nik") == before
    row = Household.objects.get()
    row.nik = NIK  # typed again: the same number under a fresh nonce
    row.save()
    assert stored(Household, "nik") != before


def test_an_opened_number_taken_to_another_kind_is_sealed_anew(tables):
    Household, _ = tables
    Household.objects.create(nik=NIK)
    row = Household.objects.get()
    row.kk_number = row.nik
    row.save()
    assert Household.objects.get(kk_number=NIK).kk_number == NIK


def test_copies_and_pickles_keep_the_number(tables):
    Household, _ = tables
    Household.objects.create(nik=NIK)
    row = Household.objects.get()
    for twin in (copy.deepcopy(row.nik), pickle.loads(pickle.dumps(row.nik))):  # noqa: S301 - our own bytes
        assert (twin, twin.kind, twin.sealed) == (NIK, "nik", row.nik.sealed)
    field = pickle.loads(pickle.dumps(copy.deepcopy(SealedField(kind="kk"))))  # noqa: S301
    assert field.kind == "kk"


def test_query_holds_no_number(tables):
    Household, _ = tables
    queryset = Household.objects.filter(nik=NIK)
    assert NIK not in str(queryset.query)
    assert NIK not in repr(queryset.query.where)


def test_fixtures_hold_no_number_and_load_again(tables):
    Household, _ = tables
    row = Household.objects.create(nik=NIK)
    field = Household._meta.get_field("nik")
    text = field.value_to_string(row)
    assert (text.startswith("sealed:"), NIK in text) == (True, False)
    assert field.to_python(text) == NIK
    assert field.value_to_string(Household()) == ""
    assert NIK not in serializers.serialize("json", [row])
    assert NIK not in json.dumps(base64.b64encode(seal("nik", NIK)).decode())


# Constraint, index, history, migration -------------------------------------------------------------------------------


def test_one_live_row_per_household_and_programme(tables):
    Household, _ = tables
    first = Household.objects.create(kk_number=NIK)
    with pytest.raises(IntegrityError, match="one_live_per_household") as clash, transaction.atomic():
        Household.objects.create(kk_number="6209 0355 0190 0001")
    assert NIK not in str(clash.value)
    for allowed in ({"programme": 2027}, {"state": "withdrawn"}, {"kk_number": OTHER}, {"kk_number": None}):
        Household.objects.create(**{"kk_number": NIK} | allowed)
    with pytest.raises(ValidationError) as refusal:
        Household(kk_number=NIK).validate_constraints()
    assert refusal.value.messages == ["KK ini sudah punya usulan."]
    first.validate_constraints()
    Household.objects.get(pk=first.pk).full_clean()
    for allowed in ({"programme": 2028}, {"state": "withdrawn"}, {"kk_number": "11"}, {"kk_number": None}):
        Household(**{"kk_number": NIK} | allowed).validate_constraints()


def test_the_index_is_used(tables):
    Household, _ = tables
    Household.objects.bulk_create([Household(nik=str(6209030101000000 + n), state="x") for n in range(500)])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE test_household")
    for queryset in (
        Household.objects.filter(nik="6209030101000007"),
        Household.objects.filter(nik__in=["6209030101000007", "6209030101000008"]),
    ):
        assert "household_by_nik" in queryset.explain()
    assert (
        "one_live_per_household"
        in Household.objects.filter(kk_number=NIK, programme=2026, state__in=["draft", "sent"]).explain()
    )


def test_history_keeps_the_number_findable(tables):
    Household, _ = tables
    row = Household.objects.create(nik=NIK, name="Siti")
    row.nik = OTHER
    row.save()
    Household.objects.get().save()  # nothing changed: no third event
    event = Household.pgh_event_model
    assert list(event.objects.order_by("pgh_id").values_list("nik", flat=True)) == [NIK, OTHER]
    assert event.objects.get(nik=NIK).ref == row.ref
    assert isinstance(event._meta.get_field("nik"), SealedField)
    assert event._meta.get_field("ref").unique is False


def test_constraint_and_index_survive_the_migration_writer(tables):
    Household, _ = tables
    state = ModelState.from_model(Household)
    create = migrations.CreateModel(
        "Household", [(n, f) for n, f in state.fields.items()], {**state.options, "db_table": "test_migrated"}
    )
    for entry in create.options["constraints"] + create.options["indexes"]:
        entry.name = f"m_{entry.name}"
    create.options.pop("triggers", None)
    text, imports = MigrationWriter.serialize(create)
    scope = {}
    exec("\n".join({*imports, "from django.db import migrations, models"}) + f"\noperation = {text}", scope)  # noqa: S102 - as a migration would
    before, after = ProjectState(), ProjectState()
    scope["operation"].state_forwards("registry", after)
    with connection.schema_editor() as editor:
        scope["operation"].database_forwards("registry", editor, before, after)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'test_migrated'")
        definitions = dict(cursor.fetchall())
    assert definitions["m_one_live_per_household"] == (
        "CREATE UNIQUE INDEX m_one_live_per_household ON public.test_migrated USING btree "
        '("substring"(kk_number, 2, 16), programme) '
        "WHERE ((state)::text = ANY ((ARRAY['draft'::character varying, 'sent'::character varying])::text[]))"
    ).replace('"substring"(kk_number, 2, 16)', "SUBSTRING(kk_number FROM 2 FOR 16)")
    assert "SUBSTRING(nik FROM 2 FOR 16)" in definitions["m_household_by_nik"]
    migrated = after.apps.get_model("registry", "Household")
    migrated.objects.create(kk_number=NIK)
    with pytest.raises(IntegrityError, match="m_one_live_per_household"), transaction.atomic():
        migrated.objects.create(kk_number=NIK)


@isolate_apps("uep.registry")
def test_options_that_cannot_work_are_found_by_check():
    class Wrong(models.Model):  # noqa: DJ008
        a = SealedField(kind="nik", unique=True)
        b = SealedField(kind="nik", db_index=True)
        c = SealedField(kind="nik", blank=True)
        d = SealedField(kind="nik", blank=True, null=True)

        class Meta:
            app_label = "registry"

    found = {f.name: [error.id for error in f.check()] for f in Wrong._meta.get_fields() if isinstance(f, SealedField)}
    assert found == {"a": ["registry.E001"], "b": ["registry.E001"], "c": ["registry.E002"], "d": []}


def test_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind of sealed number 'npwp'; one of nik, kk, account"):
        SealedField(kind="npwp")


# Forms --------------------------------------------------------------------------------------------------------------


def test_form_field_normalises_and_explains(tables):
    Household, _ = tables
    form_class = forms.modelform_factory(Household, fields=["nik", "account"])
    form = form_class({"nik": "6209 0355 0190 0001", "account": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"nik": NIK, "account": None}
    assert form_class({"nik": "62O9", "account": "1"}).errors == {
        "nik": ["NIK hanya boleh berisi angka; hapus atau ganti: O"]
    }
    saved = form.save()
    again = form_class({"nik": "6209.0355.0190.0001", "account": ""}, instance=Household.objects.get(pk=saved.pk))
    assert again.has_changed() is False
    attributes = form.fields["nik"].widget.attrs
    assert attributes == {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "maxlength": "40"}


# References ---------------------------------------------------------------------------------------------------------


def test_refs_are_random_and_readable():
    refs = {new_ref() for _ in range(2000)}
    assert len(refs) == 2000
    assert {len(ref) for ref in refs} == {12}
    assert set("".join(refs)) == set(ALPHABET)
    assert set("ILOU") & set(ALPHABET) == set()


def test_ref_is_given_once_and_not_editable(tables):
    Household, _ = tables
    row = Household.objects.create()
    assert Household.objects.get(ref=row.ref) == row
    assert "ref" not in forms.modelform_factory(Household, fields="__all__").base_fields
    with pytest.raises(IntegrityError), transaction.atomic():
        Household.objects.create(ref=row.ref)
