"""Photos, signatures and files behind their own rule, and printouts."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from decrees.models import Recipient
from distribution import queries
from distribution.models import Handover, MentoringVisit, OutreachSession
from distribution.views.decrees import refuse_beyond, visible_decree
from distribution.views.money import visible_file
from distribution.views.outreach import visible_session
from uep.access.access import Refused
from uep.access.acts import reads
from uep.access.roles import Role
from uep.documents.render import respond as print_paper
from uep.files.serve import respond as serve

LONGEST_PRINTOUT = 1_000  # lines; some seconds of layout
TOO_LONG = "Daftar ini terlalu panjang untuk dicetak seketika. Unduh Excel, atau gunakan lampiran naskah kesepakatan."
HANDOVER_FILES = {"foto": "photo", "tanda-tangan": "signature", "surat-kuasa": "proxy_letter"}


def served(request, stored):
    """The file, or its thumbnail with ?kecil."""
    if stored is None:
        raise Http404
    return serve(stored, variant="thumb" if "kecil" in request.GET else "full", request=request)


@reads("distribution.view_proof")
def handover_file(request, ref, kind):
    """Photo, signature or proxy letter of one handover."""
    if kind not in HANDOVER_FILES:
        raise Http404
    handover = get_object_or_404(Handover.objects.visible_to(request.user), ref=ref)
    return served(request, getattr(handover, HANDOVER_FILES[kind]))


@reads("distribution.view_proof")
def visit_photo(request, ref):
    """The photo of a mentoring visit."""
    visit = get_object_or_404(MentoringVisit.objects.visible_to(request.user).select_related("photo"), ref=ref)
    return served(request, visit.photo)


@reads("distribution.view_proof")
def session_photo(request, ref):
    """The photo that proves a session."""
    session = get_object_or_404(OutreachSession.objects.visible_to(request.user).select_related("photo"), ref=ref)
    return served(request, session.photo)


@reads("distribution.view")
def reconciliation_pdf(request, ref):
    """The reconciliation to be signed and filed; a printout of the moment."""
    decree = visible_decree(request, ref)
    refuse_beyond(decree, request.user)
    return print_paper("rekonsiliasi", decree)


@reads("distribution.view_proof")
def deposit_scan(request, ref, deposit):
    """The scan of a deposit slip."""
    decree = visible_decree(request, ref)
    refuse_beyond(decree, request.user)
    return serve(get_object_or_404(decree.treasury_returns.select_related("scan"), ref=deposit).scan, request=request)


@reads("distribution.view")
def result_source(request, ref):
    """The bank's file as it came, for the bank: it holds account numbers in full."""
    file = visible_file(request, ref)
    if request.user.role != Role.BANK:
        raise Http404
    return serve(file.file, download=True, request=request)


@reads("distribution.view")
def nominative_pdf(request, ref):
    """Daftar nominatif as it stands today; a very long one is not laid out while someone waits."""
    decree = visible_decree(request, ref)
    refuse_beyond(decree, request.user)
    if decree.recipients.in_force().count() > LONGEST_PRINTOUT:
        raise Refused(TOO_LONG)
    return print_paper("nominatif", decree)


@reads("distribution.view")
def attendance_sheet(request, ref):
    """Daftar hadir to be signed."""
    return print_paper("daftar_hadir", visible_session(request, ref))


@reads("distribution.view_proof")
def handover_roll(request, ref, code):
    """The roll that the recipients of one village sign."""
    decree = visible_decree(request, ref)
    village = get_object_or_404(queries.villages_of(decree).select_related("parent"), pk=code)
    if not Recipient.objects.visible_to(request.user).filter(decree=decree, village=village).exists():
        raise Http404
    return print_paper("bast_rekap", queries.VillageRoll(decree, village))


@reads("distribution.view_proof")
def receipt(request, ref):
    """Kuitansi of one recipient, once the money is there."""
    rows = Recipient.objects.visible_to(request.user).filter(ref=ref)
    return printed_receipts(get_object_or_404(rows.select_related("decree__programme__bank")).decree, rows, name=ref)


@reads("distribution.view_proof")
def receipts(request, ref, code):
    """Kuitansi of everyone of one village whose money is there, one sheet each."""
    mine = Recipient.objects.visible_to(request.user).filter(decree__ref=ref, village=code)
    one = get_object_or_404(mine.select_related("decree__programme__bank")[:1])
    return printed_receipts(one.decree, mine, name=f"{ref}-{code}")


def printed_receipts(decree, recipients, *, name):
    """404 as long as nobody is paid."""
    receipts = queries.receipts(decree, recipients, name=name)
    if not receipts.recipients:
        raise Http404
    return print_paper("kuitansi", receipts)


@reads("distribution.view_proof")
def village_invitation(request, ref, code):
    """The invitation as it goes to one village; of a cancelled session nothing goes out."""
    session = get_object_or_404(
        OutreachSession.objects.filter(cancelled_at=None).select_related("decree__programme"), ref=ref
    )
    village = get_object_or_404(queries.invited_villages(session, request.user), pk=code)
    return print_paper("undangan_desa", queries.VillageSession(session, village))
