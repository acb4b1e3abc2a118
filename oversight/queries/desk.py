"""The desk: what waits for me, oldest due first; then where the rest stands (design, 7).

Made from flow.WAITS_FOR and the decree's own turns, so that every state has its owner and no page repeats the table.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from decrees.models import Decree, Recipient, SignedScan
from decrees.queries import TURNS
from distribution.models import Confirmation, DisbursementAgreement, Payment
from distribution.queries import accounts_to_check, accounts_to_correct
from distribution.rules import side_of
from oversight.queries import disputes, fieldwork, second_looks
from proposals.flow import FINAL, WAITS_FOR, State
from proposals.models import Proposal
from uep.access.access import granted
from uep.access.roles import Role
from uep.social.models import Extract
from verification.queries import journeys_of, objections, to_assign_by_programme
from verification.queries.reserves import next_places

MOST = 40  # lines of one kind; beyond that the list page serves

# Before the decree work comes in letters and programmes, after it in decrees.
BY_LETTER = (State.SUBMITTED, State.ASSIGNED)
BY_PROGRAMME = (State.ASSESSED, State.ELIGIBLE)
BY_HOUSEHOLD = (State.DRAFT, State.RETURNED)
BY_DECREE = (State.DECREED, State.AGREED, State.BRIEFED, State.PAYMENT_FAILED, State.PAID)
# What a decree's households ask of the people of the office; the bank's side is in `_bank_tasks`.
DECREE_WORK = {
    Role.STAFF: {
        State.AGREED: "Adakan sosialisasi untuk {n} penerima",
        State.PAYMENT_FAILED: "Ulangi penyaluran {n} penerima yang gagal",
        State.PAID: "Serah terima {n} penerima",
    },
    Role.DIVISION_HEAD: {
        State.DECREED: "Sepakati penyaluran {n} penerima dengan bank",
        State.BRIEFED: "Susun daftar pembayaran {n} penerima",
    },
}


@dataclass(frozen=True)
class Task:
    """A line of work, as the `task` component takes it."""

    title: str
    url: str
    where: str = ""
    who: str = ""
    due: datetime | None = None
    state: str = ""
    tone: str = "neutral"


def tasks(user) -> list[Task]:
    """What waits for this person today, oldest due first, what has no due time last."""
    found = [
        *_letter_tasks(user),
        *_programme_tasks(user),
        *_team_tasks(user),
        *_visit_tasks(user),
        *_household_tasks(user),
        *_extract_tasks(user),
        *_reserve_tasks(user),
    ]
    found += [Task(**line) for kind in (fieldwork, disputes, second_looks) for line in kind.lines(user)]
    found += [*_decree_stage_tasks(user), *_decree_tasks(user), *_village_account_tasks(user), *_bank_tasks(user)]
    return sorted(found, key=lambda task: (task.due is None, task.due or 0))


def _extract_tasks(user):
    """Extracts of the social registry that wait for a second person, never for who brought them."""
    if not granted(user, "social.accept_extract"):
        return
    rows = Extract.objects.filter(stage=Extract.Stage.READ).exclude(by=user.pk).select_related("source")
    for extract in rows.order_by("at")[:MOST]:
        yield Task(
            title=f"Putuskan ekstrak {extract}",
            url=extract.get_absolute_url(),
            where="Data sosial",
            state=extract.status.label,
            tone=extract.status.tone,
        )


def _mine(user, states) -> list[State]:
    return [state for state in states if user.roles_today & set(WAITS_FOR[state].roles)]


def _letter_tasks(user):
    states = _mine(user, BY_LETTER)
    if not states:
        return
    rows = Proposal.objects.visible_to(user).filter(state__in=states)
    if user.role == Role.STAFF:
        rows = rows.filter(Q(handler=user.pk) | Q(handler__isnull=True))
    groups = rows.values("state", "letter__ref", "letter__number", place=F("village__name")).annotate(
        n=Count("pk"), due=Min("due_at")
    )
    for row in groups.order_by("due")[:MOST]:
        state = State(row["state"])
        what = "Disposisi" if state == State.SUBMITTED else "Periksa berkas"
        yield Task(
            title=f"{what} {row['n']} usulan {row['place']}",
            url=reverse("proposals:letter", args=[row["letter__ref"]]),
            where=f"Surat {row['letter__number']}",
            due=row["due"],
            state=state.label,
            tone=state.tone,
        )


def _programme_tasks(user):
    states = _mine(user, BY_PROGRAMME)
    if not states:
        return
    rows = Proposal.objects.visible_to(user).filter(state__in=states).order_by()
    rows = rows.exclude(objections.disputed(), state=State.ELIGIBLE)
    for row in rows.values("state", "programme__ref", "programme__name", "programme__year").annotate(
        n=Count("pk"), due=Min("due_at")
    ):
        state = State(row["state"])
        drafting = state == State.ELIGIBLE
        queue = f"{reverse('verification:list')}?antrean=validasi&program={row['programme__ref']}"
        yield Task(
            title=f"Susun SK untuk {row['n']} usulan layak" if drafting else f"Validasi {row['n']} hasil kunjungan",
            url=reverse("decrees:draft", args=[row["programme__ref"]]) if drafting else queue,
            where=f"{row['programme__name']} {row['programme__year']}",
            due=row["due"],
            state=state.label,
            tone=state.tone,
        )


def _team_tasks(user):
    """Households whose papers are complete and to whom nobody is sent, for the first time or again."""
    if not granted(user, "verification.assign_team"):
        return
    for row in to_assign_by_programme(user):
        yield Task(
            title=f"Tugaskan tim untuk {row['households']} rumah tangga",
            url=reverse("verification:assign_team", args=[row["programme__ref"]]),
            where=f"{row['programme__name']} {row['programme__year']}",
            due=row["due"],
            state=State.COMPLETE.label,
            tone=State.COMPLETE.tone,
        )


def _visit_tasks(user):
    """Households that the user's own team still has to see."""
    if not granted(user, "verification.record_visit"):
        return
    for row in journeys_of(user)[:MOST]:
        yield Task(
            title=f"Kunjungi {row['households']} rumah tangga",
            url=reverse("verification:assignment", args=[row["ref"]]),
            where=row["purpose"],
            due=row["due"],
            state=State.COMPLETE.label,
            tone=State.COMPLETE.tone,
        )


