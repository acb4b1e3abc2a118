"""Sealed numbers (NIK, KK, bank account) and the public reference of a record.

A sealed value is one bytea: encrypted, and still findable by equality (design, law 6):

    version 1 | blind index 16 | length of key id 1 | key id | nonce 12 | AES-256-GCM ciphertext and tag

The blind index is a keyed hash of the normalised number, so `filter(nik="6209…")`, a unique constraint and a join
work inside the database without any key there. docs/decisions/0003-sealed-fields.md says why no library was taken.

The authenticated data are the kind and everything before the nonce, but NOT the table, column or row: pghistory's
triggers copy the bytes to event tables, a decree freezes them into its recipients, and both must still open. The
price is that someone who can write to the database could move a whole value to another row; history shows it.
"""

import base64
import hmac
import os
import secrets
import unicodedata
from functools import lru_cache, partial

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db import models
from django.db.models import lookups
from django.db.models.sql import Query

KINDS = {"nik": "NIK", "kk": "Nomor KK", "account": "Nomor rekening", "password": "Kata sandi berkas"}
VERSION = 1
INDEX_SIZE = 16  # 128 bits: a chance repeat among a billion numbers is below 10^-20
NONCE_SIZE = 12
KEY_ID_AT = 1 + INDEX_SIZE  # offset of the key id's length byte
LONGEST = 34  # no bank's account number is longer than an IBAN
SEPARATORS = frozenset(" .-_/'`’´\u00a0")
EXPORTED = "sealed:"  # how dumpdata writes a value: still sealed


class UnknownSealingKey(ImproperlyConfigured):
    """A value was sealed with a key that settings.SEALING_KEYS no longer holds."""


class BrokenSeal(ValueError):
    """Bytes that are no sealed value of this kind, or were changed after sealing."""


class Opened(str):
    """A number as it came out of its seal: a str whose repr (tracebacks, logs) is masked.

    It remembers its sealed bytes, so that saving an unchanged record writes the same bytes and makes no history.
    """

    __slots__ = ("kind", "sealed")

    def __new__(cls, number: str, kind: str = "", sealed: bytes = b""):
        opened = super().__new__(cls, number)
        opened.kind, opened.sealed = kind, sealed
        return opened

    def __repr__(self):
        return repr(mask(self))


