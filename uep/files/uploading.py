"""How uploads arrive: no request, signed in or not, may fill the disk with one file."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from uep.files.intake import MAX_BYTES


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes a file only as far as intake would accept it, and counts the rest, so that the refusal can name the size."""

    def receive_data_chunk(self, raw_data, start):
        if start < MAX_BYTES:
            self.file.write(raw_data)
