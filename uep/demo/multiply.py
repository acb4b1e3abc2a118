"""Any number of proposals: the core's stories again and again, in other villages, years and with other people.

Set-based: every table is filled by one INSERT ... SELECT from the core's rows; only the people come from outside, sealed,
by COPY. Memory stays flat, whatever the number.
"""

import json
from collections.abc import Callable
from datetime import date
from itertools import count

import pgtrigger
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.utils import timezone

from decrees.models import Decree, Endorsement
from decrees.queries import draft_hash
from proposals.actions.programmes import first_rules
from proposals.models import CoverLetter, Programme, Proposal, Requirement, RuleSet
from proposals.requirements import default_requirements
from uep.access.roles import Role
from uep.accounts.models import User
from uep.demo.accounts import demo_villages
from uep.demo.bare import bare
from uep.demo.numbers import COLUMNS, Order, person_rows
from uep.demo.people import youngest_birthday
from uep.demo.template import PERSONAL, WORDS, Part, copied_models
from uep.demo.words import LAST, MEN, WOMEN
from uep.documents.numbering import series_of
from uep.office.models import Profile
from uep.registry.fields import new_ref
from uep.registry.models import Region
from verification.actions.instruments import first_instrument
from verification.models import Instrument

VERSIONED = (RuleSet, Instrument)
YEARS = 5  # last year and the four before it
OPEN_SHARE = 0.2  # of the proposals stand in this year's programmes; the others are history
WEEKS = (
    4  # the oldest of this year's copies lie so far back; half of them are as new as the core, so that few are overdue
)
YEAR_OF_WEEKS = 364  # days: the same weekday, so that nobody works on Sundays
FIRST_PERSON = 100_000  # the core's households are numbered below

# Twelve of the sixteen bytes of a UUID, without those that say of which kind it is: 60 random bits (RefField).
LETTERS = " || ".join(
    f"substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (get_byte(b, {byte}) & 31) + 1, 1)"
    for byte in (0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13)
)
NEW_REF = """
    CREATE FUNCTION pg_temp.new_ref() RETURNS text LANGUAGE sql VOLATILE AS $$
        SELECT LETTERS FROM (SELECT uuid_send(gen_random_uuid()) AS b OFFSET 0) r
    $$
""".replace("LETTERS", LETTERS)
# Numbers that go on by year: table -> (column of the year or None, column of the number, moment that decides).
COUNTED: dict[type[models.Model], tuple[str | None, str, str]] = {
    CoverLetter: ("agenda_year", "agenda_number", "t.submitted_at"),
    Proposal: ("register_year", "register_number", "l.submitted_at"),
    Decree: (None, "number", "t.signed_at"),
}


def multiply(proposals: int, *, seed: int, say: Callable[[str], object]) -> None:
    """Bring the database from the core to at least so many proposals, rounded up to whole copies; all or nothing."""
    with transaction.atomic():
        _make(proposals, seed=seed, say=say)
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")  # else the first pages are planned for a small database


