"""Lambda entry point of the API, behind an API Gateway REST API."""

import gc
import os
from collections.abc import Callable
from typing import Any, Final


def _load() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The handler, with everything that it needs imported.

    Imports make much and drop little, so collections only cost time until they are done; afterwards they need not walk
    again what lives as long as the process.
    """
    gc.disable()
    # There are no plugins of pydantic and no propagators of traces; looking for them reads every package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    os.environ.setdefault("OTEL_PROPAGATORS", "none")
    # Imported here and not above, so that no collection runs meanwhile.
    from functions.api.app import create_app  # noqa: PLC0415
    from functions.api.bootstrap import open_meter, open_stores  # noqa: PLC0415
    from geoclimate.runtime.web.lambda_handler import lambda_handler  # noqa: PLC0415
    from geoclimate.runtime.web.routers_on_demand import include_all_routers  # noqa: PLC0415

    app = create_app()
    # A snapshot is taken after init: what is imported by then, a restored process need not import.
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        include_all_routers(app)
        open_stores()
        open_meter()
    loaded = lambda_handler(app)
    gc.freeze()
    gc.enable()
    return loaded


handler: Final = _load()