def mask(value: str | None) -> str:
    """The value as a screen may show it: first 6 and last 2 digits, "620903••••••••12"; "" for nothing.

    Never more than half of the digits is shown, so a short account number shows fewer: "123•••••89".
    """
    text = str(value or "")
    size = len(text)
    head, tail = max(0, min(6, size // 2 - 2)), 2 if size >= 4 else 0
    return text[:head] + "•" * (size - head - tail) + text[size - tail :]


def normalise(value: str) -> str:
    """The number in plain digits, without separators and invisible characters; letters stay. Leading zeros stay.

    TypeError for anything but text: a number type has already lost leading zeros or its last digits.
    """
    if not isinstance(value, str):
        raise TypeError(f"a sealed number is text, not {type(value).__name__}")
    if value.isascii() and value.isdigit():
        return str(value)
    kept = (c for c in value if not (c in SEPARATORS or c.isspace() or unicodedata.category(c) == "Cf"))
    return "".join(str(unicodedata.decimal(c, c)) for c in kept)


def blind_index(kind: str, value: str) -> bytes:
    """The 16 bytes by which `value` is found; equal for equal numbers of one kind, whatever the separators."""
    key = settings.BLIND_INDEX_KEY
    key = key.encode() if isinstance(key, str) else key
    return hmac.digest(key, f"uep.blind-index\0{kind}\0{normalise(value)}".encode(), "sha256")[:INDEX_SIZE]


@lru_cache(maxsize=32)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(kind: str, value: str) -> bytes:
    """The bytes to store for `value`, under the first of settings.SEALING_KEYS; for loaders that use COPY.

    ValueError when nothing but digits should be left and something else is, or nothing at all.
    """
    text = normalise(value)
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise ValueError(f"{KINDS[kind]}: only 1 to {LONGEST} digits can be sealed")
    key_id, key = next(iter(settings.SEALING_KEYS.items()))
    header = bytes([VERSION]) + blind_index(kind, text) + _marker(key_id)
    nonce = os.urandom(NONCE_SIZE)
    return header + nonce + _cipher(key).encrypt(nonce, text.encode(), _bound(kind, header))


def unseal(kind: str, sealed: bytes) -> Opened:
    """The number behind sealed bytes. Raises UnknownSealingKey, or BrokenSeal for foreign or altered bytes."""
    sealed = bytes(sealed)
    if len(sealed) <= KEY_ID_AT or sealed[0] != VERSION:
        raise BrokenSeal("no sealed value of a known version")
    split = KEY_ID_AT + 1 + sealed[KEY_ID_AT]
    header, nonce, body = sealed[:split], sealed[split : split + NONCE_SIZE], sealed[split + NONCE_SIZE :]
    key_id = header[KEY_ID_AT + 1 :].decode(errors="replace")
    if key_id not in settings.SEALING_KEYS:
        known = ", ".join(settings.SEALING_KEYS)
        raise UnknownSealingKey(
            f"A value is sealed with key '{key_id}', but SEALING_KEYS holds only {known}. "
            f"Put '{key_id}' back behind the first key; it can go after `manage.py reseal` and never before."
        )
    try:
        text = _cipher(settings.SEALING_KEYS[key_id]).decrypt(nonce, body, _bound(kind, header)).decode()
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal(f"a sealed {KINDS[kind]} does not open: altered, or sealed as another kind") from error
    return Opened(text, kind, sealed)


def _bound(kind: str, header: bytes) -> bytes:
    return f"uep.sealed\0{kind}\0".encode() + header


def _marker(key_id: str) -> bytes:
    raw = key_id.encode()
    return bytes([len(raw)]) + raw


def current_marker() -> bytes:
    """What stands at KEY_ID_AT in every value sealed under the first key."""
    return _marker(next(iter(settings.SEALING_KEYS)))


def _index_sql(sql: str) -> str:
    return f"SUBSTRING(({sql})::bytea FROM 2 FOR {INDEX_SIZE})"


class SealedFormField(forms.CharField):
    """A text box for digits; separators may be typed and are taken out."""

    def __init__(self, *, kind, **kwargs):
        self.kind = kind
        typing = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "maxlength": "40"}
        kwargs.setdefault("widget", forms.TextInput(attrs=typing))
        super().__init__(**kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return self.empty_value if value in self.empty_values else _digits(self.kind, value) or self.empty_value


def _digits(kind: str, value: str) -> str:
    """Normalised digits, or ValidationError with the sentence for the person who typed."""
    text = normalise(value)
    if text and not (text.isascii() and text.isdigit()):
        wrong = ", ".join(sorted({c for c in text if not (c.isascii() and c.isdigit())}))
        raise ValidationError(f"{KINDS[kind]} hanya boleh berisi angka; hapus atau ganti: {wrong}", code="not_digits")
    if len(text) > LONGEST:
        raise ValidationError(f"{KINDS[kind]} terlalu panjang: {len(text)} angka.", code="too_long")
    return text


class SealedField(models.Field):
    """A NIK, KK or account number: str in Python, encrypted in the database, found only by exact, in and isnull.

    An empty string is stored as NULL. Each gives the model a `masked_<name>` property for templates.
    For uniqueness, indexes, joins and GROUP BY use BlindIndex("<name>"), never the column itself.
    """

    description = "Encrypted number with a blind index"
    empty_strings_allowed = False

    def __init__(self, *args, kind, **kwargs):
        if kind not in KINDS:
            raise ValueError(f"unknown kind of sealed number '{kind}'; one of {', '.join(KINDS)}")
        self.kind = kind
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"kind": self.kind}

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        if not hasattr(cls, f"masked_{name}"):
            setattr(cls, f"masked_{name}", property(lambda record: mask(getattr(record, name))))

    def check(self, **kwargs):
        found = super().check(**kwargs)
        if self.unique or self.db_index:
            hint = (
                f'Use UniqueConstraint(BlindIndex("{self.name}"), name=...) or Index(BlindIndex("{self.name}"), ...).'
            )
            found.append(
                checks.Error("Equal numbers have different sealed bytes.", hint=hint, obj=self, id="registry.E001")
            )
        if self.blank and not self.null:
            found.append(
                checks.Error(
                    "An empty sealed number is NULL: blank=True needs null=True.", obj=self, id="registry.E002"
                )
            )
        return found

    def get_internal_type(self):
        return "BinaryField"

    def to_python(self, value):
        if value is None or isinstance(value, Opened):
            return value
        if isinstance(value, bytes):
            return unseal(self.kind, value)
        if isinstance(value, str) and value.startswith(EXPORTED):
            return unseal(self.kind, base64.b64decode(value.removeprefix(EXPORTED)))
        return _digits(self.kind, value) or None

    def from_db_value(self, value, expression, connection):
        return None if value is None else unseal(self.kind, value)

    def get_prep_value(self, value):
        """Sealed bytes; bytes that are sealed already pass as they are."""
        value = super().get_prep_value(value)
        if isinstance(value, bytes):
            return bytes(unseal(self.kind, value).sealed)
        if value is None or not normalise(value):
            return None
        if isinstance(value, Opened) and value.kind == self.kind:
            marker = current_marker()
            if value.sealed[KEY_ID_AT : KEY_ID_AT + len(marker)] == marker:
                return value.sealed
        return seal(self.kind, value)

    def value_to_string(self, obj):
        """For dumpdata: a fixture file must not hold the number in clear."""
        value = self.get_prep_value(self.value_from_object(obj))
        return "" if value is None else EXPORTED + base64.b64encode(value).decode()

    def formfield(self, **kwargs):
        return super().formfield(
            **{"form_class": partial(SealedFormField, kind=self.kind), "empty_value": None} | kwargs
        )

    def get_lookup(self, lookup_name):
        if lookup_name not in {"exact", "in", "isnull"}:
            raise FieldError(self._refusal(lookup_name))
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name):
        raise FieldError(self._refusal(lookup_name))

    def _refusal(self, lookup_name):
        return f"'{self.name}' is sealed: it can be found by exact, in and isnull only, not by '{lookup_name}'."