def _household_tasks(user):
    states = _mine(user, BY_HOUSEHOLD)
    if not states:
        return
    rows = Proposal.objects.visible_to(user).filter(state__in=states).select_related("programme")
    for proposal in rows.order_by("-state", "moved_at")[:MOST]:
        verb = "Perbaiki" if proposal.state == State.RETURNED else "Lengkapi"
        yield Task(
            title=f"{verb} usulan {proposal.name}",
            url=proposal.get_absolute_url(),
            where=str(proposal.programme),
            state=proposal.status.label,
            tone=proposal.status.tone,
        )


def _reserve_tasks(user):
    """A place came free: who on the waiting list is next."""
    if not granted(user, "verification.promote"):
        return
    for row in next_places(user, timezone.localdate())[:MOST]:
        yield Task(
            title=f"Calon berikutnya dari daftar cadangan: {row.label}, {row.because}",
            url=row.proposal.get_absolute_url(),
            where=str(row.programme),
            state=State.WAITLISTED.label,
            tone=State.WAITLISTED.tone,
        )


def _decree_stage_tasks(user):
    stages = [stage for stage, (roles, _) in TURNS.items() if user.roles_today & set(roles)]
    if not stages or not granted(user, "decrees.view"):
        return
    rows = (
        Decree.objects.visible_to(user)
        .filter(stage__in=stages)
        .exclude(pk__in=SignedScan.objects.waiting().values("decree"))  # it waits for its second person
        .annotate(n=Count("proposals"), due=Min("proposals__due_at"))
    )
    for decree in rows.order_by("due")[:MOST]:
        yield Task(
            title=f"{TURNS[decree.stage][1].split(',')[0]}: {decree.title}",
            url=decree.get_absolute_url(),
            where=f"{decree.n} penerima",
            due=decree.due,
            state=decree.status.label,
            tone=decree.status.tone,
        )


def _in_decrees(user, states):
    """Households in force by decree and state: one row for each, in the user's scope."""
    at_bank = Payment.objects.filter(recipient=OuterRef("pk"), status=Payment.Status.WAITING)
    rows = Recipient.objects.visible_to(user).in_force().filter(proposal__state__in=states).order_by()
    rows = rows.exclude(Exists(at_bank))  # on a list that was sent: the bank's turn, shown by `_bank_tasks`
    return rows.values("decree__ref", "decree__number", state=F("proposal__state")).annotate(
        n=Count("pk"), due=Min("proposal__due_at")
    )


