"""From an app to a Lambda handler behind an API Gateway REST API."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from geoclimate.contracts.forms import TEXT_MEDIA_TYPES
from geoclimate.contracts.http import PROBLEM_JSON
from geoclimate.contracts.usage import ESTIMATE_JSON

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
"""Event and context in, the gateway's answer out."""


def lambda_handler(app: FastAPI) -> Handler:
    """The handler of an app."""
    # Mangum base64-encodes what it does not take for text.
    text = [*DEFAULT_TEXT_MIME_TYPES, *TEXT_MEDIA_TYPES, PROBLEM_JSON, ESTIMATE_JSON]
    return Mangum(app, lifespan="off", text_mime_types=text)
