"""The books of a decree: where each rupiah is, by recipient and by village."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from decrees.models import Decree, Recipient
from proposals.flow import State
from uep.access.roles import Role

PAID_STATES = (State.PAID, State.HANDED_OVER)
ENDED = (State.HANDED_OVER, State.WITHDRAWN)
GONE, RETURNED = Q(removed_at__isnull=False), Q(returned__isnull=False)


class Share(NamedTuple):
    count: int
    amount: int  # Rupiah


class Books(NamedTuple):
    """Where each rupiah of a decree is. decreed = paid + failed + waiting + withdrawn + returned, always."""

    decreed: Share
    paid: Share
    failed: Share
    waiting: Share
    withdrawn: Share
    handed_over: Share  # a part of paid
    returned: Share  # deposited with the treasury, whoever was taken off since
    at: dict[str, int]  # recipients in force by the state of their proposal, without those of `returned`


@dataclass(frozen=True)
class VillageRoll:
    """The recipients of one decree in one village: subject of the roll that they sign."""

    decree: Decree
    village: Any

    @property
    def ref(self) -> str:
        return f"{self.decree.ref}-{self.village.pk}"

    @property
    def pk(self) -> str:
        """A printout names its file after its subject."""
        return self.ref


def books(decree) -> Books:
    """The decree's recipients by what became of them, in one query."""
    gone, stays = GONE & ~RETURNED, ~GONE & ~RETURNED
    rows = list(
        decree.recipients.order_by()
        .values("proposal__state")
        .annotate(
            people=Count("pk", filter=stays),
            money=Sum("amount", filter=stays),
            left=Count("pk", filter=gone),
            left_money=Sum("amount", filter=gone),
            back=Count("pk", filter=RETURNED),
            back_money=Sum("amount", filter=RETURNED),
        )
    )

    def share(*states) -> Share:
        chosen = [row for row in rows if row["proposal__state"] in states]
        return Share(sum(row["people"] for row in chosen), sum(row["money"] or 0 for row in chosen))

    withdrawn = Share(sum(row["left"] for row in rows), sum(row["left_money"] or 0 for row in rows))
    returned = Share(sum(row["back"] for row in rows), sum(row["back_money"] or 0 for row in rows))
    in_force = share(*State.values)
    paid, failed = share(*PAID_STATES), share(State.PAYMENT_FAILED)
    return Books(
        decreed=Share(
            in_force.count + withdrawn.count + returned.count, in_force.amount + withdrawn.amount + returned.amount
        ),
        paid=paid,
        failed=failed,
        waiting=Share(in_force.count - paid.count - failed.count, in_force.amount - paid.amount - failed.amount),
        withdrawn=withdrawn,
        handed_over=share(State.HANDED_OVER),
        returned=returned,
        at={row["proposal__state"]: row["people"] for row in rows if row["people"]},
    )


def is_complete(decree, sums: Books | None = None) -> bool:
    """Every recipient is handed over, replaced or withdrawn, or the money is the treasury's again."""
    sums = sums or books(decree)
    return sums.decreed.count == sums.handed_over.count + sums.withdrawn.count + sums.returned.count


def shares_by_village(decree, user) -> list[dict]:
    """Per village in the user's scope: district, place, code, people and amount in force, paid, handed_over; one query."""
    rows = decree.recipients.filter(pk__in=Recipient.objects.visible_to(user)).in_force().order_by()
    return list(
        rows.values("village__parent__name", "village__name", "village")
        .annotate(
            people=Count("pk"),
            amount=Sum("amount"),
            paid=Count("pk", filter=Q(proposal__state__in=PAID_STATES)),
            handed_over=Count("pk", filter=Q(proposal__state=State.HANDED_OVER)),
        )
        .order_by("village__parent__name", "village__name")
    )


