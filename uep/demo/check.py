"""Is what the demo made a possible office? Every sentence that comes back is a fault; an empty list is the proof.

What the database's own constraints hold is not asked again. Set-based, so that it reads a million proposals, too.
"""

from django.db import connection

from decrees.models import Decree
from decrees.queries import rooms_of
from distribution.queries import books
from proposals.flow import WAITS_FOR, State, edges
from proposals.models import Programme, Proposal
from uep.registry.nik import check_kk, check_nik

LOOKED_INTO = 200  # decrees whose books, and proposals whose numbers, are opened one by one

LAST_STEP = """
    CREATE OR REPLACE TEMPORARY VIEW demo_last_step AS
    SELECT DISTINCT ON (proposal_id) proposal_id, target, at, due_at
    FROM proposals_steprecord ORDER BY proposal_id, at DESC, id DESC
"""
# What is wrong -> rows that are so.
QUERIES = {
    "proposals whose last step is not their state": """
        SELECT count(*) FROM proposals_proposal p LEFT JOIN demo_last_step last ON last.proposal_id = p.id
        WHERE last.target IS DISTINCT FROM p.state
    """,
    "proposals that say another time or due time than their last step": """
        SELECT count(*) FROM proposals_proposal p JOIN demo_last_step last ON last.proposal_id = p.id
        WHERE last.due_at IS DISTINCT FROM p.due_at OR p.moved_at IS DISTINCT FROM (
            SELECT max(s.at) FROM proposals_steprecord s WHERE s.proposal_id = p.id AND s.source <> s.target
        )
    """,
    "steps that do not go on from the one before": """
        SELECT count(*) FROM (
            SELECT source, lag(target, 1, '') OVER (PARTITION BY proposal_id ORDER BY at, id) AS before
            FROM proposals_steprecord
        ) s WHERE source <> before
    """,
    "steps in the future": "SELECT count(*) FROM proposals_steprecord WHERE at > now()",
    "years whose register numbers have gaps": """
        SELECT count(*) FROM (
            SELECT 1 FROM proposals_proposal WHERE register_number IS NOT NULL
            GROUP BY register_year HAVING (count(*), 1) IS DISTINCT FROM (max(register_number), min(register_number))
        ) y
    """,
    "years whose agenda numbers have gaps": """
        SELECT count(*) FROM (
            SELECT 1 FROM proposals_coverletter WHERE agenda_number IS NOT NULL
            GROUP BY agenda_year HAVING (count(*), 1) IS DISTINCT FROM (max(agenda_number), min(agenda_number))
        ) y
    """,
    "years in which decrees and the counter of their numbers disagree": """
        SELECT count(*) FROM (
            SELECT extract(year FROM date)::int AS year, count(*) AS n FROM decrees_decree WHERE stage = 'signed' GROUP BY 1
        ) d FULL JOIN (
            SELECT c.year, c.last AS n FROM documents_numbercounter c
            JOIN documents_numberseries s ON s.id = c.series_id WHERE s.code = 'sk'
        ) c USING (year) WHERE d.n IS DISTINCT FROM c.n
    """,
    "proposals past the leadership whose letter is not disposed": """
        SELECT count(*) FROM proposals_proposal p LEFT JOIN proposals_disposition d ON d.letter_id = p.letter_id
        WHERE p.state NOT IN ('draft', 'submitted', 'returned', 'withdrawn') AND d.id IS NULL
    """,
    "sent proposals whose RAB is not what they ask for": """
        SELECT count(*) FROM proposals_proposal p LEFT JOIN (
            SELECT proposal_id, sum(total) AS total FROM proposals_budgetline GROUP BY 1
        ) b ON b.proposal_id = p.id WHERE p.state <> 'draft' AND b.total IS DISTINCT FROM p.amount_requested
    """,
    "proposals in a draft decree that stand on none, or the other way round": """
        SELECT count(*) FROM proposals_proposal p FULL JOIN (
            SELECT l.proposal_id FROM decrees_draftline l JOIN decrees_decree d ON d.id = l.decree_id
            WHERE d.stage NOT IN ('signed', 'cancelled')
        ) l ON l.proposal_id = p.id WHERE (p.state = 'in_decree') IS DISTINCT FROM (l.proposal_id IS NOT NULL)
    """,
    "signed decrees whose recipients are not their draft's households, in gapless positions": """
        SELECT count(*) FROM (
            SELECT decree_id, array_agg(proposal_id ORDER BY proposal_id) FILTER (WHERE corrects_id IS NULL) AS people,
                   max(position) AS top, count(*) AS n
            FROM decrees_recipient GROUP BY 1
        ) r FULL JOIN (
            SELECT l.decree_id, array_agg(l.proposal_id ORDER BY l.proposal_id) AS people
            FROM decrees_draftline l JOIN decrees_decree d ON d.id = l.decree_id WHERE d.stage = 'signed' GROUP BY 1
        ) l USING (decree_id) WHERE r.people IS DISTINCT FROM l.people OR r.top <> r.n
    """,
    "proposals after a decree without a line in force, or the other way round": """
        SELECT count(*) FROM proposals_proposal p LEFT JOIN decrees_recipient r ON r.proposal_id = p.id AND r.removed_at IS NULL
        WHERE (p.state IN ('decreed', 'agreed', 'briefed', 'payment_failed', 'paid', 'handed_over')) <> (r.id IS NOT NULL)
    """,
    "recipients taken off who are not withdrawn, or by no decree that amends or revokes": """
        SELECT count(*) FROM decrees_recipient r JOIN proposals_proposal p ON p.id = r.proposal_id
        LEFT JOIN (
            SELECT x.recipient_id, bool_or(d.kind = 'amendment') AS amended, bool_or(d.kind = 'revocation') AS revoked
            FROM decrees_removal x JOIN decrees_decree d ON d.id = x.decree_id WHERE d.stage = 'signed' GROUP BY 1
        ) x ON x.recipient_id = r.id
        LEFT JOIN (
            SELECT c.recipient_id FROM decrees_correction c JOIN decrees_decree d ON d.id = c.decree_id WHERE d.stage = 'signed'
        ) c ON c.recipient_id = r.id
        WHERE r.removed_at IS NOT NULL AND NOT (coalesce(x.amended OR x.revoked, false) OR c.recipient_id IS NOT NULL)
           OR r.removed_at IS NULL AND (coalesce(x.amended, false) OR c.recipient_id IS NOT NULL)
           OR r.removed_at IS NULL AND coalesce(x.revoked, false) AND p.state NOT IN ('paid', 'handed_over')
           OR coalesce(x.amended, false) AND p.state <> 'withdrawn'
    """,
    "lines of the annex that say another name, NIK or amount than the proposal": """
        SELECT count(*) FROM decrees_recipient r JOIN proposals_proposal p ON p.id = r.proposal_id
        WHERE r.corrects_id IS NULL AND (r.name, r.village_id, r.amount) IS DISTINCT FROM (p.name, p.village_id, p.amount_requested)
           OR substring(r.nik FROM 2 FOR 16) <> substring(p.nik FROM 2 FOR 16)
    """,
    "proposals agreed on with an account that the bank has not accepted": """
        WITH newest AS (
            SELECT DISTINCT ON (recipient_id) recipient_id, verdict, substring(account_number FROM 2 FOR 16) AS account
            FROM distribution_accountcheck ORDER BY recipient_id, at DESC, id DESC
        )
        SELECT count(*) FROM proposals_proposal p JOIN decrees_recipient r ON r.proposal_id = p.id AND r.removed_at IS NULL
        LEFT JOIN newest n ON n.recipient_id = r.id
        WHERE p.state IN ('agreed', 'briefed', 'paid', 'handed_over')
          AND (n.verdict, n.account) IS DISTINCT FROM ('valid', substring(p.account_number FROM 2 FOR 16))
    """,
    "proposals past the agreement whose decree has none in force": """
        SELECT count(*) FROM proposals_proposal p JOIN decrees_recipient r ON r.proposal_id = p.id AND r.removed_at IS NULL
        WHERE p.state IN ('agreed', 'briefed', 'payment_failed', 'paid', 'handed_over') AND NOT EXISTS (
            SELECT FROM distribution_disbursementagreement a WHERE a.decree_id = r.decree_id AND a.agreed_at IS NOT NULL)
    """,
    "proposals past the briefing who never came to one": """
        SELECT count(*) FROM proposals_proposal p JOIN decrees_recipient r ON r.proposal_id = p.id AND r.removed_at IS NULL
        WHERE p.state IN ('briefed', 'payment_failed', 'paid', 'handed_over')
          AND NOT EXISTS (SELECT FROM distribution_attendance a WHERE a.recipient_id = r.id AND a.came)
    """,
    "recipients whose state and payments disagree": """
        SELECT count(*) FROM proposals_proposal p JOIN decrees_recipient r ON r.proposal_id = p.id AND r.removed_at IS NULL
        LEFT JOIN (
            SELECT recipient_id, count(*) FILTER (WHERE status = 'paid') AS paid,
                   count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE status = 'waiting') AS open
            FROM distribution_payment GROUP BY 1
        ) m ON m.recipient_id = r.id
        WHERE (coalesce(m.paid, 0) = 1) <> (p.state IN ('paid', 'handed_over'))
           OR p.state = 'payment_failed' AND (coalesce(m.failed, 0) = 0 OR m.open > 0)
           OR coalesce(m.open, 0) > 0 AND p.state <> 'briefed'
    """,
    "payment lists whose head and lines disagree": """
        SELECT count(*) FROM distribution_disbursement d LEFT JOIN (
            SELECT disbursement_id, count(*) AS n, sum(amount) AS total FROM distribution_payment GROUP BY 1
        ) p ON p.disbursement_id = d.id WHERE (d.count, d.total) IS DISTINCT FROM (p.n, p.total)
    """,
    "payments of another amount or account than decreed": """
        SELECT count(*) FROM distribution_payment m JOIN decrees_recipient r ON r.id = m.recipient_id
        JOIN proposals_proposal p ON p.id = r.proposal_id
        WHERE m.amount <> r.amount
           OR m.status <> 'failed' AND substring(m.account_number FROM 2 FOR 16) <> substring(p.account_number FROM 2 FOR 16)
    """,
    "handovers of people not handed over, or the other way round": """
        SELECT count(*) FROM proposals_proposal p LEFT JOIN decrees_recipient r ON r.proposal_id = p.id AND r.removed_at IS NULL
        LEFT JOIN distribution_handover h ON h.recipient_id = r.id WHERE (p.state = 'handed_over') <> (h.id IS NOT NULL)
    """,
}


