"""How a signing can end short of a signature, and who is told while the bytes are away."""

from typing import Protocol

from django.core.exceptions import ValidationError


class NotSigned(ValidationError):
    """Certain: no signature was made. The paper waits again."""


class WrongPassphrase(NotSigned):
    """The key did not open; counted, and worth another try."""


class Unclear(ValidationError):
    """The paper was handed over and the answer is lost or useless: it may be signed. Nobody signs it a second time."""


class Trace(Protocol):
    """Told, and committed at once, by a signer whose key lies outside this process."""

    def sent(self) -> None:
        """The paper goes out now; whatever happens, it may come back signed."""

    def known_as(self, name: str) -> None:
        """The service's own name of what it signed, by which it can be fetched once more."""

    def received(self, signed: bytes) -> None:
        """The signed bytes, before anyone has looked at them."""
