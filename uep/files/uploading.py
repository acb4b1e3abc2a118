"""How uploads arrive: no request, signed in or not, may fill the disk with one file."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import Resolver404, resolve

from uep.access.access import granted
from uep.files.intake import MAX_BYTES

# Acts whose page takes larger files, and how large: only from somebody who is granted the act.
LARGER: dict[str, int] = {}


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file only as far as intake would accept it, and counts the rest, so that the refusal can name the size."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.limit = limit_for(self.request)

    def receive_data_chunk(self, raw_data, start):
        if start < self.limit:
            self.file.write(raw_data)


def limit_for(request) -> int:
    try:
        act = getattr(resolve(request.path_info).func, "act", "") if request else ""
    except Resolver404:
        act = ""
    return LARGER[act] if act in LARGER and granted(request.user, act) else MAX_BYTES
