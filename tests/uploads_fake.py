"""A provider's uploads in memory: which there are, what lies beside them, and signed forms."""

import datetime as dt
from collections.abc import Sequence
from typing import BinaryIO

from geoclimate.domain.account_uploads import AccountUpload
from geoclimate.services.upload_ports import UploadForm


class AccountUploadsInMemory:
    def __init__(self) -> None:
        self.uploads: dict[tuple[str, str], AccountUpload] = {}

    def add(self, upload: AccountUpload) -> None:
        self.uploads[upload.account, upload.id] = upload

    def get(self, account: str, upload: str) -> AccountUpload | None:
        return self.uploads.get((account, upload))

    def newest(self, account: str, before: str | None, most: int) -> Sequence[AccountUpload]:
        own = sorted((one for one in self.uploads.values() if one.account == account), key=lambda one: one.id)
        return [one for one in reversed(own) if before is None or one.id < before][:most]


class FilesInMemory:
    """Signs nothing, and says for what it would have."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def write_beside(self, key: str, suffix: str, body: BinaryIO, _content_type: str) -> None:
        self.files[key + suffix] = body.read()

    def read_beside(self, key: str, suffix: str) -> bytes | None:
        return self.files.get(key + suffix)

    def form(self, key: str, most_bytes: int, now: dt.datetime) -> UploadForm:
        return UploadForm("https://store", {"key": key, "most": str(most_bytes)}, now + dt.timedelta(minutes=15))

    def link(self, key: str) -> str:
        return f"https://store/{key}?signed"
