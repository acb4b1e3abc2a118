from uep.access.access import rule


@rule("accounts.view_account")
def view_account(user, subject):
    yield True, ""


@rule("accounts.change_password", label="Ganti kata sandi", done="Kata sandi diganti.", tone="primary")
def change_password(user, subject):
    yield subject is None or subject.pk == user.pk, "Anda hanya dapat mengganti kata sandi sendiri."


@rule(
    "accounts.record_nik",
    label="Catat NIK penanda tangan",
    ask="Layanan tanda tangan elektronik BSrE menemukan sertifikat Anda dengan NIK. Ia disimpan terenkripsi.",
    done="NIK penanda tangan disimpan.",
    tone="primary",
)
def record_nik(user, subject):
    yield subject.pk == user.pk, "NIK penanda tangan hanya dicatat oleh pemiliknya."


@rule("accounts.manage_users")
def manage_users(user, subject):
    yield True, ""


@rule(
    "accounts.add_user",
    label="Tambah pengguna",
    ask="Kata sandi sementara ditampilkan satu kali setelah disimpan. Pengguna wajib menggantinya saat pertama masuk.",
    done="Pengguna ditambahkan.",
    tone="primary",
)
def add_user(user, subject):
    yield True, ""


@rule("accounts.edit_user", label="Ubah", done="Perubahan disimpan.")
def edit_user(user, subject):
    yield True, ""


@rule(
    "accounts.reset_password",
    label="Setel ulang kata sandi",
    ask="Kata sandi lama tidak berlaku lagi. Kata sandi sementara ditampilkan satu kali.",
    done="Kata sandi disetel ulang.",
)
def reset_password(user, subject):
    yield subject.is_active, "Akun ini sudah ditutup."


@rule(
    "accounts.close_user",
    label="Tutup akun",
    ask="Pengguna tidak dapat masuk lagi. Catatan yang dibuatnya tetap tersimpan.",
    done="Akun ditutup.",
    tone="danger",
)
def close_user(user, subject):
    yield subject.is_active, "Akun ini sudah ditutup."
    yield subject.pk != user.pk, "Anda tidak dapat menutup akun sendiri."


@rule("accounts.reopen_user", label="Buka lagi akun", ask="Pengguna dapat masuk lagi.", done="Akun dibuka lagi.")
def reopen_user(user, subject):
    yield not subject.is_active, "Akun ini masih terbuka."
