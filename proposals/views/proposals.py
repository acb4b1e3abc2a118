"""Proposals: the list, one household's page, its papers and printouts."""

from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from proposals.actions import print_papers
from proposals.eligibility import NUMBERS, checks_of_number, findings
from proposals.flow import State
from proposals.forms.filters import ProposalFilter
from proposals.models import Attachment, CoverLetter, Proposal
from proposals.papers import PRINTOUTS
from proposals.queries import letters as letter_queries
from proposals.queries import proposals as queries
from proposals.queries.programmes import open_programmes
from proposals.queries.registered import origins_of, unlisted_faults
from proposals.rules import EDITABLE
from proposals.sections import Place, offers_for, sections_of
from proposals.spreadsheet.cells import e164
from proposals.views.journey import ended_by, steps_of, timeline_of, turn_of
from proposals.views.papers import paper_rows
from uep.access.access import granted, require
from uep.access.acts import reads
from uep.documents.queries import documents_of, documents_of_many
from uep.documents.render import respond as print_paper
from uep.files.serve import respond as serve
from uep.registry.fields import normalise
from uep.social.queries import extract_in_force, find_person
from uep.ui.paging import Sort, page_of

LOOKUPS_PER_HOUR = 200  # of one operator, per web process: a village proposes some tens of households a year
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
    told = findings(proposal)
    faults = [row.sentence for row in told if row.keeps_from_sending] if is_mine else []
    if is_mine:
        faults += unlisted_faults([proposal]).get(proposal.pk, [])
    papers = documents_of_many([proposal])[proposal.pk]
    if proposal.letter_id and proposal.letter.submitted_at:
        papers = [*papers, *documents_of(proposal.letter)]
    sections = sections_of(proposal, user)
    context = {
        "proposal": proposal,
        "programme": proposal.programme,
        "meta": f"Register {proposal.register}" if proposal.register else f"Kode {proposal.ref}",
        "crumbs": [("Usulan", reverse("proposals:list")), (proposal.village.label, "")],
        "age": proposal.age_on(proposal.programme.age_on),
        "steps": steps_of(proposal, records),
        "timeline": timeline_of(records),
        "turn": turn_of(proposal, user, sections),
        "ended": ended_by(proposal, records),
        "to_mend": records[0].note if proposal.state == State.RETURNED and records else "",
        "findings": told,
        "faults": faults,
        "may_plead": any(row.may_be_pleaded for row in told),
        "is_ready": proposal.state == State.DRAFT and is_mine and not faults,
        "papers": paper_rows(proposal, user, queries.requirements_with_papers(proposal, earlier=for_office)),
        "origins": origins_of(proposal),
        "lines": lines,
        "total": total,
        "sections": sections,
        "aside": sections_of(proposal, user, Place.ASIDE),
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


def registered(user, proposal, number: str) -> dict | None:
    """What the registry tells an operator about a NIK that is typed in full: all of it for the own village, of others only
    that they live elsewhere. Limited, so that nobody reads the registry number by number."""
    if len(number) != 16 or not number.isdigit():
        return None
    key = f"proposals.registered:{user.pk}:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, timeout=3900)
    if cache.incr(key) > LOOKUPS_PER_HOUR:
        return {"sentence": "Terlalu banyak NIK dicari dalam satu jam. Lanjutkan mengisi; data sosial dicocokkan saat disimpan.",
                "tone": "warning"}  # fmt: skip
    person = find_person(number)
    extract = person.extract if person else extract_in_force()
    if extract is None:
        return None
    if person is None:
        sentence = f"NIK ini tidak ada di data sosial ({extract}). Cocokkan dengan KTP; bila benar, isi alasan di bagian Data sosial."
        return {"sentence": sentence, "tone": "warning"}
    if person.village_id not in (None, proposal.village_id):
        return {"sentence": "NIK ini terdaftar di desa/kelurahan lain menurut data sosial.", "tone": "warning"}
    known = f"desil {person.desil}" if person.desil else "desil tidak disebut"
    return {
        "sentence": f"Terdaftar di data sosial ({extract}): {person.name}, {known}.",
        "tone": "info",
        "offers": True,
    }


@require_POST
def _check_number(request, ref, field):
    """What the operator is told while typing a NIK or KK; htmx puts it under the box."""
    if field not in NUMBERS:
        raise Http404
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("programme"), ref=ref)
    require(request.user, "proposals.edit", proposal)
    typed = request.POST.get(field, "")
    number = (e164(typed) or "") if field == "phone" else normalise(typed)
    facts = {name: request.POST.get(name, "") for name in ("nik", "kk_number", "birth_date", "sex")}
    context = {
        "checks": checks_of_number(proposal, field, number, typed=facts) if number else [],
        "told": registered(request.user, proposal, number) if field == "nik" else None,
        "proposal": proposal,
    }
    return render(request, "proposals/_checks.html", context)


check_number = reads("proposals.view")(_check_number)
