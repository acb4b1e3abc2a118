"""The papers of one household, as its page and the upload page show them."""

from django.urls import reverse

from proposals.requirements import is_needed, open_codes
from uep.access.access import why_not


def paper_rows(proposal, user, requirements) -> list[dict]:
    """Per paper asked for: what is there, what was there before, and whether this reader may add to it now.

    `requirements` with their `papers`, from queries.requirements_with_papers.
    """
    may_attach = why_not(user, "proposals.attach", proposal) is None
    opened = open_codes(proposal, requirements) if may_attach else set()
    upload = reverse("proposals:attach", args=[proposal.ref])
    return [_row(row, proposal, f"{upload}?untuk={row.code}" if row.code in opened else "") for row in requirements]


def _row(requirement, proposal, upload_url: str) -> dict:
    held = [paper for paper in requirement.papers if paper.removed_at is None]
    if held:
        state, tone, label = "", "success", "Ganti" if requirement.max_files == 1 else "Tambah"
    elif is_needed(requirement, proposal.state, sending=True):
        state, tone, label = "belum ada", "warning", "Unggah"
    else:
        state, tone, label = requirement.needed_label, "neutral", "Unggah"
    return {
        "label": requirement.label,
        "help": requirement.help,
        "held": held,
        "former": [paper for paper in requirement.papers if paper.removed_at],
        "state": state,
        "tone": tone,
        "upload_url": upload_url,
        "upload_label": label,
    }
