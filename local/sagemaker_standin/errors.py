"""Errors that the stand-in answers with, named and worded as SageMaker does."""

from __future__ import annotations


class ServiceError(Exception):
    """A refused API call.

    Attributes:
        code: SageMaker's error code, as it stands in the wire's ``__type``.
        message: What is wrong, and with which resource.
        status: The HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class UnsupportedVersionError(RuntimeError):
    """The installed MiniStack is not the one that the hooks were written for."""


class ArchiveError(ValueError):
    """A tar.gz that cannot be unpacked safely, or at all."""


class RoleError(RuntimeError):
    """A role that does not exist or does not let SageMaker assume it."""


class JobError(RuntimeError):
    """A training job that cannot go on; the message becomes its FailureReason."""


class HostingError(RuntimeError):
    """A production variant that cannot be served; the message becomes the endpoint's FailureReason."""


def invalid(message: str) -> ServiceError:
    """Give the ValidationException with this message."""
    return ServiceError("ValidationException", message)
