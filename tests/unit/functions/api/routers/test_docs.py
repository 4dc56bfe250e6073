"""`/openapi.json` and `/docs`: whole without the internet."""

import hashlib
import re
from urllib.parse import urljoin

import pytest

from local.openapi import made_document
from tests.unit.functions.api.conftest import Api

# As published in the npm package swagger-ui-dist 5.35.0.
_SWAGGER_UI_DIGESTS = {
    "swagger-ui-5.35.0.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui-5.35.0.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
}


@pytest.mark.parametrize("base", ["http://api/", "http://api/_aws/execute-api/abc123/local/"])
def test_everything_that_the_page_loads_is_served_beside_it(api: Api, base: str) -> None:
    page = api.get("/docs")

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    references = re.findall(r'(?:src|href)="((?!data:)[^"]+)"', page.text)
    assert len(references) == 4
    for reference in references:
        # As a browser resolves it, whatever stands before /docs in the path.
        address = urljoin(f"{base}docs", reference)
        assert address.startswith(base)
        assert api.get(address.replace(base, "/")).status_code == 200, reference


def test_the_page_may_load_nothing_from_elsewhere(api: Api) -> None:
    policy = api.get("/docs").headers["content-security-policy"]

    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["connect-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "http" not in policy


@pytest.mark.parametrize(("name", "digest"), _SWAGGER_UI_DIGESTS.items())
def test_swagger_ui_is_the_published_one_and_may_be_kept(api: Api, name: str, digest: str) -> None:
    answer = api.get(f"/docs/{name}")

    assert hashlib.sha256(answer.content).hexdigest() == digest
    assert answer.headers["cache-control"] == "max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["docs.html", "LICENSE", "..%2fapp.py", "swagger-ui-5.35.0%2fLICENSE", "%2e%2e"])
def test_nothing_else_of_the_folder_is_served(api: Api, name: str) -> None:
    assert api.problem(f"/docs/{name}").status == 404


def test_the_document_is_served_as_json(api: Api) -> None:
    answer = api.get("/openapi.json")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == made_document()