def _answered() -> Exists:
    """The office has said yes to the newest terms of the decree: the bank's turn, or the accounts'."""
    terms = DisbursementAgreement.objects.filter(decree=OuterRef(OuterRef("decree"))).order_by("-version")
    return Exists(
        Confirmation.objects.filter(side=Confirmation.Side.OFFICE, agreement=Subquery(terms.values("pk")[:1]))
    )


def _decree_tasks(user):
    for role, work in DECREE_WORK.items():
        if role not in user.roles_today:
            continue
        rows = _in_decrees(user, work)
        if State.DECREED in work:
            rows = rows.exclude(Q(proposal__state=State.DECREED) & _answered())
        for row in rows.order_by("due")[:MOST]:
            state = State(row["state"])
            yield Task(
                title=work[state].format(n=row["n"]),
                url=reverse("distribution:decree", args=[row["decree__ref"]]),
                where=f"SK {row['decree__number']}",
                due=row["due"],
                state=state.label,
                tone=state.tone,
            )


def _village_account_tasks(user):
    """Failed payments and accounts that the bank found wrong, for the village to mend."""
    if not granted(user, "distribution.correct_account"):
        return
    for recipient in accounts_to_correct(user).select_related("decree", "proposal")[:MOST]:
        state = recipient.proposal.status
        yield Task(
            title=f"Perbaiki rekening {recipient.name}",
            url=reverse("distribution:correct_account", args=[recipient.ref]),
            where=str(recipient.decree),
            due=recipient.proposal.due_at,
            state=state.label,
            tone=state.tone,
        )


def _bank_tasks(user):
    if Role.BANK not in user.roles_today:
        return
    unchecked = accounts_to_check(user).order_by().values("decree__ref", "decree__number")
    for row in unchecked.annotate(n=Count("pk"), due=Min("proposal__due_at")):
        yield Task(
            title=f"Periksa rekening {row['n']} penerima",
            url=reverse("distribution:decree", args=[row["decree__ref"]]),
            where=f"SK {row['decree__number']}",
            due=row["due"],
            state="belum diperiksa",
            tone="warning",
        )
    open_terms = DisbursementAgreement.objects.visible_to(user).filter(agreed_at__isnull=True)
    for agreement in open_terms.exclude(confirmations__side=side_of(user)).select_related("decree"):
        if agreement.decree.agreements.filter(version__gt=agreement.version).exists():
            continue
        yield Task(
            title="Setujui kesepakatan penyaluran",
            url=agreement.get_absolute_url(),
            where=str(agreement.decree),
            state="menunggu Anda",
            tone="warning",
        )
    lines = (
        Payment.objects.visible_to(user)
        .filter(status=Payment.Status.WAITING, recipient__removed_at__isnull=True)
        .order_by()
    )
    for row in lines.values("disbursement__ref", "disbursement__decree__number").annotate(
        n=Count("pk"), due=Min("recipient__proposal__due_at")
    ):
        yield Task(
            title=f"Salurkan dana {row['n']} penerima",
            url=reverse("distribution:disbursement", args=[row["disbursement__ref"]]),
            where=f"SK {row['disbursement__decree__number']}",
            due=row["due"],
            state=State.BRIEFED.label,
            tone="warning",
        )


def elsewhere(user) -> list[Task]:
    """Where the rest of the user's households stand: a line for each state that waits for somebody else."""
    if not granted(user, "proposals.view"):
        return []
    others = [state for state in WAITS_FOR if state not in FINAL and not user.roles_today & set(WAITS_FOR[state].roles)]
    rows = Proposal.objects.visible_to(user).filter(state__in=others).order_by().values("state")
    groups = {
        row["state"]: row for row in rows.annotate(n=Count("pk"), due=Min("due_at"), name=Min("name"), ref=Min("ref"))
    }
    return [_standing(state, groups[state]) for state in others if state in groups]


def _standing(state: State, row: dict) -> Task:
    wait, one = WAITS_FOR[state], row["n"] == 1
    return Task(
        title=row["name"] if one else f"{row['n']} usulan",
        url=reverse("proposals:proposal", args=[row["ref"]])
        if one
        else f"{reverse('proposals:list')}?status={state.value}",
        where=wait.todo,
        who=Role(wait.roles[0]).label,
        due=row["due"],
        state=state.label,
        tone=state.tone,
    )
