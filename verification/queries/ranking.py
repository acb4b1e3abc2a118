"""Reads for the order of a programme's households: what is known of them, what is given already, who comes next."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from proposals.flow import State
from proposals.models import BudgetLine, DuplicateCase, Programme, Proposal, StepRecord
from uep.registry.models import Region
from uep.ui.indonesian import angka
from verification import scoring
from verification.models import FieldVisit, Instrument, Objection, QuotaShare, RankingLine, RankingRun, ScoreWeight
from verification.models.facts import VisitFacts
from verification.queries import second, visited_in
from verification.queries.instruments import in_force
from verification.questions import Question, shares
from verification.scoring import Criterion, Entry, Facts, Group, Outcome, Placed, Taken, Terms

COMPETING = (State.ASSESSED, State.WAITLISTED)
# Their place is given; a household that leaves these states gives it back.
PLACED = (
    State.ELIGIBLE,
    State.IN_DECREE,
    State.DECREED,
    State.AGREED,
    State.BRIEFED,
    State.PAYMENT_FAILED,
    State.PAID,
    State.HANDED_OVER,
)
NOT_RECOMMENDED = "Tim merekomendasikan tidak layak; putuskan di halaman validasi."
OWN_VISIT = "Anda ikut memverifikasi di lapangan; validasi harus oleh orang lain."
SUSPECTED = "Dugaan ganda dengan usulan atau bantuan lain belum diputuskan."
OBJECTED = "Masih ada sanggahan yang belum dijawab."


# By what -------------------------------------------------------------------------------------------------------------


def weights_of(programme, instrument=None) -> dict[str, int]:
    """Points of every sign: those of the questions from the instrument in force, the others from the programme's own
    weights, else the default. Two queries, or one when the instrument is at hand.
    """
    instrument = instrument or in_force(programme)
    own = dict(ScoreWeight.objects.filter(programme=programme).values_list("code", "points"))
    signs = scoring.criteria_of(instrument.definition)
    return {
        sign.code: sign.points if sign.group == Group.POVERTY else own.get(sign.code, sign.points) for sign in signs
    }


def shares_of(programme) -> dict[str, int]:
    """The most that a district or village may take, by code. One query."""
    return dict(QuotaShare.objects.filter(programme=programme).order_by("region").values_list("region", "quota"))


def terms_of(programme, instrument=None) -> Terms:
    """By what the programme is ranked today. Three queries, or two when the instrument is at hand."""
    return Terms(programme.quota, programme.budget, weights_of(programme, instrument), shares_of(programme))


def regions_of(regency: str) -> list[tuple[Region, list[Region]]]:
    """Districts of the regency with their villages, by name. One query."""
    rows = list(Region.objects.within(regency).by_name())
    villages: dict[str, list[Region]] = {}
    for row in rows:
        villages.setdefault(row.parent_id, []).append(row)
    return [(row, villages.get(row.pk, [])) for row in rows if row.level == Region.Level.DISTRICT]


def names_of(codes: Collection[str]) -> dict[str, str]:
    """How sentences call these regions; one that does not exist is left out. One query."""
    return {region.pk: region.title for region in Region.objects.filter(pk__in=codes)}


# Who -----------------------------------------------------------------------------------------------------------------


def _last_visits(proposals: QuerySet[Proposal]) -> dict[int, VisitFacts]:
    """The newest finished visit of each; the second visit, where Kabid took that one in its place."""
    finished = FieldVisit.objects.filter(proposal__in=proposals.order_by().values("pk"), submitted_at__isnull=False)
    visits = finished.order_by("proposal", "-round").distinct("proposal")
    instead = second.replaced_by(visits)
    return {visit.proposal_id: instead.get(visit.pk, visit) for visit in visits}


def _rows(proposals: QuerySet[Proposal]) -> Iterable[dict]:
    returned = StepRecord.objects.filter(proposal=OuterRef("pk"), target=State.RETURNED).order_by()
    lines = BudgetLine.objects.filter(proposal=OuterRef("pk")).order_by()
    has_account = Case(
        When(account_number__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return proposals.order_by("pk").values(
        "pk",
        "ref",
        "name",
        "state",
        "business",
        "desil",
        "business_years",
        "monthly_turnover",
        "amount_requested",
        "phone",
        "phone_is_borrowed",
        "register_year",
        "register_number",
        "village_id",
        village_kind=F("village__kind"),
        village_name=F("village__name"),
        district_id=F("village__parent"),
        district_name=F("village__parent__name"),
        has_account=has_account,
        returns=Coalesce(Subquery(returned.values("proposal").annotate(n=Count("pk")).values("n")), 0),
        rab=Coalesce(Subquery(lines.values("proposal").annotate(sum=Sum("total")).values("sum")), Value(0)),
    )


def _facts(row: dict, visit: VisitFacts | None, asked: tuple[Question, ...]) -> Facts:
    seen = {}
    if visit is not None:
        seen = {
            "signs": shares(asked, visit.indicators),
            "found": visit.was_found,
            "visits": visit.round,
            "business_exists": bool(visit.business_exists),
            "turnover_seen": visit.turnover_seen or 0,
            "has_equipment": bool(visit.capital_seen.strip()),
            "has_need": bool(visit.need.strip()),
        }
    return Facts(
        business_years=row["business_years"] or 0,
        turnover=row["monthly_turnover"] or 0,
        returns=row["returns"],
        budget=int(row["rab"]),
        amount=row["amount_requested"] or 0,
        has_account=row["has_account"],
        has_phone=bool(row["phone"]),
        phone_is_borrowed=row["phone_is_borrowed"],
        desil=row["desil"],
        **seen,
    )


def _place(row: dict) -> dict[str, str]:
    """Names of the regions of a row, as sentences call them."""
    village = Region(name=row["village_name"], kind=row["village_kind"], level=Region.Level.VILLAGE)
    return {row["village_id"]: village.title, row["district_id"]: f"Kec. {row['district_name']}"}


def entries_of(proposals: QuerySet[Proposal], asked: tuple[Question, ...]) -> list[Entry]:
    """What is known of each, for scoring by these questions. Three queries whatever the number.

    Answers of an earlier version count where the question is still asked: a code means one question in a programme.
    """
    visits = _last_visits(proposals)
    entries = []
    for row in _rows(proposals):
        visit = visits.get(row["pk"])
        shown = row | {"recommendation": visit.recommendation if visit else "", "places": _place(row)}
        register = (row["register_year"] or 0, row["register_number"] or 0)
        facts = _facts(row, visit, asked)
        entries.append(Entry(row["pk"], register, row["village_id"], row["district_id"], facts, shown))
    return entries


def taken_in(programmes: Collection[Programme]) -> dict[int, list[Taken]]:
    """Places that are given, by programme and village. One query."""
    rows = Proposal.objects.filter(programme__in=programmes, state__in=PLACED).order_by()
    rows = rows.values("programme", "village", district=F("village__parent")).annotate(
        n=Count("pk"), sum=Sum("amount_requested")
    )
    given: dict[int, list[Taken]] = {programme.pk: [] for programme in programmes}
    for row in rows.order_by("village"):
        given[row["programme"]].append(Taken(row["village"], row["district"], row["n"], row["sum"] or 0))
    return given


def score_of(proposal, instrument=None) -> scoring.Score | None:
    """The score of one household by its programme's weights; None before a visit was handed in. Five queries, or four
    when the instrument in force is at hand.
    """
    instrument = instrument or in_force(proposal.programme)
    [entry] = entries_of(Proposal.objects.filter(pk=proposal.pk), instrument.definition)
    return scoring.score(entry.facts, weights_of(proposal.programme, instrument)) if entry.facts.visits else None


# Who has to stay out --------------------------------------------------------------------------------------------------


def blocked(programme) -> dict[int, str]:
    """Households that no ranking may move now, whoever applies it, each with the sentence why. Three queries.

    They keep the place that their score gives them until the matter is decided.
    """
    return blocked_in([programme])


def blocked_in(programmes: Collection[Programme]) -> dict[int, str]:
    """`blocked` for several programmes at once."""
    here = {"proposal__programme__in": programmes, "proposal__state__in": COMPETING}
    found: dict[int, str] = {}
    for records, sentence in ((DuplicateCase.objects.open(), SUSPECTED), (Objection.objects.open(), OBJECTED)):
        found |= dict.fromkeys(
            records.filter(**here).order_by("proposal_id").values_list("proposal", flat=True), sentence
        )
    competing = Proposal.objects.filter(programme__in=programmes, state__in=COMPETING)
    return found | dict.fromkeys(second.held_in(competing).order_by("pk").values_list("pk", flat=True), second.HELD)


def blocked_for(user, programme) -> dict[int, str]:
    """`blocked`, and those whom this person has seen in the field (four eyes, design law 2). Four queries."""
    competing = Proposal.objects.filter(programme=programme, state=State.ASSESSED)
    own = dict.fromkeys(visited_in(user, competing).values_list("pk", flat=True), OWN_VISIT)
    return own | blocked(programme)


# The ranking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A programme's ranking by some terms. `held` are those who stay out for now, `aside` those who do not compete."""

    programme: Programme
    terms: Terms
    taken: list[Taken]
    placed: list[Placed]
    held: Mapping[int, str]
    aside: list[Entry]
    names: Mapping[str, str]
    instrument: Instrument

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return scoring.criteria_of(self.instrument.definition)

    @property
    def given(self) -> int:
        """Places that were given before."""
        return sum(row.count for row in self.taken)

    @property
    def promised(self) -> int:
        """Rupiah of the places that were given before."""
        return sum(row.amount for row in self.taken)

    def moving(self, state: State, outcome: Outcome) -> list[int]:
        """Keys of those in `state` who come out as `outcome` and are not held."""
        return [
            row.entry.pk
            for row in self.placed
            if row.entry.shown["state"] == state and row.outcome == outcome and row.entry.pk not in self.held
        ]

    @property
    def totals(self) -> dict[str, int]:
        """Counts and sums for page, sheet and paper alike."""
        free = [row for row in self.placed if row.entry.pk not in self.held]
        eligible = [row for row in free if row.outcome == Outcome.ELIGIBLE]
        return {
            "competing": len(self.placed),
            "given": self.given,
            "promised": self.promised,
            "eligible": len(eligible),
            "amount": sum(row.entry.amount for row in eligible),
            "waiting": len(free) - len(eligible),
            "held": len(self.placed) - len(free),
        }

    @property
    def fingerprint(self) -> str:
        """Changes when anything changes that this ranking says."""
        lines = [(row.entry.pk, row.entry.shown["state"], row.score.total, row.outcome) for row in self.placed]
        terms = [self.terms.quota, self.terms.budget, sorted(self.terms.shares.items())]
        weights = sorted(self.terms.weights.items())
        text = json.dumps([terms, weights, self.given, self.promised, lines, sorted(self.held.items())])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Field:
    """All that a programme's rankings are made from, read once; any number of rankings cost no further query."""

    programme: Programme
    entries: list[Entry]
    aside: list[Entry]
    taken: list[Taken]
    held: Mapping[int, str]
    names: Mapping[str, str]
    terms: Terms
    instrument: Instrument

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return scoring.criteria_of(self.instrument.definition)

    @property
    def limitable(self) -> dict[str, str]:
        """Regions for which another share can be tried: the districts there are, and what has a share today."""
        return {code: name for code, name in self.names.items() if code.count(".") == 2 or code in self.terms.shares}

    def ranked(self, terms: Terms | None = None) -> Standing:
        terms = terms or self.terms
        placed = scoring.rank(self.entries, terms, self.taken, self.names)
        return Standing(self.programme, terms, self.taken, placed, self.held, self.aside, self.names, self.instrument)


