"""Cover letters: the list and one letter."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from proposals import eligibility
from proposals.flow import State
from proposals.forms.letters import LetterFilter
from proposals.models import CoverLetter, Programme, Requirement
from proposals.queries import deliberations
from proposals.queries import letters as queries
from proposals.queries.registered import unlisted_faults
from uep.access.access import why_not
from uep.access.acts import reads
from uep.documents.queries import documents_of
from uep.ui.indonesian import tanggal, ukuran
from uep.ui.paging import page_of


@reads("proposals.view_letter")
def letters(request):
    search, filters = request.GET.get("cari", "").strip(), LetterFilter(request.GET)
    rows = queries.letters(request.user, search=search, waiting=bool(filters.chosen().get("menunggu")))
    context = {
        "page": page_of(request, rows, order=("-created_at", "-pk")),
        "search": search,
        "filters": filters,
        "open_programmes": Programme.objects.visible_to(request.user).open_on(timezone.localdate()),
    }
    return render(request, "proposals/letters.html", context)


@reads("proposals.view_letter")
def letter(request, ref):
    rows = CoverLetter.objects.visible_to(request.user)
    letter = get_object_or_404(
        rows.select_related("village__parent", "programme", "disposition__to", "deliberation__by"), ref=ref
    )
    proposals = list(queries.proposals_of(letter))
    drafts = [proposal for proposal in proposals if proposal.state == State.DRAFT]
    faults = eligibility.faults_of(drafts, letter.programme) if letter.submitted_at is None else {}
    if letter.submitted_at is None:
        for pk, told in unlisted_faults(drafts).items():
            faults[pk] = [*faults.get(pk, []), *told]
    context = {
        "letter": letter,
        "rows": [(proposal, faults.get(proposal.pk, [])) for proposal in proposals],
        "asked": sum(proposal.amount_requested or 0 for proposal in proposals),
        "papers": _papers(letter, request.user),
        "disposition": getattr(letter, "disposition", None),
        **_meeting(letter, proposals),
        "documents": documents_of(letter),
        "offers": _offers(letter),
        **_turn(letter, drafts, faults, request.user),
    }
    return render(request, "proposals/letter.html", context)


def _offers(letter) -> tuple[str, ...]:
    """Acts that make sense at all; what is over needs no explanation why it cannot be done again."""
    if letter.submitted_at is None:
        return (
            "proposals.submit",
            "proposals.put_in_letter",
            "proposals.record_deliberation",
            "proposals.attach_to_letter",
            "proposals.edit_letter",
        )
    return () if hasattr(letter, "disposition") else ("proposals.dispose",)


def _meeting(letter, proposals) -> dict:
    """The village's meeting, beside what the letter carries."""
    deliberation = deliberations.deliberation_of(letter)
    if deliberation is None:
        return {"deliberation": None}
    ranked = deliberations.names_of(deliberation)
    return {
        "deliberation": deliberation,
        "ranked": ranked,
        "comparison": deliberations.compare(letter, ranked, proposals),
    }


def _papers(letter, user) -> list[dict]:
    """A row for each paper the letter carries or still lacks."""
    held: dict[int, list] = {}
    for attachment in queries.letter_attachments(letter):
        held.setdefault(attachment.requirement_id, []).append(attachment)
    may_change = why_not(user, "proposals.attach_to_letter", letter) is None
    upload = reverse("proposals:attach_to_letter", args=[letter.ref]) if may_change else ""
    rows = []
    for requirement in letter.programme.requirements.filter(owner=Requirement.Owner.LETTER):
        attachments = held.get(requirement.pk, [])
        rows += [
            {
                "name": requirement.label,
                "kind": f"{'PDF' if not a.file.is_image else 'Foto'}, {ukuran(a.file.size)}",
                "url": reverse("proposals:attachment", args=[a.ref]),
                "note": f"Diunggah {tanggal(a.added_at)}",
                "state": "ada",
                "tone": "success",
                "edit_url": reverse("proposals:detach", args=[a.ref]) if may_change else "",
                "edit_label": "Hapus",
            }
            for a in attachments
        ]
        if not attachments:
            rows.append({
                "name": requirement.label,
                "kind": "",
                "url": "",
                "note": requirement.help,
                "state": "wajib, belum ada" if requirement.is_required else "boleh kosong",
                "tone": "danger" if requirement.is_required else "neutral",
                "edit_url": upload,
                "edit_label": "Unggah",
            })  # fmt: skip
    return rows


def _turn(letter, drafts, faults, user) -> dict:
    """One sentence: whose turn it is, and to do what."""
    if letter.submitted_at is None:
        if not drafts:
            return {"next_step": "Pilih usulan yang dikirim dengan surat ini.", "whose": ""}
        if faults:
            return {
                "next_step": f"{len(faults)} usulan belum lengkap. Lengkapi, atau keluarkan dari surat ini.",
                "whose": "",
            }
        return {"next_step": "Periksa sekali lagi, lalu kirim ke Dinas Sosial.", "whose": ""}
    if not hasattr(letter, "disposition"):
        mine = why_not(user, "proposals.dispose", letter) is None
        return {"next_step": "Disposisi surat ini.", "whose": "" if mine else "Sekretaris/Kepala Dinas"}
    return {"next_step": "", "whose": ""}
