"""Steps 1 and 2 of the demo: a village's batch from the first draft to Kabid's word, each household with its own fate."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto

from django.utils import timezone

import proposals.actions as entry
import verification.actions as checking
from proposals.eligibility import findings
from proposals.models import CoverLetter, Disposition, Programme, Proposal
from proposals.queries import duplicates
from uep.accounts.models import User
from uep.demo.stage import Stage, Story
from uep.demo.words import SEEN
from uep.office import queries as office
from uep.registry.models import Region
from verification import queries as verification_queries
from verification.checklist import INDICATORS
from verification.models import DeskCheck, FieldVisit, TravelOrder
from verification.queries import plans

TOLD_APART = "KTP dan KK keduanya dicocokkan; dua orang yang namanya mirip."
OUTSIDER = "Marlina Dehen"  # ranked by meetings, never proposed
Verdict, Found, Recommendation = DeskCheck.Verdict, FieldVisit.Found, FieldVisit.Recommendation


class Fate(StrEnum):
    """How far a household of a batch comes, and what happens to it on the way."""

    DRAFT = auto()  # written, not in any letter yet
    HALF_DRAFT = auto()  # only half written
    SENT_BACK = auto()  # by the leadership, before disposition
    WAITING = auto()  # submitted; when the whole batch waits, nobody has disposed it
    AT_DESK = auto()
    RETURNED = auto()
    ANSWERED = auto()  # returned, mended, at the desk again
    REJECTED = auto()
    WITHDRAWN = auto()
    AT_FIELD = auto()  # complete, nobody sent yet
    SENT_FOR = auto()  # a team is on its way
    AWAY = auto()  # visited, nobody at home
    VISITED = auto()  # waits for Kabid
    REVISIT = auto()  # Kabid wants another visit
    WAITLISTED = auto()
    DECLINED = auto()
    OBJECTED = auto()  # declined, objected, at the desk again
    ELIGIBLE = auto()
    RESERVE = auto()  # waitlisted at first, for a decree later
    CHOSEN = auto()  # for the batch's decree


BEFORE_LETTER = (Fate.DRAFT, Fate.HALF_DRAFT)
UNDISPOSED = (*BEFORE_LETTER, Fate.SENT_BACK, Fate.WAITING)
AT_THE_DESK = (Fate.AT_DESK, Fate.RETURNED, Fate.ANSWERED, Fate.REJECTED, Fate.WITHDRAWN)


@dataclass(frozen=True)
class Pace:
    """Working days from one thing to the next. As it stands, the SOP's two days for step 2 are kept."""

    disposed: int = 0  # after the letter was sent
    checked: int = 1
    visited: int = 1
    validated: int = 0
    objected: int = 6


