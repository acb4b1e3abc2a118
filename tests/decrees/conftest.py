"""Eligible households made set-based (steps 1 and 2 have tests of their own); everything about decrees by real acts."""

from datetime import date, timedelta
from itertools import count

import pgtrigger
import pytest
from django.db import connection
from django.utils import timezone

from decrees import actions
from decrees.models import Decree
from proposals.flow import State
from proposals.models import CoverLetter, Programme, Proposal
from tests.walk import AMOUNT, nik
from uep.access.roles import Role
from uep.accounts.models import User

CONSIDERATIONS = "bahwa bantuan perlu tepat sasaran;\nbahwa perlu menetapkan Keputusan ini;"
BULIK = "62.09.03.1005"  # Kelurahan Nanga Bulik
NAMES = ("Siti Aminah", "Budi Santoso", "Maria Magdalena Kusumaningtyas binti Abdurrahman Wahid", "Yohanes", "Rukayah")


class House:
    """A programme and its drafts, on the way that a test needs."""

    def __init__(self, cast):
        self.cast = cast
        self.numbers = count(1)

    def programme(self, **changes) -> Programme:
        today = timezone.localdate()
        facts = {
            "name": f"UEP {next(self.numbers)}",
            "year": today.year,
            "budget": 100 * AMOUNT,
            "amount": AMOUNT,
            "quota": 100,
            "opens_on": today - timedelta(days=30),
            "closes_on": today + timedelta(days=30),
            "signatory": Role.OFFICE_HEAD,
            "bank": self.cast.bank.bank,
            "age_on": date(today.year, 6, 30),
            "created_by": self.cast.kabid,
            "dpa_number": "DPA/A.1/1.06/2026",
            "account_code": "5.1.06.01.01.0001",
        } | changes
        return Programme.objects.create(**facts)

    def eligible(self, programme, count: int, *, villages=(BULIK,), state=State.ELIGIBLE, **changes) -> list[Proposal]:
        """`count` eligible households, spread over the villages in turn."""
        today, first = timezone.localdate(), next(self.numbers) * 10_000
        letters = {
            village: CoverLetter.objects.create(
                programme=programme, village_id=village, number=f"400/{first}", date=today,
                signed_by="Rahmat", signed_title="Lurah", created_by=self.cast.alice,
            )
            for village in dict.fromkeys(villages[:count])
        }  # fmt: skip
        rows = [
            Proposal(
                programme=programme,
                village_id=villages[i % len(villages)],
                letter=letters[villages[i % len(villages)]],
                register_year=today.year,
                register_number=first + i,
                name=f"{NAMES[i % len(NAMES)]} {first + i}",
                nik=nik((first + i) % 10_000, born=date(1970, 1, 1) + timedelta(days=(first + i) // 10_000)),
                kk_number=f"620903{1 + first // 10_000 % 28:02d}0120{(first + i) % 10_000:04d}",
                address=f"Jl. Melati No. {i + 1}",
                rt="003",
                rw="001",
                business="Warung sembako",
                state=state,
                amount_requested=AMOUNT,
                created_by=self.cast.alice,
            )
            for i in range(count)
        ]
        for row in rows:
            for name, value in changes.items():
                setattr(row, name, value)
        with pgtrigger.ignore("proposals.Proposal:starts_as_draft"):
            Proposal.objects.bulk_create(rows)
        return rows

    def draft(self, proposals, *, by=None, title="Penetapan Penerima Bantuan UEP") -> Decree:
        return actions.draft(
            proposals[0].programme,
            by=by or self.cast.kabid,
            title=title,
            considerations=CONSIDERATIONS,
            proposals=proposals,
        )

    def at(self, stage, *, count: int = 2, regent: bool = False, decree=None) -> Decree:
        """A decree at a stage, by the people who own the steps."""
        if decree is None:
            programme = self.programme(**({"signatory": Role.REGENT} if regent else {}))
            decree = self.draft(self.eligible(programme, count))
        regent = decree.programme.signatory == Role.REGENT
        way = [
            (Decree.Stage.GOING_UP, lambda d: actions.send_up(d, by=self.cast.kabid)),
            (Decree.Stage.ENDORSED, lambda d: actions.endorse(d, by=self.cast.secretary)),
            (Decree.Stage.AT_REGENT, lambda d: actions.endorse(d, by=self.cast.head)),
            (Decree.Stage.SIGNED, lambda d: actions.sign(d, by=self.cast.regent if regent else self.cast.head)),
        ]
        if stage == Decree.Stage.CANCELLED:
            return actions.cancel(decree, by=self.cast.kabid, reason="Anggaran bergeser")
        there = [reached for reached, _ in way]
        for reached, step in way[there.index(decree.stage) + 1 if decree.stage in there else 0 :]:
            if decree.stage == stage:
                break
            if reached == Decree.Stage.AT_REGENT and not regent:
                continue
            decree = step(decree)
        assert decree.stage == stage
        return decree

    def signed(self, count: int = 2, **facts) -> Decree:
        return self.at(Decree.Stage.SIGNED, count=count, **facts)

    def amendment(self, decree) -> Decree:
        return actions.amend(
            decree,
            by=self.cast.kabid,
            title=f"Perubahan atas Keputusan Nomor {decree.number}",
            considerations=CONSIDERATIONS,
        )


@pytest.fixture
def house(cast) -> House:
    return House(cast)


def again(user) -> User:
    """The person as a new request sees them (roles of today are kept for the length of a request)."""
    return User.objects.get(pk=user.pk)


def sql(statement: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