def faults() -> list[str]:
    """Everything about the proposals in the database that could not have come about; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_STEP)
    found = [f"{count} {what}" for what, sql in QUERIES.items() if (count := _count(sql))]
    return [*found, *_strange_moves(), *_clocks(), *_promises(), *_books(), *_numbers()]


def missing_states() -> list[str]:
    """States in which there is no proposal."""
    there = set(Proposal.objects.order_by().values_list("state", flat=True).distinct())
    return [state.value for state in State if state not in there]


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _strange_moves():
    known = {(edge.source, edge.target, edge.act) for edge in edges()} | {("", "draft", "proposals.draft")}
    known |= {(State.COMPLETE.value, State.COMPLETE.value, "verification.give_time")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT source, target, act FROM proposals_steprecord")
        return [f"a step that no table knows: {move}" for move in cursor.fetchall() if move not in known]


def _clocks():
    for state, wait in WAITS_FOR.items():
        wrong = Proposal.objects.filter(state=state, due_at__isnull=wait.clock).count()
        if wrong:
            yield f"{wrong} proposals in {state} {'without a' if wait.clock else 'with a'} due time"


def _promises():
    programmes = {programme.pk: programme for programme in Programme.objects.all()}
    for pk, room in rooms_of(programmes.values()).items():
        if min(room) < 0:
            yield f"{programmes[pk]} has promised more than it has: {room}"


def _books():
    for decree in Decree.objects.signed().order_by("-pk")[:LOOKED_INTO]:
        sums = books(decree)
        parts = (sums.paid, sums.failed, sums.waiting, sums.withdrawn)
        if sums.decreed != (sum(part.count for part in parts), sum(part.amount for part in parts)):
            yield f"the books of {decree} do not balance: {sums}"


def _numbers():
    """Open some sealed numbers: they must be what their owners could have."""
    for proposal in Proposal.objects.exclude(state=State.DRAFT).order_by("?")[:LOOKED_INTO]:
        found = check_nik(str(proposal.nik), birth_date=proposal.birth_date, sex=proposal.sex)
        found += check_kk(str(proposal.kk_number), nik=str(proposal.nik))
        if found:
            yield f"{proposal.ref}: {[finding.sentence for finding in found]}"
