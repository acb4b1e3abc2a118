"""The versions of a programme's rules: what one says, and what it would do."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from proposals.eligibility.trial import trial
from proposals.eligibility.versions import compared, version_of
from proposals.models import Proposal, RuleSet
from proposals.queries import rules as queries
from uep.access.acts import ActPage, reads
from uep.ui.paging import page_of

WAYS = {"keluar": "Tidak lagi memenuhi", "masuk": "Menjadi memenuhi"}


def _version(request, ref) -> RuleSet:
    rows = RuleSet.objects.visible_to(request.user).select_related("programme", "made_by", "in_force_by")
    return get_object_or_404(rows.prefetch_related("settings"), ref=ref)


@reads("proposals.view_programme")
def rule_set(request, ref):
    """What a version says in sentences, and what is different from the one before."""
    rule_set = _version(request, ref)
    version, earlier = version_of(rule_set), queries.version_before(rule_set)
    context = {
        "rule_set": rule_set,
        "rules": version.rules,
        "earlier": earlier,
        "changes": compared(version_of(earlier), version) if earlier else [],
        "versions": [row for row in queries.versions_of(rule_set.programme, request.user) if row != rule_set],
    }
    return render(request, "proposals/rule_set.html", context)


@reads("proposals.try_rules")
def try_rules(request, ref):
    """The version on what was sent this year or last: who would drop out, who come in. `?program=`, `?lihat=`."""
    rule_set = _version(request, ref)
    choices = queries.programmes_to_try_on(rule_set.programme, request.user)
    asked = request.GET.get("program", "")
    tried = next((row for row in choices if row.ref == asked), None) if asked else next(iter(choices), None)
    if tried is None:
        raise Http404
    way = request.GET.get("lihat", "")
    way = way if way in WAYS else "keluar"
    found = trial(version_of(rule_set), queries.sent_in(tried, request.user), tried)
    told = found.out if way == "keluar" else found.into
    page = page_of(request, Proposal.objects.filter(pk__in=told).select_related("village"), order=("name", "pk"))
    for proposal in page:
        proposal.sentences = told[proposal.pk]
    context = {
        "rule_set": rule_set,
        "choices": choices,
        "tried": tried,
        "is_moved": tried.year != rule_set.programme.year,
        "found": found,
        "way": way,
        "ways": [(name, label, len(found.out if name == "keluar" else found.into)) for name, label in WAYS.items()],
        "page": page,
    }
    return render(request, "proposals/try_rules.html", context)


class RulesPage(ActPage):
    """Saved means kept, not in force."""

    def render(self, *args, **kwargs):
        response = super().render(*args, **kwargs)
        response.context_data["submit_label"] = "Simpan rancangan"
        return response
