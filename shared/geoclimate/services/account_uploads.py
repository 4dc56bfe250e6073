"""Give a provider a place for a file, and tell what became of it."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from geoclimate.contracts.report import (
    ERRORS_SUFFIX,
    MAPPING_SUFFIX,
    MOST_UPLOAD_BYTES,
    PREVIEW_PREFIX,
    PROVIDERS_PREFIX,
    REPORT_SUFFIX,
    IngestReport,
)
from geoclimate.domain.account_uploads import AccountUpload
from geoclimate.domain.errors import NotFound
from geoclimate.domain.pseudonyms import pseudonym_of
from geoclimate.domain.work_ids import new_work_id
from geoclimate.services.ports import Clock
from geoclimate.services.upload_ports import AccountUploadStore, FilesBeside, UploadForm, UploadForms


@dataclass(frozen=True, slots=True)
class UploadState:
    """What became of an upload.

    Attributes:
        upload: The upload.
        report: What became of the file; None while it has not been read, or was never sent.
        errors_url: Where the list of refused rows is, for a few minutes; None where there is none.
    """

    upload: AccountUpload
    report: IngestReport | None
    errors_url: str | None


@dataclass(frozen=True, slots=True)
class AccountUploads:
    """The uploads of accounts.

    Attributes:
        store: Which there are.
        forms: Signs forms and links.
        files: What lies beside them.
        clock: Tells the time.
        new_id: Gives an id that no other upload has.
    """

    store: AccountUploadStore
    forms: UploadForms
    files: FilesBeside
    clock: Clock
    new_id: Callable[..., str] = new_work_id

    def begin(
        self, account: str, name: str, *, preview: bool, mapping: Mapping[str, object] | None
    ) -> tuple[AccountUpload, UploadForm]:
        """Give a place for a file, and the form that fills it.

        Args:
            account: Who asks.
            name: The file's name.
            preview: Whether the file is only checked.
            mapping: Of a wide CSV file, the mapping of its columns; written beside the place before the file comes.

        Raises:
            Unavailable: A store does not answer.
        """
        now = self.clock()
        upload = AccountUpload(account, self.new_id(now), name, preview, now)
        key = key_of(upload)
        if mapping is not None:
            body = io.BytesIO(json.dumps(dict(mapping), ensure_ascii=False).encode())
            self.files.write_beside(key, MAPPING_SUFFIX, body, "application/json")
        self.store.add(upload)
        return upload, self.forms.form(key, MOST_UPLOAD_BYTES, now)

    def state(self, account: str, upload: str) -> UploadState:
        """What became of one of an account's uploads.

        Raises:
            NotFound: The account has no such upload.
            Unavailable: A store does not answer.
        """
        found = self.store.get(account, upload)
        if found is None:
            raise NotFound(f"You have no upload {upload}.")
        key = key_of(found)
        content = self.files.read_beside(key, REPORT_SUFFIX)
        if content is None:
            return UploadState(found, None, None)
        report = IngestReport.model_validate_json(content)
        errors_url = self.forms.link(key + ERRORS_SUFFIX) if report.errors_key is not None else None
        return UploadState(found, report, errors_url)

    def newest(self, account: str, before: str | None, most: int) -> Sequence[AccountUpload]:
        """An account's uploads, the newest first.

        Raises:
            Unavailable: The store does not answer.
        """
        return self.store.newest(account, before, most)


def key_of(upload: AccountUpload) -> str:
    """Key of the file in the bucket of uploads.

    The account has its pseudonym there: what was observed outlives the account that brought it.
    """
    folder = f"{PROVIDERS_PREFIX}{pseudonym_of(upload.account)}/{upload.id}/"
    return f"{PREVIEW_PREFIX if upload.preview else ''}{folder}{upload.name}"
