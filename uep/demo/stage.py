"""Where the stories of the demo happen: people, places, files and a clock. Every act goes through the real actions."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

import pghistory
from django.core.exceptions import ValidationError
from django.utils import timezone

import proposals.actions as entry
from proposals.actions.programmes import first_rules
from proposals.flow import State
from proposals.models import Attachment, Programme, Proposal, Requirement
from proposals.requirements import default_requirements
from uep.access.roles import Role
from uep.accounts.models import User
from uep.demo import pictures, words
from uep.demo.accounts import demo_villages, make_accounts, operator
from uep.demo.clock import Clock
from uep.demo.people import Household, budget_lines, household, youngest_birthday
from uep.files.actions import take_in
from uep.office import queries as office
from uep.registry.models import Region
from verification.actions.instruments import first_instrument

Story = Iterator[
    int | datetime
]  # yields how many working days pass until it goes on (0: some minutes), or the moment itself

MORNING, AFTERNOON = 8 * 60 + 15, 14 * 60  # minutes of the day between which stories act
DAY_IS_DONE = 15 * 60 + 30  # from this minute on, today counts as a day on which everything planned for it happened
EVENING = 19 * 60 + 40  # when villages get round to it, at the latest
VARIANTS = 3  # of each picture


class Stage:
    def __init__(self, regency: str, *, seed: int, days: int):
        """`days`: how many working days back the first story begins."""
        self.now = timezone.now()
        self.today, self.seed = timezone.localdate(self.now), seed
        self.chance = random.Random(seed)  # noqa: S311 - stories, not secrets
        self.calendar = office.calendar()
        self.last_day = self._last_day()
        first_day = self.day(days)
        self.clock = Clock(self._at(first_day, MORNING))
        self.villages = demo_villages(regency)
        self.users = make_accounts(self.villages, since=first_day - timedelta(days=900))
        self.operators = {user.village_id: user for user in self.users.values() if user.role == Role.VILLAGE}
        for village in self.villages:
            if village.pk not in self.operators:
                self.operators[village.pk] = operator(village, self._full_name())
        self.files: dict[tuple, object] = {}
        self.numbers = count(1)
        self.letters = count(3)
        self._queue: list[tuple[datetime, int, Story]] = []
        self._order = count()
        self._shots = count()

    # People and words -----------------------------------------------------------------------------------------------

    def who(self, username: str) -> User:
        """That person as of the clock's day: posts one stands in for are asked anew."""
        return self._fresh(self.users[username])

    def operator_of(self, village: Region | str) -> User:
        return self._fresh(self.operators[getattr(village, "pk", village)])

    def bank_of(self, programme: Programme) -> User:
        return next(
            self._fresh(user)
            for user in self.users.values()
            if user.role == Role.BANK and user.bank_id == programme.bank_id
        )

    @staticmethod
    def _fresh(user: User) -> User:
        for cached in ("roles_today", "acting_titles"):
            user.__dict__.pop(cached, None)
        return user

    def _full_name(self) -> str:
        first = self.chance.choice(words.MEN + words.WOMEN)
        return f"{first} {self.chance.choice(words.LAST)}"

    def say(self, what: str):
        return self.chance.choice(words.REASONS[what])

    # Time -----------------------------------------------------------------------------------------------------------

    def _at(self, day: date, minute: int) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(minute // 60, minute % 60)))

    def _working_day(self, day: date, after: int = 0) -> date:
        """The first working day from `day` on, then so many working days later."""
        while not self.calendar.is_working_day(day):
            day += timedelta(days=1)
        return day if not after else self._working_day(day + timedelta(days=1), after - 1)

    def _last_day(self) -> date:
        """The last working day that is over, whenever the demo is made: what is due a day later is due soon, not late."""
        today_is_done = self.now >= self._at(self.today, DAY_IS_DONE)
        return self._working_day_before(self.today + timedelta(days=today_is_done))

    def _working_day_before(self, day: date) -> date:
        day -= timedelta(days=1)
        while not self.calendar.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def day(self, ago: int) -> date:
        """So many working days before the last one."""
        day = self.last_day
        for _ in range(ago):
            day = self._working_day_before(day)
        return day

    def opening(self, later: int) -> datetime:
        """Eight o'clock, so many working days after the clock's day."""
        return self._at(self._working_day(timezone.localdate(), later), 8 * 60)

    def just_now(self) -> datetime:
        """Two minutes ago, or in the evening of the last working day that began: new, and not late even by a norm of minutes."""
        began = self.today
        if not self.calendar.is_working_day(began) or self.now < self._at(began, MORNING):
            began = self._working_day_before(began)
        return min(self.now - timedelta(minutes=2), self._at(began, EVENING))

    def tell(self, story: Story, *, ago: int) -> None:
        """Have a story begin so many working days before the last one."""
        self._push(self.day(ago), story)

    def tell_at(self, story: Story, moment: datetime) -> None:
        heappush(self._queue, (moment, next(self._order), story))

    def _push(self, day: date, story: Story) -> None:
        self.tell_at(story, self._at(day, self.chance.randint(MORNING, AFTERNOON)))

    def play(self) -> None:
        """Tell all stories in the order of time, up to now; what would come later has not happened yet."""
        with self.clock.going():
            while self._queue:
                moment, _, story = heappop(self._queue)
                if moment >= self.clock.end:
                    continue
                self.clock.go_to(moment)
                pause = next(story, None)
                if isinstance(pause, datetime):
                    self.tell_at(story, pause)
                elif pause == 0:
                    soon = self.clock.moment + timedelta(minutes=self.chance.randint(2, 25))
                    self.tell_at(story, min(soon, self.clock.end - timedelta(seconds=1)))
                elif pause is not None:
                    self._push(self._working_day(timezone.localdate(), pause), story)

    # Acts -----------------------------------------------------------------------------------------------------------

    def act(self, action, *subject, by: User, pause: int = 1, **facts):
        """One act of one person; the next one comes `pause` minutes later. History knows who it was."""
        with pghistory.context(user=by.pk, url="make_demo"):
            try:
                result = action(*subject, by=by, **facts)
            except ValidationError as error:
                raise RuntimeError(f"{action.__name__} at {self.clock.moment:%d-%m-%Y}: {error.messages}") from error
        self.clock.tick(pause)
        return result

    def photo(self, kind: str):
        """A fresh upload, like no other one: the same photo for two households would be a doubt."""
        return pictures.upload(kind, self.chance.randrange(VARIANTS) + VARIANTS * next(self._shots))

    def stored(self, kind: str, by: User):
        """A stored file of that person; the same picture serves many households, so that a demo takes few megabytes."""
        key = (kind, by.pk, self.chance.randrange(VARIANTS if kind.startswith("foto") else 1))
        if key not in self.files:
            shot = key[2] + (VARIANTS * next(self._shots) if kind.startswith("foto") else 0)
            self.files[key] = take_in(pictures.upload(kind, shot), by=by)
        return self.files[key]

    # Step 1 ---------------------------------------------------------------------------------------------------------

    def programme(self, **facts) -> Programme:
        """A programme with the usual papers."""
        made = self._at(facts["opens_on"] - timedelta(days=7), MORNING)
        programme = Programme.objects.create(created_by=self.who("kabid"), created_at=made, **facts)
        Requirement.objects.bulk_create(default_requirements(programme))
        first_rules(programme, by=programme.created_by)
        first_instrument(programme, by=programme.created_by)
        return programme

    def household(self, programme: Programme, village: Region, *, women_only: bool = False) -> Household:
        bank = programme.bank
        return household(
            next(self.numbers),
            village.parent_id,
            youngest=youngest_birthday(self.today.year),
            digits=min(bank.account_max_length, max(bank.account_min_length, 11)),
            seed=self.seed,
            women_only=women_only,
        )

    def write(self, programme: Programme, village: Region, person: Household, *, whole: bool = True) -> Proposal:
        """A draft by the village's operator; `whole` means with RAB and all papers."""
        by = self.operator_of(village)
        proposal = self.act(entry.draft, programme, by=by, name=person.name)
        facts = person._asdict() | {"desil": None if person.social_data == "none" else person.desil}
        asked = self.chance.choices((programme.amount, programme.amount * 3 // 5), (5, 1))[0]
        facts |= {
            "social_period": f"Triwulan {(self.clock.moment.month + 2) // 3} {self.clock.moment.year}",
            "is_not_public_payroll": True,
            "amount_requested": asked,
            "account_name": person.name,
        }
        if not whole:
            facts = {name: facts[name] for name in ("nik", "kk_number", "birth_date", "sex", "address", "business")}
        self.act(entry.edit, proposal, by=by, **facts)
        if whole:
            lines = budget_lines(person.business, asked, self.chance)
            self.act(entry.budget, proposal, by=by, lines=lines)
            self.put_papers([proposal], State.SUBMITTED)
        return proposal

    def put_papers(self, proposals, needed_from: str) -> None:
        """Papers that are due from a state on, put with each household in one go."""
        self._put(proposals, "proposal", needed_from=needed_from, owner=Requirement.Owner.HOUSEHOLD)

    def put_letter_papers(self, letter) -> None:
        self._put([letter], "letter", owner=Requirement.Owner.LETTER)

    def _put(self, records, holder: str, **which) -> None:
        Attachment.objects.bulk_create(
            Attachment(
                requirement=requirement,
                file=self.stored(requirement.code, self.operator_of(record.village_id)),
                added_by=self.operator_of(record.village_id),
                **{holder: record},
            )
            for record in records
            for requirement in record.programme.requirements.filter(**which)
        )
        self.clock.tick(1)
