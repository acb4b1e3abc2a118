"""Proposals: the list, one household's page, its papers and printouts."""

from axes.helpers import get_client_ip_address
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from proposals.actions import print_papers
from proposals.eligibility import NUMBERS, checks_of_number, findings
from proposals.flow import State
from proposals.forms.proposals import ProposalFilter
from proposals.models import Attachment, CoverLetter, Proposal
from proposals.papers import PRINTOUTS
from proposals.queries import letters as letter_queries
from proposals.queries import proposals as queries
from proposals.queries.programmes import open_programmes
from proposals.rules import EDITABLE
from proposals.sections import offers_for, sections_of
from proposals.views.journey import ended_by, steps_of, timeline_of, turn_of
from proposals.views.papers import paper_rows
from uep.access.access import granted, require
from uep.access.acts import reads
from uep.documents.queries import documents_of, documents_of_many
from uep.documents.render import respond as print_paper
from uep.files.serve import respond as serve
from uep.registry.fields import normalise
from uep.ui.paging import Sort, page_of

SORTS = {
    "terbaru": Sort("Terbaru", ("-moved_at", "-pk")),
    "nama": Sort("Nama", ("lower_name", "pk")),
    "batas": Sort("Batas waktu", ("due_at", "pk")),
}


@reads("proposals.view")
def proposals(request):
    """The list, by name or register number. A NIK is looked for by `find`, never through an address."""
    form = ProposalFilter(request.GET, user=request.user)
    chosen, search = form.chosen(), request.GET.get("cari", "").strip()[:80]
    is_number = len(normalise(search)) == 16 and normalise(search).isdigit()
    rows = queries.proposals(
        request.user,
        search="" if is_number else search,
        programme=chosen.get("program"),
        state=chosen.get("status", ""),
        place=chosen.get("wilayah"),
        mine=chosen.get("menunggu_saya", False),
        late=timezone.now() if chosen.get("lewat_batas") else None,
    )
    page = page_of(request, rows, sorts=SORTS)
    context = {"page": page, "form": form, "search": search, "is_number": is_number}
    if granted(request.user, "proposals.draft"):
        context["open_programmes"] = open_programmes(request.user, timezone.localdate())
    return render(request, "proposals/list.html", context)


@require_POST
def _find(request):
    number = normalise(request.POST.get("nomor", ""))
    found = list(queries.proposals(request.user, search=number)[:20]) if len(number) == 16 and number.isdigit() else []
    if len(found) == 1:
        return HttpResponseRedirect(found[0].get_absolute_url(), status=303)
    return render(
        request, "proposals/found.html", {"found": found, "is_number": len(number) == 16 and number.isdigit()}
    )


find = reads("proposals.view")(
    _find
)  # by NIK or KK: the number travels in the body, so that no log or history keeps it


@reads("proposals.view")
def proposal(request, ref):
    """Everything about one household that this reader may see."""
    user = request.user
    proposal = get_object_or_404(queries.whole(user), ref=ref)
    records = queries.journey(proposal)
    for_office = not user.village_id
    lines = list(proposal.budget_lines.all())
    total = sum(line.total for line in lines)
    is_mine = proposal.state in EDITABLE and not for_office
    told = findings(proposal, sending=is_mine)
    faults = [row.sentence for row in told if row.keeps_from_sending] if is_mine else []
    papers = documents_of_many([proposal])[proposal.pk]
    if proposal.letter_id and proposal.letter.submitted_at:
        papers = [*papers, *documents_of(proposal.letter)]
    context = {
        "proposal": proposal,
        "programme": proposal.programme,
        "meta": f"Register {proposal.register}" if proposal.register else f"Kode {proposal.ref}",
        "crumbs": [("Usulan", reverse("proposals:list")), (proposal.village.label, "")],
        "age": proposal.age_on(proposal.programme.age_on),
        "steps": steps_of(proposal, records),
        "timeline": timeline_of(records),
        "turn": turn_of(proposal, user),
        "ended": ended_by(proposal, records),
        "to_mend": records[0].note if proposal.state == State.RETURNED and records else "",
        "findings": told,
        "faults": faults,
        "may_plead": any(row.may_be_pleaded for row in told),
        "is_ready": proposal.state == State.DRAFT and is_mine and not faults,
        "papers": paper_rows(proposal, user, queries.requirements_with_papers(proposal, earlier=for_office)),
        "lines": lines,
        "total": total,
        "sections": sections_of(proposal, user),
        "aside": sections_of(proposal, user, aside=True),
        "offers": offers_for(proposal),
        "documents": papers,
        "printouts": [(code, paper.title) for code, paper in PRINTOUTS.items()],
    }
    return render(request, "proposals/proposal.html", context)


@reads("proposals.view")
def attachment(request, ref):
    """A scan or photo of a proposal or letter; `?kecil` its thumbnail, `?unduh` to keep it."""
    paper = get_object_or_404(Attachment.objects.visible_to(request.user).select_related("file"), ref=ref)
    if paper.removed_at and request.user.village_id:
        raise Http404
    variant = "thumb" if "kecil" in request.GET else "full"
    return serve(paper.file, download="unduh" in request.GET, variant=variant, request=request)


@reads("proposals.print_papers")
def printout(request, ref, code):
    """A form filled in for signature. It carries the full NIK, so the print is recorded as a look (design, law 6)."""
    paper = PRINTOUTS.get(code)
    if paper is None:
        raise Http404
    proposal = get_object_or_404(queries.whole(request.user), ref=ref)
    print_papers([proposal], by=request.user, title=paper.title, address=get_client_ip_address(request))
    return print_paper(code, proposal)


@reads("proposals.print_papers")
def letter_printout(request, ref):
    """SPTJM of the village head over all households of a letter."""
    letter = get_object_or_404(
        CoverLetter.objects.visible_to(request.user).select_related("village__parent", "programme"), ref=ref
    )
    rows = list(letter_queries.proposals_of(letter))
    print_papers(rows, by=request.user, title="SPTJM kepala desa/lurah", address=get_client_ip_address(request))
    return print_paper("sptjm_desa", letter)


@require_POST
def _check_number(request, ref, field):
    """What the operator is told while typing a NIK or KK; htmx puts it under the box."""
    if field not in NUMBERS:
        raise Http404
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("programme"), ref=ref)
    require(request.user, "proposals.edit", proposal)
    number = normalise(request.POST.get(field, ""))
    facts = {name: request.POST.get(name, "") for name in ("nik", "birth_date", "sex")}
    context = {"checks": checks_of_number(proposal, field, number, typed=facts) if number else []}
    return render(request, "proposals/_checks.html", context)


check_number = reads("proposals.view")(_check_number)
