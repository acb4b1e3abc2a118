"""Step 3 on the page of a proposal: which decree names the household, at which place, with how much."""

from decrees import queries
from proposals.sections import section
from uep.access.access import granted


@section(order=30, title="Penetapan SK", template="decrees/_on_proposal.html")
def decree(proposal, user):
    """A draft is the office's own until it is signed; the village sees the signed decree, without a way into it."""
    opens = granted(user, "decrees.view")
    standing = queries.standing_of(proposal, drafts=opens)
    if standing is None:
        return None
    taken_off = standing["taken_off"]
    return standing | {
        "url": standing["decree"].get_absolute_url() if opens else "",
        "taken_off_url": taken_off.decree.get_absolute_url() if opens and taken_off else "",
    }
