"""A key on a token, through PKCS#11, with SoftHSM in the place of the hardware."""

import os
import subprocess
from io import BytesIO
from threading import Barrier, Thread

import pikepdf
import pkcs11
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.rsa import decode_rsa_private_key

from tests.signing_keys import certificate, private_der
from uep.documents.signing import NotSigned, WrongPassphrase, read, signer_for
from uep.documents.signing.keys import TokenSigner

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "481-516-2342"
SAID = {"name": "Tri Wahyudi", "reason": "Penetapan", "location": "Nanga Bulik"}


@pytest.fixture(scope="module")
def token(tmp_path_factory) -> str:
    """A token with the key of Kepala Dinas; its address as the settings write it."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        program = ["softhsm2-util", "--init-token", "--free", "--label", "Dinas", "--pin", PIN, "--so-pin", "so-12345"]
        subprocess.run(program, check=True, capture_output=True, env=os.environ)
        library = pkcs11.lib(LIBRARY)
        library.reinitialize()
        key, one = certificate("Kepala Dinas Uji")
        with library.get_token(token_label="Dinas").open(user_pin=PIN, rw=True) as session:
            facts = decode_rsa_private_key(private_der(key))
            session.create_object(facts | {Attribute.LABEL: "kepala", Attribute.TOKEN: True, Attribute.ID: b"1"})
            session.create_object({
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                Attribute.LABEL: "kepala",
                Attribute.ID: b"1",
                Attribute.TOKEN: True,
                Attribute.SUBJECT: asn1.Certificate.load(one.public_bytes(Encoding.DER)).subject.dump(),
                Attribute.VALUE: one.public_bytes(Encoding.DER),
            })  # fmt: skip
        yield f"pkcs11:token=Dinas;object=kepala?module-path={LIBRARY}"


@pytest.fixture
def blank() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made := BytesIO())
    return made.getvalue()


def test_the_token_signs(token, blank, settings):
    settings.SIGNING_METHODS, settings.SIGNING_KEYS = {"office_head": "certificate"}, {"office_head": token}
    signer = signer_for("office_head", by=None)
    assert isinstance(signer, TokenSigner)
    (found,) = read(signer.sign(blank, passphrase=PIN, **SAID), added_to=len(blank))
    assert {name: found[name] for name in ("name", "intact", "whole", "only_signed")} == {
        "name": "Kepala Dinas Uji", "intact": True, "whole": True, "only_signed": True,
    }  # fmt: skip


def test_a_wrong_pin_is_a_wrong_passphrase_and_does_not_stay_open(token, blank):
    signer = TokenSigner(token)
    signer.sign(blank, passphrase=PIN, **SAID)
    with pytest.raises(WrongPassphrase) as refused:
        signer.sign(blank, passphrase="000-000-0000", **SAID)
    assert refused.value.message_dict == {"passphrase": ["PIN token keliru."]}
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "before, after", [("token=Dinas", "token=Lain"), ("libsofthsm2.so", "hilang.so"), ("object=kepala", "object=lain")]
)
def test_a_token_library_or_key_that_is_not_there_signs_nothing(token, blank, before, after):
    with pytest.raises(NotSigned):
        TokenSigner(token.replace(before, after)).sign(blank, passphrase=PIN, **SAID)
    assert read(TokenSigner(token).sign(blank, passphrase=PIN, **SAID))[0]["intact"] is True


def test_two_at_once_sign_one_after_the_other(token, blank):
    together, outcomes = Barrier(3), []

    def press(pin):
        together.wait(20)
        try:
            outcomes.append(read(TokenSigner(token).sign(blank, passphrase=pin, **SAID))[0]["intact"])
        except WrongPassphrase:
            outcomes.append("refused")

    threads = [Thread(target=press, args=[pin]) for pin in (PIN, PIN, "000-000-0000")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes, key=str) == [True, True, "refused"]
