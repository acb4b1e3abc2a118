from uep.access.access import rule


@rule("notices.view")
def view(user, subject):
    yield True, ""


@rule("notices.read", label="Tandai semua sudah dibaca", done="Semua pemberitahuan ditandai sudah dibaca.")
def read(user, subject):
    yield subject.pk == user.pk, "Anda hanya dapat menandai pemberitahuan sendiri."
