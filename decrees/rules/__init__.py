"""Who may draft, send up, endorse, sign and change a decree, and when.

Four eyes by person (design, law 2): whoever wrote a draft, as Kabid or standing in for Kabid, neither endorses nor
signs it. The secretary who endorsed may sign as Plh. Kepala Dinas: the person who wrote the draft and the person who
signs it are still two, the secretary is the office's natural Plh. and signs only as such (design, 5), and refusing it
would stop every decree while the head is away. Both capacities stand on the decree's page (docs/decisions/0006).
"""

from decrees import queries
from decrees.models import Decree
from decrees.queries import DESKS, HOLDERS
from decrees.routing import SIGN
from decrees.rules import changing, wordings  # noqa: F401 - its rules make themselves known
from uep.access.access import rule
from uep.access.roles import Role
from uep.documents import signing

Stage = Decree.Stage


@rule("decrees.view")
def view(user, decree):
    yield True, ""


@rule("decrees.preview")
def preview(user, decree):
    yield True, ""


@rule("decrees.view_scan")
def view_scan(user, decree):
    yield True, ""


@rule(
    "decrees.draft",
    label="Susun draf SK",
    ask="Pilih usulan layak yang ditetapkan. Jumlahnya dijaga dalam anggaran dan kuota.",
    done="Draf SK disusun.",
    tone="primary",
)
def draft(user, programme):
    yield from _something_to_name(programme, "Belum ada usulan layak di program ini.")


def _is_draft(decree):
    yield decree.stage != Stage.SIGNED, "SK ini sudah ditetapkan; perubahannya memerlukan SK perubahan."
    yield decree.stage != Stage.CANCELLED, "Draf SK ini sudah dibatalkan."
    yield decree.stage == Stage.DRAFT, "Draf sedang naik dan tidak dapat diubah; tarik kembali lebih dahulu."


def _is_amendment(decree):
    yield decree.is_amendment, "Hanya SK perubahan yang mengeluarkan penerima."


def _names_people(decree):
    yield not decree.is_revocation, "SK pencabutan tidak menetapkan penerima; ia mencabut seluruh SK yang disebutnya."


@rule("decrees.edit", label="Ubah teks", done="Teks SK diubah.")
def edit(user, decree):
    yield from _is_draft(decree)


@rule(
    "decrees.recheck_social",
    label="Cek ulang data sosial",
    ask="Data sosial yang berlaku sekarang menggantikan hasil pencocokan yang lama pada usulan di draf ini.",
    done="Data sosial dicek ulang. Periksa yang desilnya berubah.",
)
def recheck_social(user, decree):
    yield from _is_draft(decree)
    yield bool(queries.stale_on(decree)), "Data sosial semua usulan di draf ini masih baru."


@rule(
    "decrees.set_number",
    label="Pilih nomor",
    ask="SK memakai nomor berikutnya saat ditandatangani, kecuali nomor dari buku agenda dipilih di sini.",
    done="Nomor SK disimpan.",
)
def set_number(user, decree):
    yield from _is_draft(decree)
    yield queries.numbers_at_hand(decree).exists(), "Belum ada nomor yang dipesan di buku nomor."


@rule("decrees.add", label="Tambah usulan", done="Usulan ditambahkan ke draf.")
def add(user, decree):
    yield from _is_draft(decree)
    yield from _names_people(decree)
    yield from _something_to_name(decree.programme, "Belum ada usulan layak lain di program ini.")


def _something_to_name(programme, sentence):
    if not queries.has_eligible(programme):
        # Households that wait for their objection window are not "none": the first of them says why.
        held = queries.held_back(programme)
        yield False, held[0][1] if held else sentence


@rule(
    "decrees.strike",
    label="Coret dari draf",
    ask="Usulan yang dicoret kembali berstatus layak.",
    done="Usulan dicoret dari draf.",
)
def strike(user, decree):
    yield from _is_draft(decree)
    yield from _names_people(decree)
    yield decree.lines.exists(), "Draf ini belum memuat usulan."


@rule(
    "decrees.remove",
    label="Keluarkan penerima",
    ask="Pilih penerima SK lama yang meninggal, pindah, mengundurkan diri, atau tidak lagi memenuhi syarat.",
    done="Penerima masuk daftar yang dikeluarkan.",
)
def remove(user, decree):
    yield from _is_draft(decree)
    yield from _is_amendment(decree)
    yield queries.removable(decree).exists(), "Tidak ada lagi penerima yang belum menerima dana di SK lama."


@rule(
    "decrees.keep",
    label="Batal mengeluarkan",
    ask="Penerima yang dipilih tetap berada di SK lama.",
    done="Penerima tidak jadi dikeluarkan.",
)
def keep(user, decree):
    yield from _is_draft(decree)
    yield from _is_amendment(decree)
    yield decree.removals.exists(), "Draf ini belum mengeluarkan siapa pun."