def _make(proposals: int, *, seed: int, say) -> None:
    tables = copied_models()
    villages = list(Region.objects.villages().within(Profile.objects.get().regency_code).order_by("code"))
    operators = operators_of(villages, seed=seed)
    template = demo_villages(Profile.objects.get().regency_code)
    this_year = timezone.localdate().year
    past = Programme.objects.get(year=this_year - 1)
    running = list(Programme.objects.filter(year=this_year).order_by("pk"))
    codes, their_operators = [v.pk for v in template], [operators[v.pk] for v in template]
    history = Part("past", [past.pk], codes, their_operators)
    present = Part("now", [programme.pk for programme in running], codes, their_operators)
    history.prepare(tables)
    present.prepare(tables)
    wanted = proposals - Proposal.objects.count()
    now_copies = -(-int(wanted * OPEN_SHARE) // present.sizes[Proposal])
    past_copies = max(0, -(-(wanted - now_copies * present.sizes[Proposal]) // history.sizes[Proposal]))
    numbers = count(FIRST_PERSON)
    with connection.cursor() as cursor:
        cursor.execute(NEW_REF)
    with bare([table._meta.db_table for table in tables]):  # noqa: SLF001
        years = [[programme.pk] for programme in earlier_programmes(past)]
        _fill_copies(history, past_copies, villages, operators, past.year, programmes=years)
        _copy(history, past_copies, tables, numbers, seed=seed, say=say)
        _fill_copies(present, now_copies, villages, operators, this_year, programmes=[present.programmes])
        _copy(present, now_copies, tables, numbers, seed=seed, say=say)
        _settle(tables)
        say("Indexes and foreign keys ...")
    say("Initials ...")
    bind_initials()


def operators_of(villages: list[Region], *, seed: int) -> dict[str, int]:
    """An operator for each village: its code -> the user; made where there is none."""
    known = dict(User.objects.filter(role=Role.VILLAGE).values_list("village_id", "pk"))
    closed = make_password(None)  # nobody signs in as one of them
    people = MEN + WOMEN
    missing = [
        User(
            username=f"operator.{village.dotless}",
            full_name=f"{people[(place + seed) % len(people)]} {LAST[(place * 7 + seed) % len(LAST)]}",
            role=Role.VILLAGE,
            village=village,
            must_change_password=False,
            password=closed,
        )
        for place, village in enumerate(villages)
        if village.pk not in known
    ]
    return known | {user.village_id: user.pk for user in User.objects.bulk_create(missing)}


def earlier_programmes(past: Programme) -> list[Programme]:
    """Last year's programme and those of the years before it, made like it."""
    found = [past]
    for years in range(1, YEARS):
        days = timezone.timedelta(days=years * YEAR_OF_WEEKS)
        programme = Programme.objects.create(
            name=past.name,
            year=past.year - years,
            budget=past.budget,
            amount=past.amount,
            quota=past.quota,
            opens_on=past.opens_on - days,
            closes_on=past.closes_on - days,
            signatory=past.signatory,
            bank=past.bank,
            age_on=date(past.year - years, 6, 30),
            created_by=past.created_by,
            created_at=past.created_at - days,
        )
        Requirement.objects.bulk_create(default_requirements(programme))
        first_rules(programme, by=programme.created_by)
        first_instrument(programme, by=programme.created_by)
        found.append(programme)
    return found


def _fill_copies(part: Part, copies: int, villages, operators, year: int, *, programmes: list[list[int]]) -> None:
    """The table of copies: how each differs from the template. With several sets of programmes they are years apart."""
    places = {village.pk: place for place, village in enumerate(villages)}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE demo_copy (n bigint PRIMARY KEY, years int, days int, template_year int,"
            " villages text[], titles text[], operators bigint[], programmes bigint[]) ON COMMIT DROP"
        )
        with cursor.copy("COPY demo_copy FROM STDIN") as copying:
            for n in range(copies):
                home = [villages[(places[code] + n + 1) % len(villages)] for code in part.villages]
                years = n % len(programmes)
                weeks = max(0, n // len(programmes) % (2 * WEEKS) - WEEKS)
                days = years * YEAR_OF_WEEKS + weeks * 7
                copying.write_row(
                    (
                        n,
                        years,
                        days,
                        year,
                        [village.pk for village in home],
                        [village.title for village in home],
                        [operators[village.pk] for village in home],
                        programmes[years],
                    )
                )
        cursor.execute("ANALYZE demo_copy")


def _copy(part: Part, copies: int, tables, numbers, *, seed: int, say) -> None:
    """Fill every table from one part; its people first."""
    say(f"{copies * part.sizes[Proposal]} people ...")
    _fill_people(part, copies, numbers, seed=seed)
    starts: dict[type[models.Model], int] = {}
    pattern = series_of("sk").pattern
    with connection.cursor() as cursor:
        for model in tables:
            table = model._meta.db_table  # noqa: SLF001
            cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")  # noqa: S608
            starts[model] = cursor.fetchone()[0]
            say(f"{copies * part.sizes[model]} rows of {table} ...")
            facts = {"zone": settings.TIME_ZONE, "pattern": pattern, "last": json.dumps(_last_numbers(model))}
            cursor.execute(_insert(part, model, starts), facts)
        cursor.execute("DROP TABLE demo_copy, demo_person")


def _fill_people(part: Part, copies: int, numbers, *, seed: int) -> None:
    programmes = Programme.objects.select_related("bank").in_bulk(part.programmes)
    signed_by_regent = [programmes[pk].signatory == Role.REGENT for pk in part.programmes]
    banks = [programmes[pk].bank for pk in part.programmes]
    digits = [min(bank.account_max_length, max(bank.account_min_length, 11)) for bank in banks]
    youngest = youngest_birthday(timezone.localdate().year)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT village_id_at, programme_id_at FROM {part.table(Proposal)} ORDER BY nth")  # noqa: S608
        rows = cursor.fetchall()
        cursor.execute("SELECT villages FROM demo_copy ORDER BY n")
        homes = [villages for (villages,) in cursor.fetchall()]
        orders = (
            Order(
                n * len(rows) + nth,
                next(numbers),
                homes[n][village - 1].rsplit(".", 1)[0],
                youngest,
                digits[programme - 1],
                signed_by_regent[programme - 1],
                seed,
            )
            for n in range(copies)
            for nth, (village, programme) in enumerate(rows)
        )
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        cursor.execute(f"CREATE TEMPORARY TABLE demo_person ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY demo_person FROM STDIN") as copying:
            for row in person_rows(orders, copies * len(rows)):
                copying.write_row(row)
        cursor.execute("ANALYZE demo_person")


def _insert(part: Part, model, starts: dict[type[models.Model], int]) -> str:
    columns = [column for column in model._meta.local_concrete_fields if not column.primary_key]  # noqa: SLF001
    values = [f"{starts[model]} + c.n * {part.sizes[model]} + t.nth"]
    values += [_value(part, model, column, starts) for column in columns]
    source = f"{part.table(model)} t CROSS JOIN demo_copy c"
    if model in PERSONAL:
        source += f" JOIN demo_person p ON p.k = c.n * {part.sizes[Proposal]} + t.person_nth"
    if model is Proposal:
        source += f" LEFT JOIN {part.table(CoverLetter)} l ON l.nth = t.letter_id_nth"
    names = ", ".join(f'"{column.column}"' for column in columns)
    return f'INSERT INTO {model._meta.db_table} ("id", {names}) SELECT {", ".join(values)} FROM {source}'  # noqa: S608, SLF001


def _value(part: Part, model, column, starts) -> str:
    """How a column of a copy comes from the template `t`, the copy `c` and its person `p`."""
    name, target = column.column, column.related_model
    if special := _counted(model, name) or WORDS.get(model, {}).get(name):
        return special
    if source := PERSONAL.get(model, ((), {}))[1].get(name):
        empty = f"t.{name} IS NULL" if column.null else f"t.{name} = ''"
        return f"CASE WHEN {empty} THEN t.{name} ELSE p.{source} END"
    if column.default is new_ref:
        return "pg_temp.new_ref()"
    if target in part.sizes:
        return f"{starts[target]} + c.n * {part.sizes[target]} + t.{name}_nth"
    if target is Programme:
        return f"c.programmes[t.{name}_at]"
    if target in VERSIONED:
        # The version of the same number in the programme of the copy; those of earlier years have the first one only.
        templates, table = f"ARRAY{part.programmes}::bigint[]", target._meta.db_table  # noqa: SLF001
        return (
            f"(SELECT s.id FROM {table} s, {table} o WHERE o.id = t.{name} AND s.programme_id = "  # noqa: S608
            f"c.programmes[array_position({templates}, o.programme_id)] "
            "AND s.number = CASE WHEN s.programme_id = o.programme_id THEN o.number ELSE 1 END)"
        )
    if target is Region:
        return f"coalesce(c.villages[t.{name}_at], t.{name})"
    if target is User:
        return f"coalesce(c.operators[t.{name}_at], t.{name})"
    if isinstance(column, models.DateTimeField):
        return f"t.{name} - c.days * interval '1 day'"
    if isinstance(column, models.DateField):
        return f"t.{name} - c.days"
    return f"t.{name}"


def _counted(model, name: str) -> str | None:
    """A number that goes on after the last one of its year, in the order of time, or the year itself."""
    if model not in COUNTED or name not in COUNTED[model][:2]:
        return None
    year_column, number_column, moment = COUNTED[model]
    moment = f"({moment} - c.days * interval '1 day')"
    year = f"extract(year FROM {moment} AT TIME ZONE %(zone)s)::int"
    has_none = "t.number = ''" if model is Decree else f"t.{number_column} IS NULL"
    if name == year_column:
        return f"CASE WHEN NOT {has_none} THEN {year} END"
    order = f"OVER (PARTITION BY {has_none}, {year} ORDER BY {moment}, c.n, t.nth)"
    following = f"coalesce((%(last)s::jsonb ->> {year}::text)::int, 0) + row_number() {order}"
    if model is not Decree:
        return f"CASE WHEN NOT {has_none} THEN {following} END"
    # As the series of decrees is filled from its pattern (uep.documents.numbering).
    roman = "(ARRAY['I','II','III','IV','V','VI','VII','VIII','IX','X','XI','XII'])"
    month = f"extract(month FROM {moment} AT TIME ZONE %(zone)s)::int"
    return (
        f"CASE WHEN {has_none} THEN '' ELSE replace(replace(replace(replace(%(pattern)s, '{{no}}', ({following})::text), '{{no3}}', lpad(({following})::text, "
        f"greatest(3, length(({following})::text)), '0')), '{{bulan_romawi}}', {roman}[{month}]), '{{tahun}}', {year}::text) END"
    )


def _last_numbers(model) -> dict[int, int]:
    """The last number given in each year so far."""
    if model is Decree:
        rows = Decree.objects.signed().order_by().values_list("date__year").annotate(last=models.Count("pk"))
    elif model in COUNTED:
        year, number, _ = COUNTED[model]
        rows = (
            model.objects.filter(**{f"{number}__isnull": False})
            .order_by()
            .values_list(year)
            .annotate(last=models.Max(number))
        )
    else:
        rows = []
    return dict(rows)


SETTLE = (
    # What was promised is within budget and quota; this year's programmes keep some room.
    """
    UPDATE proposals_programme g SET quota = greatest(g.quota, (u.n * 11 / 10)::int),
           budget = greatest(g.budget, u.money * 11 / 10)
    FROM (
        SELECT programme_id, count(*) AS n, sum(amount_requested) AS money FROM proposals_proposal
        WHERE state IN ('in_decree', 'decreed', 'agreed', 'briefed', 'payment_failed', 'paid', 'handed_over')
        GROUP BY 1
    ) u WHERE u.programme_id = g.id
    """,
    f"UPDATE proposals_programme SET opens_on = opens_on - {WEEKS * 7}",  # noqa: S608 - a number of our own
    """
    INSERT INTO documents_numbercounter AS known (series_id, year, last)
    SELECT s.id, d.year, d.n FROM documents_numberseries s, (
        SELECT extract(year FROM date)::int AS year, count(*) AS n FROM decrees_decree WHERE stage = 'signed' GROUP BY 1
    ) d WHERE s.code = 'sk' ON CONFLICT (series_id, year) DO UPDATE SET last = excluded.last
    """,
    # The seal of a payment list is over its lines (distribution.actions.payments).
    """
    UPDATE distribution_disbursement d SET seal = encode(sha256(convert_to('[' || m.lines || ']', 'UTF8')), 'hex')
    FROM (
        SELECT disbursement_id, string_agg(format('[%s, "%s", "%s", "%s", %s]', position, ref,
                   encode(substring(account_number FROM 2 FOR 16), 'hex'), account_name, amount), ', ' ORDER BY position) AS lines
        FROM distribution_payment GROUP BY 1
    ) m WHERE m.disbursement_id = d.id
    """,
)


def _settle(tables) -> None:
    """What hangs on all copies together: promises, counters, seals and the sequences of keys."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {model._meta.db_table}")  # noqa: SLF001
        for statement in SETTLE:
            cursor.execute(statement)
        for model in tables:
            table = model._meta.db_table  # noqa: SLF001
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608


def bind_initials() -> None:
    """Initials on drafts under way are bound to the draft as it is (decrees.queries.draft_hash); a copy is another draft."""
    triggers = [
        f"decrees.Endorsement:{trigger.name}" for model, trigger in pgtrigger.registered() if model is Endorsement
    ]
    waiting = Endorsement.objects.filter(voided_at__isnull=True).exclude(decree__stage=Decree.Stage.SIGNED)
    with pgtrigger.ignore(*triggers):
        for endorsement in waiting.select_related("decree__programme").iterator():
            endorsement.draft_hash = draft_hash(endorsement.decree)
            endorsement.save(update_fields=["draft_hash"])