class _ThroughBlindIndex:
    """Both sides of a lookup reduced to their blind index."""

    def get_prep_lookup(self):
        if isinstance(self.rhs, Query):
            return self._query_of_indexes(super().get_prep_lookup())
        if hasattr(self.rhs, "resolve_expression"):
            return self.rhs
        if self.get_db_prep_lookup_value_is_iterable:
            return [self._index(value) for value in self.rhs]
        return self._index(self.rhs)

    def _index(self, value):
        if hasattr(value, "resolve_expression"):
            raise FieldError("A list of sealed numbers to look for may hold text only, no expressions.")
        return None if value is None else blind_index(self.lhs.output_field.kind, value)

    def _query_of_indexes(self, query):
        columns = (*query.select, *query.annotation_select.values())
        if len(columns) != 1 or not self._is_index_or_sealed(columns[0].output_field):
            raise FieldError("A subquery for a sealed number must select one sealed field of the same kind.")
        if query.select and isinstance(query.select[0].output_field, SealedField):
            query = query.clone()
            query.select = (BlindIndex(query.select[0]),)
        return query

    def _is_index_or_sealed(self, field):
        if isinstance(field, SealedField):
            return field.kind == self.lhs.output_field.kind
        return isinstance(field, models.BinaryField)

    def process_lhs(self, compiler, connection, lhs=None):
        sql, params = super().process_lhs(compiler, connection, lhs)
        return _index_sql(sql), params

    def process_rhs(self, compiler, connection):
        sql, params = super().process_rhs(compiler, connection)
        if self.rhs_is_direct_value() or isinstance(self.rhs, Query):
            return sql, params
        if not self._is_index_or_sealed(self.rhs.output_field):
            raise FieldError("A sealed number can be compared with a sealed field of the same kind only.")
        return (_index_sql(sql) if isinstance(self.rhs.output_field, SealedField) else sql), params


@SealedField.register_lookup
class SealedExact(_ThroughBlindIndex, lookups.FieldGetDbPrepValueMixin, lookups.BuiltinLookup):
    lookup_name = "exact"
    get_rhs_op = lookups.Exact.get_rhs_op


@SealedField.register_lookup
class SealedIn(_ThroughBlindIndex, lookups.In):
    pass


class BlindIndex(models.Func):
    """The blind index of a sealed field: UniqueConstraint(BlindIndex("kk_number"), ...), Index, joins, GROUP BY.

    models.Count("pk") over values(key=BlindIndex("kk_number")) finds duplicates without opening a value.
    """

    arity = 1
    output_field = models.BinaryField()

    def as_sql(self, compiler, connection, **extra):
        sql, params = compiler.compile(self.source_expressions[0])
        return _index_sql(sql), params

    def resolve_expression(self, *args, **kwargs):
        resolved = super().resolve_expression(*args, **kwargs)
        if not isinstance(resolved.source_expressions[0].output_field, SealedField):
            raise FieldError("BlindIndex takes a sealed field.")
        return resolved


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nothing that can be misread on paper or the phone
REF_LENGTH = 12  # 60 random bits: not guessable, and no repeat among millions


def new_ref() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(REF_LENGTH))


def RefField() -> models.CharField:  # noqa: N802 - reads as a field where models are declared
    """The reference of a record in URLs and on paper: random, so that it tells no count and no neighbour.

    A plain CharField, since pghistory takes `unique` off a field it copies only when the field says it itself.
    """
    return models.CharField("kode", max_length=REF_LENGTH, unique=True, editable=False, default=new_ref)