def field_of(programme, user) -> Field:
    """What `user` would rank now. Twelve queries whatever the number of households."""
    instrument = in_force(programme)
    terms = terms_of(programme, instrument)
    competing = entries_of(Proposal.objects.filter(programme=programme, state__in=COMPETING), instrument.definition)
    entries, aside = [], []
    for entry in competing:
        refused = entry.shown["state"] == State.ASSESSED and (
            entry.shown["recommendation"] == FieldVisit.Recommendation.INELIGIBLE
        )
        (aside if refused else entries).append(entry)
    names = {code: name for entry in competing for code, name in entry.shown["places"].items()}
    unnamed = [code for code in terms.shares if code not in names]
    names |= names_of(unnamed) if unnamed else {}
    taken = taken_in([programme])[programme.pk]
    return Field(programme, entries, aside, taken, blocked_for(user, programme), names, terms, instrument)


def competes(programme) -> bool:
    return Proposal.objects.filter(programme=programme, state__in=COMPETING).exists()


def to_rank(user) -> list[Programme]:
    """Programmes with households to be ranked, each with how many in words (`waiting_label`). One query."""
    rows = Programme.objects.visible_to(user).annotate(
        competing=Count("proposals", filter=Q(proposals__state=State.ASSESSED))
    )
    programmes = list(rows.filter(competing__gt=0).order_by("-year", "name", "pk"))
    for programme in programmes:
        programme.waiting_label = f"{angka(programme.competing)} menunggu validasi"
    return programmes


def runs_of(programme) -> QuerySet[RankingRun]:
    """Rankings that were applied, newest first, with how many lines each has."""
    return programme.rankings.select_related("by").annotate(households=Count("lines"))


def lines_of(run) -> QuerySet[RankingLine]:
    return run.lines.select_related("proposal__village__parent").order_by("position")


def outcomes_of(run) -> dict[str, int]:
    """How many came out how. One query."""
    rows = run.lines.order_by().values("outcome").annotate(n=Count("pk"))
    return {row["outcome"]: row["n"] for row in rows}


def amount_of(run) -> int:
    """Rupiah that the places of this run are worth. One query."""
    won = run.lines.filter(outcome=RankingLine.Outcome.ELIGIBLE)
    return won.aggregate(sum=Sum("proposal__amount_requested"))["sum"] or 0


def place_in_last_run(proposal) -> RankingLine | None:
    """Where the household came when it was last ranked. One query."""
    return proposal.rankings.select_related("run").order_by("-run__at", "-run").first()
