"""Lambda entry point of the API, behind an API Gateway REST API."""

import gc
import os
from collections.abc import Callable
from typing import Any, Final

# Event and context in, the gateway's answer out.
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def _load() -> Handler:
    """The handler, with everything that it needs imported.

    Imports make much and drop little, so collections only cost time until they are done; afterwards they need not walk
    again what lives as long as the process.
    """
    gc.disable()
    # Imported here and not above, so that no collection runs meanwhile.
    from mangum import Mangum  # noqa: PLC0415
    from mangum.adapter import DEFAULT_TEXT_MIME_TYPES  # noqa: PLC0415

    from functions.api.app import create_app  # noqa: PLC0415
    from functions.api.bootstrap import open_stores  # noqa: PLC0415
    from geoclimate.contracts.http import PROBLEM_JSON  # noqa: PLC0415

    # Mangum base64-encodes what it does not take for text.
    loaded = Mangum(create_app(), lifespan="off", text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, PROBLEM_JSON])
    # A snapshot is taken after init: what is imported by then, a restored process need not import.
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        open_stores()
    gc.freeze()
    gc.enable()
    return loaded


handler: Final = _load()
