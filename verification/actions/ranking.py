"""Kabid sets by what households are ranked, and applies a ranking: what is worth how much, which region how many."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from proposals.flow import State
from proposals.models import Programme, Proposal
from proposals.moves import move_all
from uep.access.access import require
from uep.documents.actions import issue
from uep.office.queries import profile
from uep.ui.indonesian import tanggal
from verification import scoring
from verification.actions.instruments import first_instrument
from verification.models import QuotaShare, RankingLine, RankingRun, ScoreWeight
from verification.queries import ranking
from verification.questions import MOST_POINTS
from verification.scoring import Outcome

CHANGED = "Keadaan berubah sejak peringkat ini ditampilkan. Periksa daftar yang baru, lalu terapkan."
NOTHING = "Tidak ada usulan yang berpindah dengan peringkat ini."


@transaction.atomic
def set_weights(programme, *, by, weights) -> Programme:
    """What each sign is worth from now on: {code of scoring.OTHERS: points}. ValidationError when nothing counts.

    What the questions of the visit are worth stands in the instrument (actions.instruments).
    """
    programme = _locked(programme)
    require(by, "verification.set_weights", programme)
    if unknown := set(weights) - set(scoring.OTHER_DEFAULTS):
        raise ValidationError(f"Unsur tidak dikenal: {', '.join(sorted(unknown))}.")
    if not 0 <= min(weights.values(), default=0) <= max(weights.values(), default=0) <= MOST_POINTS:
        raise ValidationError(f"Bobot satu unsur antara 0 dan {MOST_POINTS}.")
    now = ranking.weights_of(programme)
    if not any((now | weights).values()):
        raise ValidationError("Sedikitnya satu unsur harus berbobot.")
    ScoreWeight.objects.bulk_create(
        [
            ScoreWeight(programme=programme, code=code, points=points)
            for code, points in weights.items()
            if now[code] != points
        ],
        update_conflicts=True,
        unique_fields=["programme", "code"],
        update_fields=["points"],
    )
    return programme


@transaction.atomic
def set_shares(programme, *, by, shares) -> Programme:
    """How many each region may take at most: {code of a district or village: households, None for no share of its own}.

    ValidationError when shares add up to more than the quota, or those of villages to more than their district's.
    """
    programme = _locked(programme)
    require(by, "verification.set_shares", programme)
    now = ranking.shares_of(programme)
    wanted = {code: share for code, share in (now | shares).items() if share is not None}
    names = ranking.names_of(set(wanted) | set(shares))
    regency = profile().regency_code
    if strange := {code for code in wanted if code not in names or not code.startswith(f"{regency}.")}:
        raise ValidationError(f"Wilayah tidak dikenal: {', '.join(sorted(strange))}.")
    if faults := scoring.faults_of(programme.quota, wanted, names):
        raise ValidationError(list(faults.values()))
    QuotaShare.objects.filter(programme=programme, region__in=set(now) - set(wanted)).delete()
    QuotaShare.objects.bulk_create(
        [
            QuotaShare(programme=programme, region_id=code, quota=share)
            for code, share in wanted.items()
            if now.get(code) != share
        ],
        update_conflicts=True,
        unique_fields=["programme", "region"],
        update_fields=["quota"],
    )
    return programme


@transaction.atomic
def apply_ranking(programme, *, by, seen, note="") -> RankingRun:
    """Put the ranking that `by` looked at in force: places to those on top, the others onto the waiting list.

    `seen` is the fingerprint of what the page showed. ValidationError when that is no longer what comes out, or when
    nobody would move. The same number of queries whatever the number of households. Who is held back keeps a place and
    is not moved; a household that `by` has visited is held back for another pair of eyes (design, law 2).
    """
    programme = _locked(programme)
    require(by, "verification.apply_ranking", programme)
    competing = Proposal.objects.filter(programme=programme, state__in=ranking.COMPETING)
    list(
        competing.order_by("pk").select_for_update().values_list("pk")
    )  # what is decided one by one waits, or came first
    standing = ranking.field_of(programme, by).ranked()
    if seen != standing.fingerprint:
        raise ValidationError(CHANGED)
    moves = _moves(standing)
    if not any(keys for keys, _, _ in moves):
        raise ValidationError(NOTHING)
    run = _keep(standing, by=by, note=note)
    for keys, act, sentence in moves:
        if keys:
            move_all(Proposal.objects.filter(pk__in=keys), act, by=by, note=sentence)
    issue("daftar_peringkat", run, by=by)
    return run


def _locked(programme) -> Programme:
    """Held until the transaction ends, so that two rankings of one programme come one after the other.

    Its key is not held: villages go on writing proposals for it meanwhile.
    """
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _moves(standing) -> list[tuple[list[int], str, str]]:
    """Who is moved by which act, and what the journey says. Kabid's own acts, done to many at once."""
    day = tanggal(timezone.localdate())
    return [
        (
            standing.moving(State.ASSESSED, Outcome.ELIGIBLE),
            "verification.approve",
            f"Layak menurut pemeringkatan {day}.",
        ),
        (
            standing.moving(State.ASSESSED, Outcome.WAITING),
            "verification.waitlist",
            f"Cadangan menurut pemeringkatan {day}: kuota atau anggaran belum cukup.",
        ),
        (
            standing.moving(State.WAITLISTED, Outcome.ELIGIBLE),
            "verification.promote",
            f"Naik dari cadangan menurut pemeringkatan {day}.",
        ),
    ]


def _keep(standing, *, by, note) -> RankingRun:
    terms = standing.terms
    run = RankingRun.objects.create(
        programme=standing.programme,
        instrument=standing.instrument if standing.instrument.pk else first_instrument(standing.programme, by=by),
        quota=terms.quota,
        budget=terms.budget,
        weights=dict(terms.weights),
        shares=dict(terms.shares),
        tie_order=scoring.TIE_ORDER,
        note=" ".join(note.split()),
        by=by,
    )
    run.given, run.promised = standing.given, standing.promised  # for the paper, which freezes them
    RankingLine.objects.bulk_create(
        [
            RankingLine(
                run=run,
                proposal_id=row.entry.pk,
                position=row.position,
                score=row.score.total,
                breakdown=row.score.breakdown,
                outcome=RankingLine.Outcome.HELD if row.entry.pk in standing.held else row.outcome.value,
                why=standing.held.get(row.entry.pk, row.why),
            )
            for row in standing.placed
        ]
    )
    return run
