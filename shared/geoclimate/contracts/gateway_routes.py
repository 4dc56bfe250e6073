"""What the gateway lets through, to which function, and what a caller must bring: used by the stack and the docs."""

from dataclasses import dataclass
from typing import Final, Literal

ApiFunction = Literal["api", "accounts", "work"]
Access = Literal["open", "token", "token and key"]


@dataclass(frozen=True, slots=True)
class GatewayRoute:
    """A path of the gateway.

    Attributes:
        path: As the gateway writes it; `{proxy+}` is all that follows.
        function: The folder of the function behind it.
        access: What a caller must bring.
    """

    path: str
    function: ApiFunction
    access: Access


def _with_all_below(path: str, function: ApiFunction, access: Access) -> tuple[GatewayRoute, ...]:
    return GatewayRoute(path, function, access), GatewayRoute(f"{path}/{{proxy+}}", function, access)


GATEWAY_ROUTES: Final[tuple[GatewayRoute, ...]] = (
    *(
        GatewayRoute(path, "api", "open")
        for path in ("/health", "/health/live", "/health/ready", "/openapi.json", "/docs", "/docs/{asset}")
    ),
    GatewayRoute("/v1/{proxy+}", "api", "token and key"),
    *_with_all_below("/edr", "api", "token and key"),
    GatewayRoute("/v1/auth/{proxy+}", "accounts", "open"),
    # The id of a receipt opens it: who is erased has no token any more.
    GatewayRoute("/v1/receipts/{proxy+}", "accounts", "open"),
    # Who has no key yet makes the first one here.
    *_with_all_below("/v1/me", "accounts", "token"),
    *_with_all_below("/v1/keys", "accounts", "token"),
    *_with_all_below("/v1/audit", "accounts", "token"),
    *_with_all_below("/v1/accounts", "accounts", "token"),
    *_with_all_below("/v1/predict", "work", "token and key"),
    *_with_all_below("/v1/jobs", "work", "token and key"),
    *_with_all_below("/v1/uploads", "work", "token and key"),
    *_with_all_below("/v1/models", "work", "token and key"),
)


def route_of(path: str) -> GatewayRoute | None:
    """The route that the gateway takes for a path of ours: the most exact that fits; None where it answers itself."""
    fitting = [route for route in GATEWAY_ROUTES if _fits(route.path, path)]
    return max(fitting, key=_exactness, default=None)


def _exactness(route: GatewayRoute) -> int:
    """How many parts of the path are written out."""
    return sum(not part.startswith("{") for part in route.path.strip("/").split("/"))


def _fits(route: str, path: str) -> bool:
    wanted, given = route.strip("/").split("/"), path.strip("/").split("/")
    if wanted[-1] == "{proxy+}":
        return len(given) >= len(wanted) and given[: len(wanted) - 1] == wanted[:-1]
    return len(given) == len(wanted) and all(a == b or a.startswith("{") for a, b in zip(wanted, given, strict=True))
