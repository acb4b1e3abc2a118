"""Whom a record may be the same as: by its numbers while they are typed, by name, birth and place once it is sent."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from proposals.flow import ON_DECREE_UNPAID, State
from proposals.models import DuplicateCase, Proposal
from proposals.queries.proposals import AIDED, GIVEN_UP, holders
from uep.registry.fields import normalise
from uep.social.queries import earlier_aids, find_people, members_of
from uep.ui.indonesian import rupiah

LABELS = {"nik": "NIK", "kk_number": "Nomor KK", "account_number": "Nomor rekening", "phone": "Nomor HP"}
NAMED = (*AIDED, *ON_DECREE_UNPAID)  # aided, or named by a decree that stands
CALL = "Hubungi Dinas Sosial bila ini warga desa Anda"

Told = tuple[str, str]  # (tone, sentence)


# While it is typed ----------------------------------------------------------------------------------------------------


def already_known(proposal: Proposal, field: str, number: str, *, typed: Mapping[str, str]) -> list[Told]:
    """What this office knows of a number that is being typed: who is proposed or was aided with it.

    `field` is one of LABELS, `number` in plain digits, `typed` the other boxes. Of people of other villages it says
    that there is someone, and of which programme and year; neither name, place nor amount.
    """
    if field in {"account_number", "phone"}:
        return _shared(proposal, field, number, typed)
    niks, kks = ([number], []) if field == "nik" else ([], [number])
    told = _proposed(proposal, LABELS[field], holders(proposal.programme, but=proposal, niks=niks, kks=kks)[:1])
    told += _aided(proposal, f"Pemilik {LABELS[field]} ini", niks=niks, kks=kks)
    return told + _relatives(proposal, field, number, typed)


def _proposed(proposal, what, others) -> list[Told]:
    return [("danger", f"{what} ini sudah diusulkan {_by_whom(proposal, other)}.") for other in others]


def _by_whom(proposal, other) -> str:
    return f"atas nama {other.name}" if _is_near(proposal, other) else f"oleh desa/kelurahan lain. {CALL}"


def _is_near(proposal, other) -> bool:
    return other.village_id is not None and other.village_id == proposal.village_id


def _aided(proposal, who: str, *, niks, kks) -> list[Told]:
    """Aid of these persons or households, from our own decrees and from earlier lists, newest first. Two queries."""
    rows = Proposal.objects.filter(Q(nik__in=niks) | Q(kk_number__in=kks), state__in=NAMED)
    ours = rows.exclude(pk=proposal.pk).exclude(programme=proposal.programme_id).select_related("programme", "village")
    found = [(row.programme.year, str(row.programme), row, row.amount_requested) for row in ours]
    found += [
        (row.year, f"{row.list.programme} {row.year}", row, row.amount) for row in earlier_aids(niks=niks, kks=kks)
    ]
    told = []
    for _, programme, row, amount in sorted(found, key=lambda line: -line[0])[:3]:
        where = ""
        if _is_near(proposal, row):
            where = f" di {row.village.title}, {rupiah(amount)}" if amount else f" di {row.village.title}"
        told.append(("warning", f"{who} sudah pernah menerima bantuan: {programme}{where}."))
    return told


def _relatives(proposal, field, number, typed) -> list[Told]:
    """Others of the same family card, as the registry in force knows them: proposed here, or aided before."""
    if field == "nik":
        person = find_people([number]).get(number)
        own, card = number, normalise(person.kk_number) if person and person.kk_number else ""
    else:
        own, card = normalise(typed.get("nik") or "") or str(proposal.nik or ""), number
    others = [normalise(row.nik) for row in members_of([card] if card else []).get(card, [])]
    others = [nik for nik in others if nik != own]
    if not others:
        return []
    who = "Anggota lain dari Kartu Keluarga ini (misalnya suami atau istri)"
    told = [
        ("danger", f"{who} sudah diusulkan {_by_whom(proposal, row)}.")
        for row in holders(proposal.programme, niks=others, but=proposal)[:1]
    ]
    return told + _aided(proposal, who, niks=others, kks=[])[:1]


def _shared(proposal, field, number, typed) -> list[Told]:
    """Another household with this account or telephone, in whatever programme. One query."""
    rows = Proposal.objects.filter(**{field: number}).exclude(pk=proposal.pk).exclude(state=State.WITHDRAWN)
    own = Q()
    for name in ("nik", "kk_number"):
        if mine := normalise(typed.get(name) or "") or str(getattr(proposal, name) or ""):
            own |= Q(**{name: mine})
    if own:
        rows = rows.exclude(own)
    tone = "danger" if field == "account_number" else "warning"
    return [
        (
            tone,
            f"{LABELS[field]} ini juga dipakai usulan atas nama {row.name}."
            if _is_near(proposal, row)
            else f"{LABELS[field]} ini juga dipakai usulan desa/kelurahan lain.",
        )
        for row in rows.select_related("village").order_by("-pk")[:1]
    ]


# Once it is sent ------------------------------------------------------------------------------------------------------


class Suspect(NamedTuple):
    """A record that may be the same person as a proposal, with how much speaks for it and the reasons, strongest first."""

    proposal_id: int
    other_id: int | None  # another proposal, or
    past_aid_id: int | None  # an aid of an earlier list
    score: int  # 0 to 100
    reasons: list[str]


ENOUGH = 60  # of 100: below it, two people merely have names alike
ALIKE = 0.45  # of 1: names that share this much may be one, when the birth date is the same
MOST_EACH = 5  # cases of one household; the strongest

# Each way to a candidate is a join that an index serves: the sound of the name, the birth date, the account.
# Equal NIK is no suspicion but knowledge (queries.proposals.earlier_aid), so such pairs are left out.
# Letter triples cost most by far (name_similarity: over a millisecond a pair): they are made once a name, and only of
# those who were born on the same day.
CANDIDATES = """
WITH mine AS MATERIALIZED (
    SELECT id, name, birth_date, village_id, phone, phone_is_borrowed, name_key(name) AS sound,
           name_triples(name) AS triples,
           SUBSTRING(nik FROM 2 FOR 16) AS nik, SUBSTRING(account_number FROM 2 FOR 16) AS account
    FROM proposals_proposal WHERE id = ANY(%(ids)s)
), born AS MATERIALIZED (
    SELECT mine.id AS mine, mine.triples, other.id AS proposal, NULL::bigint AS aid, name_triples(other.name) AS theirs
    FROM mine JOIN proposals_proposal other ON other.birth_date = mine.birth_date
    UNION ALL SELECT mine.id, mine.triples, NULL, aid.id, name_triples(aid.name)
    FROM mine JOIN social_pastaid aid ON aid.birth_date = mine.birth_date
), alike AS MATERIALIZED (
    SELECT mine, proposal, aid,
        coalesce(shared::float / nullif(cardinality(triples) + cardinality(theirs) - shared, 0), 0) AS likeness
    FROM born, LATERAL (SELECT count(*) AS shared FROM unnest(triples) AS triple WHERE triple = ANY (theirs)) AS both_have
), found AS (
    SELECT mine.id AS mine, other.id AS proposal, NULL::bigint AS aid, true AS same_sound, NULL::float AS likeness FROM mine
        JOIN proposals_proposal other ON name_key(other.name) = mine.sound
    UNION ALL SELECT mine.id, NULL, aid.id, true, NULL FROM mine
        JOIN social_pastaid aid ON name_key(aid.name) = mine.sound
    UNION ALL SELECT mine, proposal, aid, false, likeness FROM alike WHERE likeness >= %(alike)s
    UNION ALL SELECT mine.id, other.id, NULL, name_key(other.name) = mine.sound, NULL FROM mine
        JOIN proposals_proposal other ON SUBSTRING((other.account_number)::bytea FROM 2 FOR 16) = mine.account
), pairs AS MATERIALIZED (
    SELECT mine, proposal, aid, bool_or(same_sound) AS same_sound, max(likeness) AS likeness
    FROM found GROUP BY mine, proposal, aid
), facts AS (
    SELECT mine.id AS mine, pairs.proposal, pairs.aid, pairs.same_sound, pairs.likeness,
        mine.name AS my_name, coalesce(other.name, aid.name) AS their_name,
        regexp_replace(mine.name, '[^0-9]', '', 'g') AS my_numeral,
        regexp_replace(coalesce(other.name, aid.name), '[^0-9]', '', 'g') AS their_numeral,
        mine.birth_date AS my_birth, coalesce(other.birth_date, aid.birth_date) AS their_birth,
        coalesce(other.village_id, aid.village_id) = mine.village_id AS same_village,
        there.parent_id = here.parent_id AS same_district,
        coalesce(SUBSTRING(other.account_number FROM 2 FOR 16) = mine.account, false) AS same_account,
        mine.phone <> '' AND coalesce(other.phone, '') = mine.phone AND NOT mine.phone_is_borrowed AS same_phone,
        coalesce(SUBSTRING(coalesce(other.nik, aid.nik) FROM 2 FOR 16) = mine.nik, false) AS same_nik
    FROM pairs
        JOIN mine ON mine.id = pairs.mine
        JOIN registry_region here ON here.code = mine.village_id
        LEFT JOIN proposals_proposal other ON other.id = pairs.proposal
        LEFT JOIN social_pastaid aid ON aid.id = pairs.aid
        LEFT JOIN social_pastaidlist list ON list.id = aid.list_id
        LEFT JOIN registry_region there ON there.code = coalesce(other.village_id, aid.village_id)
    WHERE (pairs.proposal IS NULL OR (other.id <> mine.id AND other.state NOT IN ('draft', 'withdrawn')))
        AND (pairs.aid IS NULL OR list.imported_at IS NOT NULL)
), points AS (
    SELECT *, CASE
            WHEN my_birth = their_birth THEN 30
            WHEN my_birth IS NULL OR their_birth IS NULL THEN 0
            WHEN extract(day FROM my_birth) = extract(month FROM their_birth)
                AND extract(month FROM my_birth) = extract(day FROM their_birth)
                AND extract(year FROM my_birth) = extract(year FROM their_birth) THEN 20
            WHEN abs(my_birth - their_birth) > 366 THEN -25
            ELSE 0 END AS of_birth
    FROM facts
    -- "Siti Aminah 2": a village that numbers its namesakes has told them apart itself.
    WHERE NOT same_nik AND (same_account OR my_numeral = their_numeral)
)
SELECT mine, proposal, aid, least(100, greatest(0,
        CASE WHEN same_sound THEN 50 ELSE round(50 * coalesce(likeness, name_similarity(my_name, their_name)))::int END
        + of_birth
        + CASE WHEN same_village THEN 15 WHEN same_district THEN 5 ELSE 0 END
        + CASE WHEN same_account THEN 60 ELSE 0 END
        + CASE WHEN same_phone THEN 15 ELSE 0 END)) AS score,
    my_name, their_name, same_sound, of_birth, coalesce(same_village, false), coalesce(same_district, false),
    same_account, same_phone
