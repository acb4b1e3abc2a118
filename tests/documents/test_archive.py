"""Every paper that the office issues is PDF/A-3b and tagged, also with a signature inside; and a bad file is noticed."""

from io import BytesIO

import pikepdf
import pytest
from django.apps import apps
from django.db import transaction
from pikepdf import Array, Dictionary, Name

from tests import bsre
from tests import world as worlds
from tests.archive import faults
from tests.documents.test_bsre import Told
from tests.papers.samples import SampleDecree
from tests.signing_keys import PASSPHRASE, certificate, pkcs12_file
from uep.documents import actions, render
from uep.documents.models import OfficialDocument
from uep.documents.papers import PAPERS, Attached
from uep.documents.signing.bsre import BsreSigner
from uep.documents.signing.keys import CertificateSigner

LIST = Attached("lampiran.csv", "text/csv", "Daftar penerima", b"nomor,nama\r\n1,Siti\r\n")
SAID = {"name": "Tri Wahyudi", "reason": "Penetapan", "location": "Nanga Bulik", "address": "http://localhost/cek/ABC/"}


def test_every_kind_of_paper_is_for_the_archive(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        worlds.build()
        newest = {document.paper: document for document in OfficialDocument.objects.order_by("pk")}
        found = {code: faults(rendered(document)) for code, document in newest.items()}
        transaction.set_rollback(True)
    assert found == {code: [] for code in found}
    issued = {code for code, paper in PAPERS.items() if paper.issued and not code.startswith("uji_")}
    # tests/decrees/test_annex_file.py and tests/verification/test_papers.py look at these two, which the world has none of.
    assert issued - found.keys() == {"ba_pengecualian", "sk_perubahan"}


def rendered(document) -> bytes:
    subject = apps.get_model(document.subject_type).objects.get(pk=document.subject_pk)
    return render.pdf(PAPERS[document.paper], subject, document)


@pytest.fixture
def good(village, head, monkeypatch) -> bytes:
    """A decree with a list inside, as it is before it is signed."""
    monkeypatch.setattr(SampleDecree, "attachments", staticmethod(lambda subject: [LIST]))
    return render.pdf(SampleDecree, village, actions.issue("uji_sk", village, by=head))


@pytest.mark.django_db
def test_the_list_is_inside_and_named_as_data_of_the_paper(good, village):
    assert faults(good) == []
    with pikepdf.open(BytesIO(good)) as pdf:
        assert {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()} == {
            "lampiran.csv": LIST.content
        }
        (named,) = pdf.Root.AF
        told = [str(named[key]) for key in ("/AFRelationship", "/UF", "/Desc")]
        assert told == ["/Data", "lampiran.csv", "Daftar penerima"]
    again = render.pdf(SampleDecree, village, OfficialDocument.objects.get())
    assert again == good  # bytes and all
    with pikepdf.open(BytesIO(render.pdf(SampleDecree, village))) as preview:
        assert list(preview.attachments) == []


@pytest.mark.django_db
def test_a_paper_in_pieces_is_for_the_archive_too(village, head, monkeypatch):
    monkeypatch.setattr(SampleDecree, "attachments", staticmethod(lambda subject: [LIST]))
    monkeypatch.setattr(SampleDecree, "rows", 1_001)
    content = render.pdf(SampleDecree, village, actions.issue("uji_sk", village, by=head))
    assert faults(content) == []


@pytest.mark.django_db
def test_a_signature_leaves_it_for_the_archive(good, tmp_path):
    key = pkcs12_file(tmp_path, certificate("Dinas Sosial Uji"))
    signed = CertificateSigner(key).sign(good, passphrase=PASSPHRASE, **SAID)
    assert (faults(signed), signed.startswith(good)) == ([], True)


@pytest.mark.django_db
@pytest.mark.parametrize("version", [1, 2])
def test_what_comes_back_from_the_service_is_for_the_archive(good, tmp_path, settings, version):
    with bsre.running(tmp_path) as (_, address):
        bsre.install(settings, address, version)
        signed = BsreSigner(bsre.NIK).sign(good, passphrase=bsre.PASSPHRASE, trace=Told(), **SAID)
    assert (faults(signed), signed.startswith(good)) == ([], True)


def no_title(pdf):
    with pdf.open_metadata(update_docinfo=False) as told:
        told["dc:title"] = "Lain"


def cut_fonts(pdf):
    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("/Type") == "/FontDescriptor":
            for name in ("/FontFile2", "/FontFile3"):
                if name in one:
                    del one[name]


def no_letters(pdf):
    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("/Type") == "/Font" and "/ToUnicode" in one:
            del one["/ToUnicode"]


def undeclared(pdf):
    with pdf.open_metadata() as told:
        told["pdfaid:conformance"] = "A"


def hidden_note(pdf):
    pdf.pages[0].Annots = pdf.make_indirect(
        Array([Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), F=2)])
    )


def press_colours(pdf):
    pdf.pages[0].contents_add(b"0 0 0 1 k")


BREAKS = {
    "6.1.3: encrypted": None,
    "6.2.11.4": cut_fonts,
    "6.2.11.7": no_letters,
    "6.2.3: no output intent": lambda pdf: pdf.Root.__delitem__("/OutputIntents"),
    "6.2.4: colours for a printing press": press_colours,
    "6.3.2: an annotation that is not printed": hidden_note,
    "6.3.3: an annotation without its looks": hidden_note,
    "6.5.1: a forbidden action": lambda pdf: pdf.Root.__setitem__(
        "/OpenAction", Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    ),
    "6.5.2: additional actions": lambda pdf: pdf.Root.__setitem__("/AA", Dictionary()),
    "6.6.3: the title differs from the metadata": no_title,
    "6.6.4: not declared as PDF/A-3b": undeclared,
    "6.8: an attached file that says not what it is to the paper": lambda pdf: pdf.Root.AF[0].__delitem__(
        "/AFRelationship"
    ),
    "6.8: attached files that the catalogue does not name": lambda pdf: pdf.Root.__delitem__("/AF"),
    "tags: no language": lambda pdf: pdf.Root.__delitem__("/Lang"),
    "tags: none": lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"),
    "tags: the window shows a file name": lambda pdf: pdf.Root.__delitem__("/ViewerPreferences"),
}


@pytest.mark.django_db
def test_each_breach_is_noticed(good):
    unnoticed = []
    for sentence, breaks in BREAKS.items():
        made = BytesIO()
        with pikepdf.open(BytesIO(good)) as pdf:
            if breaks:
                breaks(pdf)
            pdf.save(made, encryption=False if breaks else pikepdf.Encryption(owner="x", user=""))
        if not any(one.startswith(sentence) for one in faults(made.getvalue())):
            unnoticed.append(sentence)
    assert unnoticed == []
