"""Step 3 on the page of a proposal: which decree names the household, at which place, with how much."""

from decrees import queries
from decrees.queries.force import of_household
from proposals.flow import State
from proposals.sections import Place, section
from uep.access.access import granted


@section(order=30, title="Penetapan SK", template="decrees/_on_proposal.html")
def decree(proposal, user):
    """A draft is the office's own until it is signed; the village sees the signed decree, without a way into it."""
    opens = granted(user, "decrees.view")
    standing = queries.standing_of(proposal, drafts=opens)
    if standing is None:
        return None
    taken_off, lines = standing["taken_off"], of_household(proposal) if standing["line"] else []
    return standing | {
        # Only where there is something to tell: a line that stands alone is told above.
        "lines": lines if len(lines) > 1 or any(line.ended_on for line in lines) else [],
        "url": standing["decree"].get_absolute_url() if opens else "",
        "taken_off_url": taken_off.decree.get_absolute_url() if opens and taken_off else "",
    }


@section(order=30, title="Sisa program", template="decrees/_headroom.html", place=Place.DECISION)
def headroom(proposal, user):
    """What budget and quota still hold, where a household can be found eligible."""
    if proposal.state not in {State.ASSESSED, State.WAITLISTED}:
        return None
    return queries.headroom_for(proposal)._asdict()