FROM points
ORDER BY mine, score DESC, coalesce(proposal, aid)
"""


def suspects(proposals: Iterable[Proposal]) -> list[Suspect]:
    """Records alike enough to ask people about, the strongest first for each proposal. One query however many.

    Two proposals of the same batch are named once, by the later one.
    """
    ids = [proposal.pk for proposal in proposals]
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"ids": ids, "alike": ALIKE})
        rows = cursor.fetchall()
    batch, found, counted = set(ids), [], {}
    for mine, other, aid, score, *facts in rows:
        if score < ENOUGH or (other in batch and other > mine) or counted.get(mine, 0) >= MOST_EACH:
            continue
        counted[mine] = counted.get(mine, 0) + 1
        found.append(Suspect(mine, other, aid, score, _reasons(*facts)))
    return found


def _reasons(mine, theirs, same_sound, of_birth, same_village, same_district, same_account, same_phone) -> list[str]:
    said = [
        (60, "nomor rekening sama", same_account),
        (50, "nama sama", mine.casefold() == theirs.casefold()),
        (50, f"nama berbunyi sama: {mine} / {theirs}", same_sound and mine.casefold() != theirs.casefold()),
        (40, f"nama mirip: {mine} / {theirs}", not same_sound),
        (30, "tanggal lahir sama", of_birth == 30),
        (20, "tanggal dan bulan lahir tertukar", of_birth == 20),
        (15, "nomor HP sama", same_phone),
        (15, "satu desa/kelurahan", same_village),
        (5, "satu kecamatan", same_district and not same_village),
    ]
    return [sentence for _, sentence, holds in sorted(said, key=lambda line: -line[0]) if holds]


# Cases ----------------------------------------------------------------------------------------------------------------


def unraised(found: Iterable[Suspect]) -> list[Suspect]:
    """Those that no case asks about yet, in either direction. One query."""
    found = list(found)
    mine = {row.proposal_id for row in found}
    theirs = {row.other_id for row in found if row.other_id}
    known = set()
    rows = DuplicateCase.objects.filter(Q(proposal__in=mine) | Q(proposal__in=theirs, other__in=mine))
    for proposal, other, aid in rows.values_list("proposal", "other", "past_aid"):
        known |= {(proposal, other, aid), (other, proposal, aid)}
    return [row for row in found if (row.proposal_id, row.other_id, row.past_aid_id) not in known]


def cases(user, *, search: str = "", decision: str = "", place: str = "") -> QuerySet[DuplicateCase]:
    """Cases in the user's scope, for the list. `decision` "open" asks for those not decided yet."""
    rows = DuplicateCase.objects.visible_to(user).select_related(
        "proposal__village__parent", "proposal__programme", "other__village", "other__programme", "past_aid__list",
        "past_aid__village",
    )  # fmt: skip
    if search:
        named = Q(proposal__name__icontains=search) | Q(other__name__icontains=search)
        rows = rows.filter(named | Q(past_aid__name__icontains=search))
    if decision:
        rows = rows.filter(decision="" if decision == "open" else decision)
    if place:
        rows = rows.filter(Q(proposal__village=place) | Q(proposal__village__parent=place))
    return rows


def cases_of(proposal) -> QuerySet[DuplicateCase]:
    """What is asked about a proposal, open ones first."""
    rows = proposal.suspicions.select_related("other__programme", "other__village", "past_aid__list")
    return rows.order_by("decision", "-score", "pk")


def undecided(proposal) -> bool:
    return proposal.suspicions.open().exists()


def twin(proposal) -> Proposal | None:
    """Another proposal of the programme that counts and was decided to be the same person."""
    rows = Proposal.objects.filter(
        suspected_by__proposal=proposal,
        suspected_by__decision=DuplicateCase.Decision.SAME,
        programme=proposal.programme_id,
    )
    return rows.exclude(state__in=GIVEN_UP).first()
