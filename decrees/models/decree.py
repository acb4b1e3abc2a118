"""The decree itself, and the households that stand on its draft."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from decrees.routing import Step
from proposals.models import Programme, Proposal
from uep.access.access import granted
from uep.access.roles import Role
from uep.accounts.scopes import EVERYWHERE
from uep.registry.fields import RefField

# What a draft names may change in the drafter's hands only (design, law 3), whoever writes: ORM, bulk update, psql.
ONLY_IN_A_DRAFT = pgtrigger.Func(
    """
    IF TG_OP <> 'INSERT' AND (SELECT stage FROM decrees_decree WHERE id = OLD.decree_id) <> 'draft'
       OR TG_OP <> 'DELETE' AND (SELECT stage FROM decrees_decree WHERE id = NEW.decree_id) <> 'draft' THEN
        RAISE EXCEPTION 'uep: decree of this row is no draft any more';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
    """
)


def only_in_a_draft() -> pgtrigger.Trigger:
    """Rows of a decree that only its drafter may still change."""
    return pgtrigger.Trigger(
        name="only_in_a_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=ONLY_IN_A_DRAFT,
    )


# Up from desk to desk as its route says, back to the drafter from any of them; what is signed or cancelled stays so.
STAGES = [
    ("draft", "going_up"),
    ("draft", "endorsed"),
    ("draft", "cancelled"),
    ("going_up", "endorsed"),
    ("going_up", "at_regent"),
    ("going_up", "draft"),
    ("endorsed", "at_regent"),
    ("endorsed", "signed"),
    ("endorsed", "draft"),
    ("at_regent", "signed"),
    ("at_regent", "draft"),
]


# STAGES says which desks there are; the decree's own route, which of them it passes, and that the last one signs. A
# decree without a kept route passes every desk up to its signatory.
ALONG_ITS_ROUTE = pgtrigger.Func(
    """
    DECLARE
        roles text[] := (SELECT array_agg(step->>0 ORDER BY at) FROM jsonb_array_elements(NEW.route) WITH ORDINALITY way(step, at));
        desks text[];
        place int;
        before int;
    BEGIN
        IF roles IS NULL THEN
            roles := CASE NEW.signatory_role WHEN 'regent' THEN ARRAY['secretary', 'office_head', 'regent']
                     ELSE ARRAY['secretary', 'office_head'] END;
        END IF;
        desks := ARRAY(
            SELECT CASE role WHEN 'secretary' THEN 'going_up' WHEN 'office_head' THEN 'endorsed' ELSE 'at_regent' END
            FROM unnest(roles) WITH ORDINALITY way(role, at) ORDER BY at
        );
        place := (CASE WHEN NEW.stage = 'signed' THEN array_length(desks, 1) + 1 ELSE array_position(desks, NEW.stage::text) END);
        before := (CASE WHEN OLD.stage = 'draft' THEN 0 ELSE array_position(desks, OLD.stage::text) END);
        IF place IS NULL OR place - 1 IS DISTINCT FROM before THEN
            RAISE EXCEPTION 'uep: the route of this decree does not lead from % to %', OLD.stage, NEW.stage;
        END IF;
        RETURN NEW;
    END;
    """
)


class DecreeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office all; regent what has come up to the regent; bank the signed ones of its own programmes."""
        if not user.is_authenticated or not granted(user, "decrees.view"):
            return self.none()
        if user.roles_today & EVERYWHERE:
            return self
        if Role.REGENT in user.roles_today:
            return self.filter(signatory_role=Role.REGENT, stage__in=[Decree.Stage.AT_REGENT, Decree.Stage.SIGNED])
        if user.role == Role.BANK:
            return self.filter(programme__bank=user.bank_id, stage=Decree.Stage.SIGNED)
        return self.none()

    def signed(self):
        return self.filter(stage=Decree.Stage.SIGNED)