@rule(
    "decrees.replace",
    label="Tentukan pengganti",
    ask="Sebutkan siapa menggantikan siapa; ini dicetak di lampiran SK perubahan.",
    done="Pengganti disimpan.",
)
def replace(user, decree):
    yield from _is_draft(decree)
    yield from _is_amendment(decree)
    yield decree.removals.exists(), "Draf ini belum mengeluarkan siapa pun."
    yield decree.lines.exists(), "Draf ini belum memuat calon pengganti; tambahkan usulan layak."


@rule(
    "decrees.cancel",
    label="Batalkan draf",
    ask="Semua usulan di draf ini kembali berstatus layak.",
    done="Draf SK dibatalkan.",
    tone="danger",
)
def cancel(user, decree):
    yield from _is_draft(decree)


@rule(
    "decrees.send_up",
    label="Ajukan",
    ask="Setelah diajukan, draf tidak dapat diubah kecuali dikembalikan.",
    done="Draf diajukan dan mulai naik.",
    tone="primary",
)
def send_up(user, decree):
    yield from _is_draft(decree)
    if decree.is_amendment:
        changes = decree.lines.exists() or decree.removals.exists() or decree.corrections.exists()
        yield changes, "SK perubahan ini belum mengubah apa pun."
    elif not decree.is_revocation:
        yield decree.lines.exists(), "Draf ini belum memuat usulan."
    for sentence in queries.lacking(decree):
        yield False, sentence


@rule(
    "decrees.recall",
    label="Tarik kembali",
    ask="Draf kembali ke tangan Kabid dan paraf yang ada gugur. Gunakan juga bila Bupati mengembalikan naskah kertasnya.",
    done="Draf ditarik kembali.",
)
def recall(user, decree):
    yield decree.stage in HOLDERS, "Draf ini tidak sedang menunggu paraf atau tanda tangan."
    yield from _settled(decree)


def _settled(decree):
    """A service may have signed the paper: until that is known, nothing else becomes of it (docs/decisions/0020)."""
    if queries.method_of(decree).is_electronic:
        manuscript = queries.manuscript_of(decree)
        yield manuscript is None or not manuscript.is_unclear, signing.UNSETTLED


def _not_a_writer(user, decree):
    yield not queries.has_written(user, decree), "Anda penyusun draf ini; paraf dan tanda tangan harus dari orang lain."


@rule(
    "decrees.endorse",
    label="Paraf",
    ask="Paraf menyatakan draf ini benar dan siap naik.",
    done="Draf diparaf.",
    tone="primary",
)
def endorse(user, decree):
    step = queries.step_at(decree)
    yield step is not None, "SK ini tidak sedang menunggu paraf."
    if step.does == SIGN:
        head = decree.stage == Stage.ENDORSED
        yield not head, "SK ini sudah diparaf dan menunggu tanda tangan Kepala Dinas."
        yield False, "SK ini tidak sedang menunggu paraf."
    yield step.role in user.roles_today, f"Draf ini menunggu paraf {Role(step.role).label}."
    yield from _not_a_writer(user, decree)


@rule(
    "decrees.return_draft",
    label="Kembalikan ke Kabid",
    ask="Sebutkan yang harus diperbaiki. Paraf yang sudah ada gugur.",
    done="Draf dikembalikan ke Kabid.",
)
def return_draft(user, decree):
    holder = HOLDERS.get(decree.stage)
    yield holder is not None, "SK ini tidak sedang menunggu keputusan."
    yield holder in user.roles_today, f"Draf ini sedang di tangan {Role(holder).label}."
    yield from _settled(decree)


@rule(
    "decrees.sign",
    label="Tanda tangani",
    ask="Daftar penerima dibekukan, nomor diambil, dan SK diterbitkan. Ini tidak dapat dibatalkan; perubahan memerlukan SK perubahan.",
    done="SK ditandatangani. Naskahnya sedang disusun.",
    tone="primary",
)
def sign(user, decree):
    yield from _signs(user, decree)
    if queries.method_of(decree).is_electronic:
        manuscript = queries.manuscript_of(decree)
        yield manuscript is not None, "Siapkan naskahnya lebih dahulu."
        yield not manuscript.is_being_made, "Naskahnya sedang disusun; tunggu sebentar."
        yield not manuscript.is_failed, "Naskahnya gagal disusun; siapkan lagi."
        yield not manuscript.is_unclear, signing.UNSETTLED
        yield (
            queries.fits(manuscript, decree, user),
            "Naskah yang siap dibuat untuk draf, hari, atau pejabat lain; siapkan lagi.",
        )


@rule(
    "decrees.prepare",
    label="Siapkan naskah",
    ask="Nomor diambil dan naskah akhir disusun. SK belum berlaku sebelum Anda menandatangani naskah itu.",
    done="Naskah sedang disusun. Bila siap, periksa lalu tanda tangani.",
    tone="primary",
)
def prepare(user, decree):
    yield (
        queries.method_of(decree).is_electronic,
        "SK ini disahkan di dalam aplikasi; tidak ada naskah yang perlu disiapkan.",
    )
    yield from _signs(user, decree)
    manuscript = queries.manuscript_of(decree)
    if manuscript and not manuscript.is_failed:
        yield not manuscript.is_unclear, signing.UNSETTLED
        yield not queries.fits(manuscript, decree, user), "Naskahnya sudah disiapkan."


