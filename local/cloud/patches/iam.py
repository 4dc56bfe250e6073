"""IAM on a machine without TLS."""

from collections.abc import Callable

from ministack import app

from local.sagemaker_standin.patching import replace

_LOOPBACK = ("127.0.0.1", "::1")


def call_loopback_secure() -> None:
    """Every bucket here refuses plain HTTP (aws:SecureTransport), and the local cloud speaks nothing else.

    What never leaves the machine cannot be listened to on the way, so a request from the loopback counts as secure.
    The policy stays as it is in AWS.
    """

    def wrap(pin: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
        def pin_request_origin(source_ip: str, secure: bool) -> None:  # noqa: FBT001 - MiniStack's signature
            pin(source_ip, secure or source_ip in _LOOPBACK)

        return pin_request_origin

    replace(app, "pin_request_origin", wrap)