@pghistory.track()
class Decree(models.Model):
    """A draft that goes up, and once signed the list that governs (design, law 3)."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "Penetapan"
        AMENDMENT = "amendment", "Perubahan"
        REVOCATION = "revocation", "Pencabutan"

    class Stage(models.TextChoices):
        DRAFT = "draft", "Draf Kabid"
        GOING_UP = "going_up", "Menunggu paraf Sekretaris"
        ENDORSED = "endorsed", "Menunggu Kepala Dinas"
        AT_REGENT = "at_regent", "Menunggu Bupati"
        SIGNED = "signed", "Ditetapkan"
        CANCELLED = "cancelled", "Dibatalkan"

        @property
        def tone(self) -> str:
            return {"draft": "neutral", "signed": "success", "cancelled": "neutral"}.get(self.value, "warning")

    ref = RefField()
    programme = models.ForeignKey(Programme, verbose_name="program", on_delete=models.PROTECT, related_name="decrees")
    kind = models.CharField("jenis", max_length=10, choices=Kind.choices, default=Kind.ORIGINAL)
    # Of an amendment what it changes, of a revocation what it revokes.
    amends = models.ForeignKey(
        "self", verbose_name="mengubah", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    stage = models.CharField("tahap", max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    # The programme's signatory as it was when the draft was last sent up: who is under way does not change the signer.
    signatory_role = models.CharField("penanda tangan", max_length=20, choices=Role.choices, default=Role.OFFICE_HEAD)
    # (post, what it does) in the order of the way, as it was when the draft was last sent up; empty before that.
    route = models.JSONField("jalur", default=list, blank=True)
    title = models.CharField("tentang", max_length=250)
    reason = models.CharField("alasan pencabutan", max_length=300, blank=True)  # of a revocation; everyone may read it
    considerations = models.TextField("menimbang", blank=True)  # one paragraph a line; the paper letters them a. b. c.
    # By which version it was drafted; decrees from before there were versions have none, and their words no tags.
    wording = models.ForeignKey(
        "decrees.Wording",
        verbose_name="naskah",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decrees",
    )
    clauses = models.TextField("diktum", blank=True)  # its own, where the wording's do not fit; one a line
    proposals = models.ManyToManyField(
        Proposal, verbose_name="usulan dalam draf", through="decrees.DraftLine", blank=True, related_name="decrees"
    )
    removes = models.ManyToManyField(
        "decrees.Recipient",
        verbose_name="penerima yang dikeluarkan",
        through="decrees.Removal",
        blank=True,
        related_name="removed_by",
    )
    drafted_by = models.ForeignKey("accounts.User", verbose_name="penyusun", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("disusun pada", default=timezone.now)
    # Set together at signing.
    number = models.CharField("nomor", max_length=120, blank=True)
    date = models.DateField("tanggal penetapan", null=True, blank=True)
    signed_by = models.ForeignKey(
        "accounts.User",
        verbose_name="ditetapkan oleh",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    signed_at = models.DateTimeField("ditetapkan pada", null=True, blank=True)
    # office.Signatory.as_dict() of that day
    signatory = models.JSONField("pejabat penanda tangan", null=True, blank=True)
    scan = models.ForeignKey(
        "files.StoredFile",
        verbose_name="pindaian bertanda tangan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DecreeQuerySet.as_manager()

    class Meta:
        verbose_name = "SK"
        ordering = ["-drafted_at", "-pk"]
        indexes = [
            models.Index(name="decrees_newest_first", fields=["-drafted_at", "-id"]),
            models.Index(name="decrees_by_programme", fields=["programme", "stage"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_signed_decree_has_number_date_and_signatory",
                condition=~Q(stage="signed")
                | (
                    ~Q(number="")
                    & Q(date__isnull=False, signed_by__isnull=False, signed_at__isnull=False, signatory__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="only_a_signed_decree_has_a_number", condition=Q(stage="signed") | Q(number="", date__isnull=True)
            ),
            models.CheckConstraint(
                name="an_amendment_names_what_it_amends",
                condition=Q(kind="original", amends__isnull=True)
                | Q(kind__in=["amendment", "revocation"], amends__isnull=False),
            ),
            models.CheckConstraint(
                name="a_revocation_says_why",
                condition=Q(kind="revocation") & ~Q(reason="") | ~Q(kind="revocation") & Q(reason=""),
            ),
            models.UniqueConstraint(name="a_decree_number_is_given_once", fields=["number"], condition=~Q(number="")),
            models.UniqueConstraint(
                name="one_change_under_way_per_decree",
                fields=["amends"],
                condition=~Q(stage__in=["signed", "cancelled"]),
            ),
            models.UniqueConstraint(
                name="a_decree_is_revoked_once", fields=["amends"], condition=Q(kind="revocation", stage="signed")
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="starts_as_draft", operation=pgtrigger.Insert, condition=~pgtrigger.Q(new__stage="draft")
            ),
            pgtrigger.FSM(name="stages_by_the_table", field="stage", transitions=STAGES),
            pgtrigger.Trigger(
                name="walks_its_route",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stage__df=pgtrigger.F("new__stage"))
                & pgtrigger.Q(new__stage__in=["going_up", "endorsed", "at_regent", "signed"]),
                func=ALONG_ITS_ROUTE,
            ),
            pgtrigger.Protect(
                name="signed_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__stage="signed") | pgtrigger.Q(old__stage="cancelled"),
            ),
        ]

    def __str__(self):
        return f"SK {self.number}" if self.number else f"Draf SK {self.title}"

    def get_absolute_url(self):
        return reverse("decrees:decree", args=[self.ref])

    @property
    def status(self) -> "Decree.Stage":
        return self.Stage(self.stage)

    @property
    def is_signed(self) -> bool:
        return self.stage == self.Stage.SIGNED

    @property
    def is_open(self) -> bool:
        """A draft, at whatever desk it lies."""
        return self.stage in OPEN

    @property
    def is_amendment(self) -> bool:
        return self.kind == self.Kind.AMENDMENT

    @property
    def is_revocation(self) -> bool:
        return self.kind == self.Kind.REVOCATION

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way that it took when it was last sent up; queries.route_of knows that of a draft, too."""
        return tuple(Step(*pair) for pair in self.route)

    @property
    def paper(self) -> str:
        """Code of its paper."""
        return PAPERS_BY_KIND[self.kind]


PAPERS_BY_KIND = {"original": "sk", "amendment": "sk_perubahan", "revocation": "sk_pencabutan"}
OPEN = (Decree.Stage.DRAFT, Decree.Stage.GOING_UP, Decree.Stage.ENDORSED, Decree.Stage.AT_REGENT)


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class DraftLine(models.Model):
    """A household on a draft; struck off, its history keeps it. It stays where the decree was signed, beside the frozen Recipient."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="lines")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="draft_lines")

    class Meta:
        verbose_name = "baris draf SK"
        constraints = [models.UniqueConstraint(name="a_draft_names_a_household_once", fields=["decree", "proposal"])]
        triggers = [only_in_a_draft()]

    def __str__(self):
        return f"{self.decree_id}: {self.proposal_id}"
