"""When a service signs outside: what was handed over and came back is written down at once, and the ways out of not knowing.

Once the paper has left, only the service's own refusal says that it was not signed. Everything else (too slow, cut, a
useless answer, a death of ours) leaves it unclear, and nobody can sign it again: what comes back is taken up, or a
person gives it up with a reason and another paper is made under the same number.
"""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.crypto import get_random_string

from uep.documents.models import OfficialDocument, Signing
from uep.documents.signing.bsre import service
from uep.documents.signing.manuscripts import BUSY, give_back, keep, void, wrong_try
from uep.documents.signing.outcomes import NotSigned, Unclear, WrongPassphrase

State = Signing.State
OPEN = [State.UNDER_WAY, State.UNCLEAR]


class RowTrace:
    """The Trace of one claim; every word of it is committed before the signer goes on."""

    def __init__(self, signing: Signing, claim: str):
        self._signing, self._claim, self.is_sent = signing, claim, False

    def sent(self) -> None:
        mine = Signing.objects.filter(pk=self._signing.pk, claim=self._claim, state=State.UNDER_WAY)
        if not mine.update(sent_at=timezone.now()):
            raise NotSigned(BUSY)  # so slow until now that the claim has passed on
        self.is_sent = True

    def known_as(self, name: str) -> None:
        Signing.objects.filter(pk=self._signing.pk, state__in=OPEN).update(service_name=name)

    def received(self, signed: bytes) -> None:
        name = keep(signed, "naskah-terima", self._signing)
        rows = Signing.objects.filter(pk=self._signing.pk, state__in=OPEN, received="")
        rows.update(received=name, received_sha256=sha256(signed).hexdigest())


def fail(signing: Signing, claim: str, trace: RowTrace, error: Exception, file: str = "") -> None:
    """The signing ended in `error`: what is certain of it decides where the paper stands now.

    `file` is what was stored of a signature that does not count.
    """
    if isinstance(error, WrongPassphrase):
        wrong_try(signing)
    if not trace.is_sent or isinstance(error, NotSigned):
        give_back(signing, claim, file)
        return
    _drop(file)
    words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error) or type(error).__name__
    mine = Signing.objects.filter(pk=signing.pk, claim=claim, state=State.UNDER_WAY)
    mine.update(state=State.UNCLEAR, claim="", error=words[:500])


def _drop(file: str) -> None:
    if file and not OfficialDocument.objects.filter(file=file).exists():
        default_storage.delete(file)


def hold(signing: Signing) -> str:
    """Take an unclear paper to settle it, alone, under its row lock; the claim. ValidationError when it is taken."""
    if signing.is_claimed:
        raise ValidationError(BUSY)
    if not signing.is_unclear:
        raise ValidationError("Tidak ada penandatanganan yang hasilnya belum jelas.")
    if signing.state == State.UNDER_WAY:
        signing.error = signing.error or "Sistem terhenti sebelum jawaban layanan tersimpan."
    signing.state, signing.claim, signing.claimed_at = State.UNCLEAR, get_random_string(32), timezone.now()
    signing.save(update_fields=["state", "claim", "claimed_at", "error"])
    return signing.claim


def release(signing: Signing, claim: str, error: Exception, file: str = "") -> None:
    """What was to settle it did not; it stays unclear, and another may try."""
    _drop(file)
    change = {"claim": ""}
    if isinstance(error, Unclear):
        change["error"] = " ".join(error.messages)[:500]
    Signing.objects.filter(pk=signing.pk, claim=claim, state=State.UNCLEAR).update(**change)


def result_of(signing: Signing) -> bytes:
    """The bytes that the service signed: those stored when they came, else its one download. Unclear without either."""
    if signing.received:
        with default_storage.open(signing.received) as stored:
            signed = stored.read()
        if sha256(signed).hexdigest() != signing.received_sha256:
            raise Unclear("Hasil pada simpanan tidak utuh lagi. Unggah naskah bertanda tangan, bila Anda memilikinya.")
        return signed
    if not signing.can_be_fetched:
        raise Unclear("Layanan tidak menyimpan hasilnya. Unggah naskah bertanda tangan, atau mulai lagi dari awal.")
    # Written before it is asked: a second try would be refused, and must not look like a first one.
    Signing.objects.filter(pk=signing.pk).update(fetched_at=timezone.now())
    signed = service().fetch(signing.service_name, size=signing.size)
    RowTrace(signing, signing.claim).received(signed)
    return signed


def refuse_doubtful(signed: bytes) -> None:
    """ValidationError when the service itself finds no sound signature in a file that it is said to have signed.

    Its silence is no objection: we have judged the file ourselves.
    """
    try:
        sentence = service().doubt(signed)
    except NotSigned:
        return
    if sentence:
        raise ValidationError({"file": sentence})


def abandon(signing: Signing, *, reason: str) -> None:
    """A person decides that this paper is signed by nobody: it is void, whatever the service may still have made of it."""
    hold(signing)
    void(signing, reason=reason, settled=True)
