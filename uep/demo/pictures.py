"""Pictures for the demo: papers that say that they are examples, and simple photos. Drawn, so that nobody is in them."""

import hashlib
import random
from functools import lru_cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

SIZE = (640, 440)
PAPERS = {
    "ktp": "KARTU TANDA PENDUDUK",
    "kk": "KARTU KELUARGA",
    "sptjm": "SURAT PERNYATAAN TANGGUNG JAWAB MUTLAK",
    "sku": "SURAT KETERANGAN USAHA",
    "pakta_integritas": "PAKTA INTEGRITAS",
    "surat_pengantar": "SURAT PENGANTAR USULAN",
    "sptjm_desa": "SPTJM KEPALA DESA/LURAH",
    "ba_musyawarah": "BERITA ACARA MUSYAWARAH",
}
SHIRTS = ((178, 58, 72), (46, 94, 140), (52, 120, 84), (196, 140, 52), (110, 80, 140))


def upload(kind: str, variant: int = 0) -> SimpleUploadedFile:
    """A fresh upload of that picture; `kind` is a requirement's code or a place ("foto_usaha", "signature", ...)."""
    return SimpleUploadedFile(f"{kind.replace('_', '-')}.jpg", _picture(kind, variant), content_type="image/jpeg")


@lru_cache(maxsize=64)
def _picture(kind: str, variant: int) -> bytes:
    chance = random.Random(hashlib.sha256(f"{kind}{variant}".encode()).digest())  # noqa: S311 - only colours
    image = Image.new("RGB", SIZE, (250, 249, 244))
    draw = ImageDraw.Draw(image)
    if kind in PAPERS:
        _paper(draw, PAPERS[kind], chance)
    elif kind == "signature":
        _signature(draw, chance)
    elif kind in {"session", "handover"}:
        _scenery(draw, chance)
        for place in range(8 if kind == "session" else 2):
            _person(draw, 90 + place * (60 if kind == "session" else 190), 300, chance)
    else:
        _scenery(draw, chance)
        _house(draw, chance)
        if kind != "foto_rumah":
            _stall(draw, chance)
        _trees(draw, chance)
        image = _as_framed(image, chance)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def _paper(draw, title: str, chance) -> None:
    draw.rectangle((24, 20, 616, 420), outline=(140, 140, 140), width=2)
    draw.text((320, 48), title, fill=(30, 30, 30), anchor="mm", font=ImageFont.load_default(22))
    draw.text((320, 80), "CONTOH, BUKAN DOKUMEN ASLI", fill=(180, 40, 40), anchor="mm", font=ImageFont.load_default(16))
    for line in range(9):
        draw.line((60, 120 + line * 26, chance.randint(280, 560), 120 + line * 26), fill=(150, 150, 150), width=6)
    draw.rectangle((430, 330, 510, 400), fill=(236, 214, 200), outline=(180, 90, 60))


def _signature(draw, chance) -> None:
    points = [(140 + step * 24, 220 + chance.randint(-70, 60)) for step in range(16)]
    draw.line(points, fill=(20, 40, 110), width=5, joint="curve")
    draw.line((120, 320, 520, 320), fill=(120, 120, 120), width=2)


def _scenery(draw, chance) -> None:
    for row in range(260):
        draw.line((0, row, 640, row), fill=(150 + row // 4, 190 + row // 6, 235))
    hills = [(0, 260), *((x, 180 + chance.randint(0, 60)) for x in range(0, 700, 80)), (640, 260)]
    draw.polygon(hills, fill=(60, 110, 70))
    draw.rectangle((0, 255, 640, 440), fill=(142, 118, 84))


def _house(draw, chance) -> None:
    wall = (168 + chance.randint(-30, 30), 130 + chance.randint(-20, 20), 92)
    draw.rectangle((120, 170, 430, 350), fill=wall)
    for plank in range(120, 430, 22):
        draw.line((plank, 170, plank, 350), fill=(120, 92, 62), width=2)
    draw.polygon(((90, 170), (275, 90), (460, 170)), fill=(116, 96, 92))
    draw.rectangle((250, 240, 310, 350), fill=(84, 60, 40))
    draw.rectangle((150, 210, 215, 265), fill=(200, 220, 230), outline=(70, 50, 40), width=4)


def _stall(draw, chance) -> None:
    draw.rectangle((350, 290, 600, 390), fill=(120, 84, 50))
    draw.polygon(((335, 235), (615, 235), (600, 200), (350, 200)), fill=chance.choice(SHIRTS))
    for item in range(18):
        x, y = 362 + item % 9 * 26, 250 + item // 9 * 22
        draw.rectangle((x, y, x + 18, y + 18), fill=tuple(chance.randint(70, 240) for _ in range(3)))


def _trees(draw, chance) -> None:
    for _ in range(chance.randint(1, 4)):
        x, top, wide = chance.randint(0, 640), chance.randint(20, 180), chance.randint(40, 110)
        draw.rectangle((x - 8, top, x + 8, 400), fill=(70, 52, 36))
        leaves = (chance.randint(20, 90), chance.randint(80, 150), chance.randint(30, 70))
        draw.ellipse((x - wide, top - 60, x + wide, top + wide), fill=leaves)


def _as_framed(image: Image.Image, chance) -> Image.Image:
    """Each photographer stands elsewhere: no two photos look alike, as photos_alike would say."""
    wide = chance.randint(300, 600)
    high = wide * SIZE[1] // SIZE[0]
    left, top = chance.randint(0, SIZE[0] - wide), chance.randint(0, SIZE[1] - high)
    image = image.crop((left, top, left + wide, top + high)).resize(SIZE)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if chance.random() < 0.5 else image


def _person(draw, x: int, y: int, chance) -> None:
    draw.ellipse((x - 18, y - 110, x + 18, y - 74), fill=(150, 104, 74))
    draw.rounded_rectangle((x - 26, y - 72, x + 26, y + 30), 12, fill=chance.choice(SHIRTS))
    draw.rectangle((x - 20, y + 30, x + 20, y + 100), fill=(50, 52, 66))