def village_roll(decree, village) -> list[Recipient]:
    """The lines in force of one village, in the annex's order, with the handover where there is one. One query."""
    rows = decree.recipients.in_force().filter(village=village)
    return list(rows.select_related("proposal", "handover", "village__parent").order_by("position"))


def decrees_in_disbursement(user, *, search: str = "", only_open: bool = False) -> QuerySet[Decree]:
    """Signed decrees that name recipients, in the user's scope, with how far each has come: people, amount, done."""
    of_decree = Recipient.objects.filter(decree=OuterRef("pk")).order_by().values("decree")
    done = of_decree.filter(Q(proposal__state__in=ENDED) | Q(removed_at__isnull=False))
    rows = (
        Decree.objects.visible_to(user)
        .signed()
        .select_related("programme__bank")
        .annotate(
            people=Subquery(of_decree.annotate(n=Count("pk")).values("n")),
            amount=Subquery(of_decree.annotate(n=Sum("amount")).values("n")),
            done=Subquery(done.annotate(n=Count("pk")).values("n")),
        )
        .filter(people__gt=0)
    )
    if search:
        rows = rows.filter(
            Q(number__icontains=search) | Q(title__icontains=search) | Q(programme__name__icontains=search)
        )
    if only_open:
        unfinished = Recipient.objects.in_force().filter(decree=OuterRef("pk")).exclude(proposal__state__in=ENDED)
        rows = rows.filter(Exists(unfinished))
    return rows


AT_BANK, TO_RELEASE = "at_bank", "to_release"  # no states of the flow: briefed, and on a payment list
# Neither: decreed, and held up by the bank's look, by the village's mending, by the agreement.
TO_CHECK, TO_MEND, TO_AGREE = "to_check", "to_mend", "to_agree"

# What a decree waits for, the earliest step first: states, roles whose turn it is, sentence.
TURNS = (
    ((TO_AGREE,), (Role.BANK, Role.DIVISION_HEAD), "{n} penerima menunggu kesepakatan penyaluran."),
    ((TO_CHECK,), (Role.BANK,), "{n} rekening menunggu pemeriksaan bank."),
    ((TO_MEND,), (Role.VILLAGE,), "{n} rekening salah atau belum diisi dan perlu diperbaiki."),
    ((State.AGREED,), (Role.STAFF,), "{n} penerima menunggu sosialisasi."),
    ((State.BRIEFED,), (Role.DIVISION_HEAD,), "{n} penerima siap masuk daftar pembayaran."),
    (
        (TO_RELEASE,),
        (Role.SECRETARY, Role.OFFICE_HEAD),
        "{n} penerima di daftar pembayaran menunggu dilepas ke bank oleh orang kedua.",
    ),
    ((AT_BANK,), (Role.BANK,), "{n} penerima di daftar pembayaran menunggu bank."),
    (
        (State.PAYMENT_FAILED,),
        (Role.VILLAGE, Role.BANK, Role.STAFF),
        "{n} penerima gagal salur dan perlu diperbaiki rekeningnya.",
    ),
    ((State.PAID,), (Role.STAFF,), "{n} penerima menunggu serah terima."),
)


def whose_turn(
    sums: Books, *, on_lists: dict[str, int], accounts: dict[str, int], is_agreed: bool
) -> list[tuple[tuple[Role, ...], str]]:
    """(roles, sentence) of everything the decree waits for; empty when it is complete.

    `on_lists`: what `on_open_lists` says of the briefed. `accounts`: what
    `held_up_by_accounts` says of the decreed. `is_agreed`: an agreement is in force.
    """
    decreed = sums.at.get(State.DECREED, 0)
    at = sums.at | accounts | {TO_AGREE: 0 if is_agreed else decreed}
    at |= on_lists | {State.BRIEFED: sums.at.get(State.BRIEFED, 0) - sum(on_lists.values())}
    waiting = [(sum(at.get(state, 0) for state in states), roles, text) for states, roles, text in TURNS]
    return [(roles, text.format(n=count)) for count, roles, text in waiting if count > 0]
