"""How long intake takes and what it holds in memory, beside the least that could be done: `python bench/intake.py`.

The floor of a photo is Pillow decoding and encoding it once at the size that is kept, that of a PDF is pikepdf opening
and saving it in this process, that of a sheet is reading and hashing it. Each row runs in a process of its own, so that
its peak of memory (above the start; of the web process, not of the PDF cleaner beside it) is its own; times are the
median of five.
"""

import hashlib
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pikepdf
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

settings.configure(USE_TZ=True, TIME_ZONE="Asia/Pontianak", LANGUAGE_CODE="id")

from uep.files import intake, sheets  # noqa: E402  reads the settings

REPEATS = 5


def camera_photo(size: tuple[int, int], kind: str = "JPEG", **how) -> bytes:
    """Soft shapes with some grain: compresses like a photo, unlike pure noise or a flat colour."""
    soft = Image.effect_mandelbrot((size[0] // 8, size[1] // 8), (-2, -1.5, 1, 1.5), 60).resize(size)
    image = Image.blend(soft, Image.effect_noise(size, 40), 0.3).convert("RGB")
    buffer = BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def scanned_pdf(pages: int) -> bytes:
    jpeg = camera_photo((1240, 1754), quality=75)
    document = pikepdf.new()
    image = document.make_stream(
        jpeg, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1240, Height=1754,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im1=image))
        page.obj.Contents = document.make_stream(b"595 0 0 842 0 0 cm /Im1 Do")
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def village_list(rows: int) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for row in range(rows):
        sheet.write_row(
            row, 0, [f"{row:016d}", f"Nama {row}", "Nanga Bulik", "warung", 5_000_000, row, "", "ya", "", "-"]
        )
    book.close()
    return buffer.getvalue()


def photo_floor(data: bytes) -> None:
    with Image.open(BytesIO(data)) as image:
        image.draft("RGB", (intake.MAX_SIDE, intake.MAX_SIDE))
        picture = image.convert("RGB")
    picture.thumbnail((intake.MAX_SIDE, intake.MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
    picture.save(BytesIO(), "JPEG", quality=75)


def pdf_floor(data: bytes) -> None:
    with pikepdf.open(BytesIO(data)) as document:
        document.save(BytesIO())


def sheet_floor(data: bytes) -> None:
    hashlib.sha256(data).hexdigest()


CASES: dict[str, tuple[Callable[[], bytes], Callable, Callable]] = {
    "photo 12 MP JPEG": (lambda: camera_photo((4000, 3000), quality=90), intake.prepare, photo_floor),
    "photo 48 MP JPEG": (lambda: camera_photo((8000, 6000), quality=70), intake.prepare, photo_floor),
    "photo 12 MP HEIC": (lambda: camera_photo((4000, 3000), "HEIF", quality=60), intake.prepare, photo_floor),
    "scan 4 MP PNG": (lambda: camera_photo((1754, 2480), "PNG"), intake.prepare, photo_floor),
    "photo 0,5 MP JPEG": (lambda: camera_photo((800, 600), quality=80), intake.prepare, photo_floor),
    "PDF of 1 page": (lambda: scanned_pdf(1), intake.prepare, pdf_floor),
    "PDF of 100 pages": (lambda: scanned_pdf(100), intake.prepare, pdf_floor),
    "XLSX of 20.000 rows": (lambda: village_list(20_000), sheets.prepare_sheet, sheet_floor),
}


def median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def memory_mb(line: str) -> float:
    """VmRSS (now) or VmHWM (most since the last reset) of this process; Linux only."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{line}:")[1].split()[0]) / 1024


def work_on(case: str, data: bytes, with_floor: bool) -> tuple[float, float, int]:
    """(median ms, peak MB above the start, bytes kept) in a process that has done nothing else."""
    _, prepare, floor = CASES[case]
    base = memory_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    if with_floor:
        return median_ms(lambda: floor(data)), memory_mb("VmHWM") - base, 0
    kept = []

    def take() -> None:
        prepared = prepare(SimpleUploadedFile("berkas", data))
        kept.append(prepared.size)
        prepared.close()

    return median_ms(take), memory_mb("VmHWM") - base, kept[0]


def main() -> None:
    columns = "{:<22}{:>10}{:>10}{:>9}{:>10}{:>8}{:>10}"
    print(columns.format("file", "in KB", "kept KB", "ms", "floor ms", "ratio", "peak MB"))
    processes = multiprocessing.get_context("spawn")
    for case, (make, _, _) in CASES.items():
        data = make()
        with processes.Pool(1, maxtasksperchild=1) as pool:
            took, peak, kept = pool.apply(work_on, (case, data, False))
        with processes.Pool(1, maxtasksperchild=1) as pool:
            floor, _, _ = pool.apply(work_on, (case, data, True))
        row = (
            f"{len(data) / 1024:.0f}",
            f"{kept / 1024:.0f}",
            f"{took:.0f}",
            f"{floor:.1f}",
            f"{took / floor:.1f}",
            f"{peak:.0f}",
        )
        print(columns.format(case, *row))


if __name__ == "__main__":
    main()