@rule(
    "decrees.take_up",
    label="Ambil hasil tanda tangan",
    ask="Bila layanan sudah menandatangani naskah ini, hasilnya diperiksa dan SK berlaku tanpa tanda tangan kedua.",
    done="Hasil tanda tangan diterima dan SK berlaku.",
    tone="primary",
)
def take_up(user, decree):
    yield from _settles(user, decree)
    yield (
        queries.is_bound(queries.manuscript_of(decree), decree, user),
        "Naskah itu dibuat untuk draf atau pejabat lain; mulai lagi dari awal.",
    )


@rule(
    "decrees.start_anew",
    label="Mulai lagi dari awal",
    ask="Naskah ini batal untuk selamanya, juga bila layanan ternyata menandatanganinya. Nomornya dipakai naskah penggantinya.",
    done="Naskah dibatalkan. Siapkan naskah baru dengan nomor yang sama.",
    tone="danger",
)
def start_anew(user, decree):
    yield from _settles(user, decree)


def _settles(user, decree):
    yield from _signs(user, decree)
    manuscript = queries.manuscript_of(decree)
    yield (
        manuscript is not None and manuscript.is_unclear,
        "Tidak ada penandatanganan yang hasilnya belum jelas.",
    )
    yield not manuscript.is_claimed, signing.BUSY


def _signs(user, decree):
    yield decree.stage != Stage.SIGNED, "SK ini sudah ditandatangani."
    yield (
        queries.method_of(decree) is not signing.Method.INK,
        "SK ini ditandatangani di kertas; unggah pindaiannya.",
    )
    yield decree.stage == DESKS[Role(decree.signatory_role)], "SK ini belum sampai di meja penanda tangan."
    yield decree.signatory_role in user.roles_today, f"SK ini ditandatangani {Role(decree.signatory_role).label}."
    yield from _not_a_writer(user, decree)
    yield queries.waiting_scan(decree) is None, "Pindaian SK bertanda tangan menunggu konfirmasi."


@rule(
    "decrees.record_signature",
    label="Unggah SK bertanda tangan",
    ask="Gunakan bila SK ditandatangani di kertas: unggah pindaiannya dengan nomor dan tanggal. "
    "SK berlaku setelah orang kedua memastikan pindaian itu benar.",
    done="Pindaian disimpan dan sedang dibaca. Orang kedua perlu mengonfirmasinya.",
    tone="primary",
)
def record_signature(user, decree):
    yield decree.stage != Stage.SIGNED, "SK ini sudah ditetapkan."
    yield queries.by_ink(decree), "SK program ini ditandatangani secara elektronik oleh Kepala Dinas."
    yield from _settled(decree)
    yield decree.stage == DESKS[Role(decree.signatory_role)], _not_there(decree)
    waiting = queries.waiting_scan(decree)
    yield waiting is None, "Pindaian SK ini sudah diunggah dan menunggu konfirmasi."


def _not_there(decree) -> str:
    return f"SK ini tidak sedang menunggu tanda tangan {Role(decree.signatory_role).label}."


@rule(
    "decrees.confirm_signature",
    label="Konfirmasi pindaian",
    ask="Pastikan pindaian ini SK yang sama, lengkap, dan bertanda tangan. Setelah itu SK berlaku.",
    done="Pindaian dikonfirmasi dan SK berlaku.",
    tone="primary",
)
def confirm_signature(user, decree):
    yield decree.stage != Stage.SIGNED, "SK ini sudah ditetapkan."
    waiting = queries.waiting_scan(decree)
    yield waiting is not None, "Belum ada pindaian SK bertanda tangan yang diunggah."
    yield decree.stage == DESKS[Role(decree.signatory_role)], _not_there(decree)
    yield waiting.by_id != user.pk, "Anda yang mengunggah pindaian ini; orang lain yang mengonfirmasinya."
    # The confirmation puts the list in force as signing does: not by the person who wrote it.
    yield not queries.has_written(user, decree), "Anda penyusun draf ini; pindaiannya dikonfirmasi orang lain."
    yield not waiting.is_being_read, "Pindaiannya sedang dibaca; tunggu sebentar."
    for sentence in queries.objections_to(waiting):
        yield False, sentence


@rule(
    "decrees.put_aside_scan",
    label="Sisihkan pindaian",
    ask="Gunakan bila pindaian salah, kurang, atau tidak terbaca. Pindaian tetap tersimpan; yang benar dapat diunggah.",
    done="Pindaian disisihkan.",
)
def put_aside_scan(user, decree):
    yield queries.waiting_scan(decree) is not None, "Tidak ada pindaian yang menunggu konfirmasi."
