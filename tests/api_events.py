"""What the gateway tells a function of a request."""

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

ACCOUNT = "6f1c2f0e-0b5e-4a57-9d4c-2f0f6f3c1a10"
OTHER_ACCOUNT = "b7a7d2ad-41a5-4e54-8f0b-7f7d3b9d4e22"
KEY_ID = "k1e2y3i4d5"


def signed_in(
    roles: Sequence[str] = ("consumer",), account: str = ACCOUNT, key_id: str | None = KEY_ID
) -> dict[str, Any]:
    """The event of a request whose token and key the gateway has checked."""
    claims = {"sub": account, "email": f"{account[:4]}@example.org", "cognito:groups": ",".join(roles)}
    identity = {"sourceIp": "203.0.113.9", "apiKeyId": key_id}
    return {"requestContext": {"authorizer": {"claims": claims}, "identity": identity}}


def behind_the_gateway(app: ASGIApp, event: dict[str, Any]) -> ASGIApp:
    """The app, told of each request what Mangum tells it."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "aws.event": event}, receive, send)

    return told
