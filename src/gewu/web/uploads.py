"""Files of forms are measured while they arrive: what is too large is not taken to its end."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from gewu.infra import files, films, sheets

#: Fields of forms that take something else than photos: a table or boundaries, a film.
LARGER = {"file": sheets.LARGEST_FILE, "film": films.MOST_BYTES}


class Bounded(FileUploadHandler):
    """Stands before the handlers that keep a file, and ends the request at the first byte too many."""

    def new_file(self, *args: Any, **values: Any) -> None:
        """A file begins."""
        super().new_file(*args, **values)
        self.most = LARGER.get(str(self.field_name), files.MOST_BYTES)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count a part and pass it on."""
        self.size += len(raw_data)
        if self.size > self.most:
            for handler in self.request.upload_handlers if self.request else ():
                handler.upload_interrupted()  # nothing of it stays on the disk
            raise RequestDataTooBig(f"a file of more than {self.most} bytes")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind this one."""
