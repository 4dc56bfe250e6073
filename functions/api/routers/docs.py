"""`/openapi.json` and `/docs`: the reference, served without anything from the internet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from geoclimate.domain.errors import NotFound
from geoclimate.runtime.web.edge import CONTENT_SECURITY_POLICY
from geoclimate.runtime.web.problem_page import problem_page

router = APIRouter(include_in_schema=False)

_STATIC: Final = Path(__file__).parents[1] / "static"
_FOREVER: Final = "max-age=31536000, immutable"
_SHORTLY: Final = "max-age=300"


@dataclass(frozen=True, slots=True)
class _Asset:
    path: Path
    media_type: str
    cache_control: str


# What is served under /docs, and nothing else of the folder. The version stands in the name of what is not ours, so
# that a browser may keep it.
_ASSETS: Final = {
    "docs.js": _Asset(_STATIC / "docs.js", "text/javascript", _SHORTLY),
    "swagger-ui-5.35.0.js": _Asset(_STATIC / "swagger-ui-5.35.0" / "swagger-ui-bundle.js", "text/javascript", _FOREVER),
    "swagger-ui-5.35.0.css": _Asset(_STATIC / "swagger-ui-5.35.0" / "swagger-ui.css", "text/css", _FOREVER),
}
# Swagger UI writes style attributes and draws its icons from data URLs.
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/openapi.json")
async def openapi() -> Response:
    """The OpenAPI document of all functions of the API."""
    return Response(
        (_STATIC / "openapi.json").read_bytes(), media_type="application/json", headers={"Cache-Control": _SHORTLY}
    )


@router.get("/docs")
async def page() -> Response:
    """The reference as a page on which requests can be tried."""
    return Response(
        (_STATIC / "docs.html").read_bytes(),
        media_type="text/html",
        headers={CONTENT_SECURITY_POLICY: _PAGE_POLICY, "Cache-Control": _SHORTLY},
    )


@router.get("/docs/problems")
async def problems() -> Response:
    """What each kind of problem means, with an anchor for each code."""
    return Response(
        problem_page(),
        media_type="text/html",
        headers={CONTENT_SECURITY_POLICY: _PAGE_POLICY, "Cache-Control": _SHORTLY},
    )


@router.get("/docs/{name}")
async def asset(name: str) -> Response:
    """A script or style of the page."""
    found = _ASSETS.get(name)
    if found is None:
        raise NotFound("The page has no such script or style.")
    return Response(
        found.path.read_bytes(), media_type=found.media_type, headers={"Cache-Control": found.cache_control}
    )
