"""A form field for an attached file, which gives it checked and made harmless."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from youthleague.kernel.findings import Finding
from youthleague.protection.uploads import EXTENSIONS, CleanFile, checked_upload
from youthleague.protection.uploads.findings import EMPTY, TOO_BIG

MEGABYTE = 1 << 20
FILE_BYTES = 10 * MEGABYTE
_NOT_RECEIVED = "文件没有收到；请重新选择后再上传。"


class AttachmentField(forms.FileField):
    """One file of the six kinds; a ``CleanFile``, or None where nothing was chosen."""

    def __init__(self, *, most_bytes: int = FILE_BYTES, help_text: str = "", **more: Any) -> None:
        limit = f"PDF、图片、Word、Excel 或 OFD，不超过 {most_bytes // MEGABYTE} MB；严禁上传涉密文件。"
        super().__init__(
            help_text=help_text + limit,
            widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in EXTENSIONS)}),
            error_messages={
                "required": "请选择要上传的文件。",
                "empty": EMPTY.message,
                "invalid": _NOT_RECEIVED,
                "missing": _NOT_RECEIVED,
            },
            **more,
        )
        self.most_bytes = most_bytes

    def clean(self, data: Any, initial: Any = None) -> CleanFile | None:
        """Check what came in; a file that is too big is not read at all."""
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        if (file.size or 0) > self.most_bytes:
            raise _refusal(TOO_BIG.about(megabytes=self.most_bytes // MEGABYTE))
        found = checked_upload(file.name or "", file.read(), most_bytes=self.most_bytes)
        if isinstance(found, Finding):
            raise _refusal(found)
        return found


def _refusal(found: Finding) -> ValidationError:
    return ValidationError(found.message, code=found.code, params=dict(found.params))
