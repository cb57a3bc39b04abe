"""How much of a file that somebody sends is taken in."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class UpToTheLimit(FileUploadHandler):
    """Keeps one byte more than any file may have and drops the rest: a form sees that it is too large, and says so."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        room = settings.LARGEST_UPLOAD + 1 - start
        return raw_data[:room] if room > 0 else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None  # the handlers after it make the file