@dataclass
class Batch:
    stage: Stage
    programme: Programme
    village: Region
    fates: dict[Fate, int]
    women_only: bool = False
    pace: Pace = field(default_factory=Pace)
    sent_at: datetime | None = None  # None: a working day after it was written
    again: list = field(default_factory=list)  # functions that make households which were aided before and ask again
    rows: list[tuple[Proposal, Fate]] = field(default_factory=list)
    letter: CoverLetter | None = None

    @property
    def staff(self) -> User:
        """Who handles this village: the same person each time."""
        return self.stage.who("staf2" if self.stage.villages.index(self.village) % 2 else "staf")

    @property
    def helper(self) -> User:
        return self.stage.who("staf2" if self.staff.username == "staf" else "staf")

    def of(self, *fates: Fate) -> list[Proposal]:
        """The households of those fates as they are now."""
        chosen = [proposal.pk for proposal, fate in self.rows if fate in fates]
        return list(Proposal.objects.filter(pk__in=chosen).order_by("pk"))

    def beyond(self, *fates: Fate) -> list[Proposal]:
        return self.of(*(set(Fate) - set(fates)))

    def story(self) -> Story:
        self._write(self._fates(drafts=False))
        yield self.sent_at or 1
        if self.rows:
            self._send()
            yield self.pace.disposed
            yield from self._examine()
        if drafts := self._fates(drafts=True):
            self._write(drafts)

    def _fates(self, *, drafts: bool) -> list[Fate]:
        return [fate for fate, times in self.fates.items() for _ in range(times) if (fate in BEFORE_LETTER) == drafts]

    # Step 1 ---------------------------------------------------------------------------------------------------------

    def _write(self, fates: list[Fate]) -> None:
        for fate in fates:
            person = (
                self.again.pop()(self.stage, self.programme, self.village)
                if self.again
                else self.stage.household(self.programme, self.village, women_only=self.women_only)
            )
            proposal = self.stage.write(self.programme, self.village, person, whole=fate != Fate.HALF_DRAFT)
            self.rows.append((proposal, fate))

    def _send(self) -> None:
        stage, by = self.stage, self.stage.operator_of(self.village)
        today = timezone.localdate()
        is_kelurahan = self.village.kind == Region.Kind.KELURAHAN
        self.letter = stage.act(
            entry.open_letter,
            self.programme,
            by=by,
            number=f"400.9/{next(stage.letters):03d}/{self.village.name.upper().replace(' ', '')}/{today.year}",
            date=today,
            signed_by=f"{'Lurah' if is_kelurahan else 'Kepala Desa'} {self.village.name}",
            signed_title=f"{'Lurah' if is_kelurahan else 'Kepala Desa'} {self.village.name}",
            deliberated_on=today - timedelta(days=5),
        )
        stage.put_letter_papers(self.letter)
        self._deliberate(by, today - timedelta(days=5))
        for proposal, unmet in self._unmet(self.letter.proposals.all()):
            reason = "Usahanya kecil tetapi tekun, dan keluarga ini paling membutuhkan menurut musyawarah."
            stage.act(entry.ask_exception, proposal, by=by, code=unmet.code, reason=reason)
        stage.act(entry.submit, self.letter, by=by)

    def _deliberate(self, by: User, day) -> None:
        """The meeting ranked them; of a large batch it had the first two the other way round, and somebody else as well."""
        names = [proposal.name for proposal, fate in self.rows if fate not in BEFORE_LETTER]
        if len(names) > 5:
            names[:2] = names[1::-1]
            names.append(OUTSIDER)
        self.stage.act(
            entry.record_deliberation,
            self.letter,
            by=by,
            held_on=day,
            place=f"Balai {self.village.name}",
            chair=self.letter.signed_by,
            attended=24 + 3 * len(names),
            women=9 + len(names),
            attended_by="Pemerintah desa/kelurahan, BPD/LPM, ketua RT, tokoh masyarakat, PKK",
            names=list(dict.fromkeys(names)),
        )

    # Step 2 ---------------------------------------------------------------------------------------------------------

    def _examine(self) -> Iterator[int]:
        stage = self.stage
        for proposal in self.of(Fate.SENT_BACK):
            note = "Lampiran RAB tidak sesuai dengan jenis usaha; perbaiki sebelum didisposisi."
            stage.act(entry.send_back, proposal, by=stage.who("sekretaris"), note=note)
        if not self.beyond(*UNDISPOSED):
            return
        self._dispose()
        yield self.pace.checked
        for proposal, unmet in self._unmet(self.beyond(*UNDISPOSED)):
            reason = "Alasan desa dapat diterima; tim memastikan di lapangan bahwa usahanya berjalan."
            stage.act(entry.override_rule, proposal, by=stage.who("kabid"), code=unmet.code, reason=reason)
        yield from self._desk()
        if self.beyond(*UNDISPOSED, *AT_THE_DESK, Fate.AT_FIELD):
            yield from self._field()

    def _dispose(self) -> None:
        by = self.stage.who(self.stage.chance.choice(("sekretaris", "sekretaris", "kadis")))
        self.stage.act(
            entry.dispose,
            self.letter,
            by=by,
            to=self.staff,
            nature=self.stage.chance.choice((Disposition.Nature.URGENT, Disposition.Nature.ORDINARY)),
            instruction=Disposition.Instruction.PROCESS,
            note="Periksa kelengkapan, lalu jadwalkan kunjungan lapangan.",
            deadline=timezone.localdate() + timedelta(days=7),
        )

    def _desk(self) -> Iterator[int]:
        stage = self.stage
        for proposal in self.of(Fate.WITHDRAWN):
            stage.act(entry.withdraw, proposal, by=stage.operator_of(self.village), reason=stage.say("withdraw"))
        for proposal in self.of(Fate.RETURNED, Fate.ANSWERED):
            self._check(proposal, dict([stage.say("fault")]))
            stage.act(checking.return_for_correction, proposal, by=self.staff)
        for proposal in self.of(Fate.REJECTED):
            stage.act(checking.reject, proposal, by=self.staff, reason=stage.say("reject"))
        for proposal in self.beyond(*UNDISPOSED, *AT_THE_DESK):
            self._pass_on(proposal)
        for proposal in self.of(Fate.AT_DESK)[:1]:  # one of them begun: some items are judged already
            self._check(proposal, {}, only=4)
        if self.of(Fate.ANSWERED):
            yield 0
        for proposal in self.of(Fate.ANSWERED):
            stage.act(entry.answer_defects, proposal, by=stage.operator_of(self.village))

    def _check(self, proposal: Proposal, wrong: dict[str, str], *, only: int | None = None) -> None:
        verdicts = {
            item.code: (Verdict.WRONG, wrong[item.code]) if item.code in wrong else (Verdict.RIGHT, "")
            for item in verification_queries.items_of(proposal)[:only]
        }
        self.stage.act(checking.check, proposal, by=self.staff, verdicts=verdicts)

    def _pass_on(self, proposal: Proposal) -> None:
        self._check(proposal, {})
        for case in duplicates.cases_of(proposal).open():
            self.stage.act(entry.decide_case, case, by=self.staff, decision="different", why=TOLD_APART)
        self.stage.act(checking.pass_on, proposal, by=self.staff)

    def _field(self) -> Iterator[int]:
        stage = self.stage
        team = self.beyond(*UNDISPOSED, *AT_THE_DESK, Fate.AT_FIELD)
        assignment = self._assign(team)
        if self.of(Fate.SENT_FOR):
            self._replan(assignment)
        yield self.pace.visited
        visited = self.beyond(*UNDISPOSED, *AT_THE_DESK, Fate.AT_FIELD, Fate.SENT_FOR)
        for proposal in visited:
            self._visit(proposal, away=proposal in self.of(Fate.AWAY))
        if not self.beyond(*UNDISPOSED, *AT_THE_DESK, Fate.AT_FIELD, Fate.SENT_FOR, Fate.AWAY):
            return
        by = self.staff
        stage.act(checking.draw_up_minutes, assignment, by=by, date=timezone.localdate())
        yield self.pace.validated
        yield from self._validate()

    def _assign(self, households: list[Proposal]):
        today = timezone.localdate()
        return self.stage.act(
            checking.assign_team,
            self.programme,
            by=self.stage.who("kabid"),
            proposals=households,
            leader=self.staff,
            members=[self.helper],
            starts=today,
            ends=today + timedelta(days=4),
            purpose=f"Verifikasi lapangan usulan UEP {self.village.title}",
            vehicle="Mobil operasional KH 1207 RU",
        )

    def _replan(self, assignment) -> None:
        """Travel orders for the team; then one household is put off to the last day, as its leader sees it on the way."""
        stage = self.stage
        stage.act(
            checking.order_travel,
            assignment,
            by=self.staff,
            levels={self.staff: TravelOrder.Level.C, self.helper: TravelOrder.Level.C},
            origin=office.profile().capital,
            destination=self.village.label,
            transport=assignment.vehicle,
            departs=assignment.starts,
            returns=assignment.ends,
            charged_to=office.profile().name,
            account="5.1.02.04.01.0003",
        )
        last = plans.working_days(assignment.starts, assignment.ends)[-1]
        waiting = list(plans.planned(assignment).exclude(day=last))
        if waiting:
            stage.act(
                checking.postpone,
                assignment,
                by=self.staff,
                proposals=[waiting[-1].proposal],
                day=last,
                reason="Jembatan ke dusun itu sedang diperbaiki.",
            )

    def _visit(self, proposal: Proposal, *, away: bool = False) -> None:
        stage, by = self.stage, self.staff
        facts = {"visited_at": timezone.now() - timedelta(minutes=2), "found": Found.AWAY if away else Found.FOUND}
        if not away:
            facts |= self._impressions(proposal)
        visit = stage.act(checking.record_visit, proposal, by=by, **facts)
        if away:
            return
        stage.act(checking.photograph, visit, by=by, business=[stage.photo("foto_usaha")])
        stage.act(checking.assess, proposal, by=by)

    def _impressions(self, proposal: Proposal) -> dict:
        chance = self.stage.chance
        weak = proposal in self.of(Fate.DECLINED, Fate.OBJECTED)
        return {
            "latitude": f"{-1.4 - chance.random() * 0.9:.6f}",
            "longitude": f"{111.1 + chance.random() * 0.5:.6f}",
            "accuracy": chance.randint(4, 30),
            "position_from": FieldVisit.Position.DEVICE,
            "met": proposal.name,
            "identity_matches": True,
            "lives_there": True,
            "business_exists": not weak,
            "business_seen": chance.choice(SEEN),
            "turnover_seen": proposal.monthly_turnover,
            "need": "Tambahan barang dan peralatan sesuai RAB",
            "indicators": {code: chance.random() < 0.45 for code, _ in INDICATORS},
            "recommendation": Recommendation.INELIGIBLE if weak else Recommendation.ELIGIBLE,
            "reason": "Usaha tidak ditemukan berjalan." if weak else "Usaha berjalan dan modal terbatas.",
        }

    @staticmethod
    def _unmet(proposals):
        """The rules that stand in the way and may be set aside."""
        return [(p, row) for p in proposals for row in findings(p) if row.is_in_the_way and row.may_be_overridden]

    def _validate(self) -> Iterator[int]:
        stage, by = self.stage, self.stage.who("kabid")
        words = {
            checking.waitlist: ("waitlist", (Fate.WAITLISTED, Fate.RESERVE)),
            checking.decline: ("decline", (Fate.DECLINED, Fate.OBJECTED)),
            checking.revisit: ("revisit", (Fate.REVISIT,)),
            checking.approve: ("approve", (Fate.ELIGIBLE, Fate.CHOSEN)),
        }
        for action, (why, fates) in words.items():
            for proposal in self.of(*fates):
                stage.act(action, proposal, by=by, reason=stage.say(why))
        yield self.pace.objected
        for proposal in self.of(Fate.OBJECTED):
            reason = "Sanggahan diterima: usaha pindah ke rumah sebelah dan masih berjalan."
            stage.act(checking.uphold_objection, proposal, by=by, reason=reason)
