"""What a page offers to do, and who is reading it. Only acts that the reader is granted are shown; one that is not
possible now is shown disabled, with the rule's own sentence.
"""

from django import template
from django.urls import reverse

from uep.access.access import RULES, granted, why_not
from uep.access.navigation import sections_for
from uep.access.roles import Role
from uep.ui.templatetags.ui import act_row

register = template.Library()


@register.inclusion_tag("components/acts.html", takes_context=True)
def act_buttons(context, subject, *acts):
    """A button for each of the acts: `{% act_buttons decree "decrees.sign" "decrees.return_draft" %}`; lists are taken, too.

    `subject` is None (or empty) for acts that have no record, those that begin something new or are the reader's own
    affair: their rules are asked about the reader, as the act's page does. Asks each act's rule once.
    """
    user = context["request"].user
    names = [name for act in acts for name in ([act] if isinstance(act, str) else act)]
    return act_row(offers=[_offer(user, act, subject) for act in names if granted(user, _known(act))])


@register.inclusion_tag("components/act_link.html", takes_context=True)
def act_link(context, subject, act, *, label="", about=""):
    """An act as a link within a line; nothing unless it is granted and possible now. `about` names it to a reader."""
    user = context["request"].user
    if why_not(user, _known(act), subject or user):
        return {}
    return {"url": address(act, subject), "label": label or RULES[act].label, "about": about}


@register.simple_tag(takes_context=True, name="granted")
def is_granted(context, act):
    """`{% granted "proposals.draft" as may %}{% if may %}`: does the reader's role hold this act at all?"""
    return granted(context["request"].user, _known(act))


@register.simple_tag(takes_context=True)
def possible(context, act, subject):
    """`{% possible "proposals.edit" proposal as may %}`: granted, and allowed on this record now?"""
    user = context["request"].user
    return why_not(user, _known(act), subject or user) is None


# Inclusion tags, so that no name of the frame covers one of the page.


@register.inclusion_tag("ui/rail.html", takes_context=True)
def rail(context):
    """The sections of the site for who is reading."""
    request = context["request"]
    return {"entries": sections_for(request.user, request.path)}


@register.inclusion_tag("ui/account.html", takes_context=True)
def account_box(context):
    """Who is reading, as what ("Staf/Jafung, Plh. Kepala Dinas"), and the way out."""
    user = context["request"].user
    own = Role(user.role)
    others = sorted(Role(role).label for role in user.roles_today - {own.value})
    titles = getattr(user, "acting_titles", None) if others else None  # "Plh. Kepala Dinas", where accounts knows it
    return {"name": str(user), "post": own.label, "standing_in": titles or others}


def address(act: str, subject) -> str:
    """The page of an act on a subject; a subject without a ref (None, the user's own affairs) needs none in it."""
    ref = getattr(subject, "ref", None)
    return reverse(act.replace(".", ":"), kwargs={"ref": ref} if ref else {})


def _offer(user, act: str, subject) -> dict:
    rule, ref = RULES[act], getattr(subject, "ref", "")
    why = why_not(user, act, subject or user) or ""  # as the act's page: without a record it is about oneself
    return {
        "id": f"{act.replace('.', '-')}{f'-{ref}' if ref else ''}",
        "label": rule.label,
        "url": "" if why else address(act, subject),
        "tone": rule.tone,
        "why": why,
    }


def _known(act: str) -> str:
    if act not in RULES:
        raise ValueError(f"no such act: {act!r}")
    return act
