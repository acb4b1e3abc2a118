"""Honest and hostile files, made here and nowhere downloaded."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from pikepdf import Array, Dictionary, Name, String
from PIL import ExifTags, Image

# Nanga Bulik, as a phone writes it: 1°52'30.5" S, 111°17'16.25" E, 4.7 m.
GPS = {
    ExifTags.GPS.GPSLatitudeRef: "S",
    ExifTags.GPS.GPSLatitude: (1.0, 52.0, 30.5),
    ExifTags.GPS.GPSLongitudeRef: "E",
    ExifTags.GPS.GPSLongitude: (111.0, 17.0, 16.25),
    ExifTags.GPS.GPSHPositioningError: 4.7,
}
SECRET = "SECRET-MAKER"  # put wherever metadata may hide


def upload(data: bytes, name="foto.jpg", content_type="image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def upload_on_disk(data: bytes, name="foto.jpg") -> TemporaryUploadedFile:
    """As Django hands over what is larger than FILE_UPLOAD_MAX_MEMORY_SIZE."""
    file = TemporaryUploadedFile(name, "application/octet-stream", len(data), None)
    file.write(data)
    file.seek(0)
    return file


def exif(gps=GPS, orientation=1, taken="2026:11:20 09:15:00", **details) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = SECRET
    tags[ExifTags.Base.Orientation] = orientation
    tags.get_ifd(ExifTags.IFD.Exif).update({ExifTags.Base.DateTimeOriginal: taken})
    tags.get_ifd(ExifTags.IFD.Exif).update({getattr(ExifTags.Base, key): value for key, value in details.items()})
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return tags


def picture(size=(400, 300), mode="RGB") -> Image.Image:
    """The upper left quarter red, the rest blue, so that turning it shows."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def photo(kind="JPEG", size=(400, 300), mode="RGB", **how) -> bytes:
    if "exif" in how:
        how["exif"] = how["exif"].tobytes()  # pillow-heif turns the picture only for bytes
    buffer = BytesIO()
    picture(size, mode).save(buffer, kind, **how)
    return buffer.getvalue()


def noisy_photo(size=(4000, 3000), quality=80) -> bytes:
    buffer = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def png_of_claimed_size(width: int, height: int) -> bytes:
    """A few hundred bytes that ask a decoder for width x height pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def pdf(pages=1, change=None, **how) -> bytes:
    """Pages that say "Halaman n"; `change(pdf)` makes it hostile before it is written."""
    document = pikepdf.new()
    font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = document.make_stream(f"BT /F1 24 Tf 72 700 Td (Halaman {number}) Tj ET".encode())
    if change:
        change(document)
    buffer = BytesIO()
    document.save(buffer, **how)
    return buffer.getvalue()


def add_everything_active(document) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{SECRET}')"))
    root, page = document.Root, document.pages[0].obj
    root.OpenAction = document.make_indirect(script)
    root.AA = Dictionary(WC=script)
    root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("run"), script])))
    root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(SECRET.encode()))
    root.Metadata = document.make_stream(f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())
    root.Outlines = Dictionary(First=Dictionary(Title=String("Bab"), A=script))
    document.attachments["virus.exe"] = pikepdf.AttachedFileSpec(document, SECRET.encode(), filename="virus.exe")
    document.docinfo["/Author"] = SECRET
    page.AA = Dictionary(O=script)
    page.Metadata = document.make_stream(SECRET.encode())
    page.Annots = Array(
        [
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=action)
            for action in (
                Dictionary(S=Name.URI, URI=String(f"https://{SECRET}.example")),
                Dictionary(S=Name.Launch, F=String(SECRET)),
                Dictionary(S=Name.SubmitForm, F=String(SECRET)),
                Dictionary(S=Name.GoTo, D=String("x"), Next=script),
            )
        ]
    )
    # Somewhere no list of places names.
    page.Resources.Odd = Array([Dictionary(Deeper=Array([script]))])


def add_signature(document) -> None:
    """The shape of a signed form; what it signs does not matter here."""
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=[0, 1, 2, 3], Contents=String("0" * 64))
    field = Dictionary(FT=Name.Sig, T=String("ttd"), V=document.make_indirect(value))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]), SigFlags=3)


def pdf_inflating_to(size: int) -> bytes:
    """A PDF whose only object stream inflates to `size` bytes of blanks."""
    blanks = zlib.compress(b"1 0 <</Type/Catalog/Pages 2 0 R>>".ljust(size), 9)
    body = b"%PDF-1.5\n"
    offsets = {}
    for number, text in {
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(blanks), blanks),
    }.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    rows = [(0, 0, 0), (2, 4, 0), (1, offsets[2], 0), (1, offsets[3], 0), (1, offsets[4], 0), (1, len(body), 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    start = len(body)
    body += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream\nendobj\n" % (
        len(table),
        table,
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def workbook(**members: bytes) -> bytes:
    """The least that is an XLSX, with further members (path "xl/a.xml" written as xl__a_xml)."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return buffer.getvalue()
