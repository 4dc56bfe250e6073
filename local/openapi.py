"""`make openapi`: write the OpenAPI document of the three functions that answer the API.

`python -m local.openapi` writes it; with `--check` it only says whether the committed one is the code's, and whether
the code would break callers who know the last released one. A release copies it to `docs/openapi/released.json`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from functions.accounts.app import create_app as accounts_app
from functions.api.app import create_app as reading_app
from functions.work.app import create_app as work_app
from geoclimate.runtime.web.document import openapi_document
from local.openapi_changes import breaking_changes

DOCUMENT: Final = Path(__file__).parents[1] / "functions" / "api" / "static" / "openapi.json"
"""Where it is committed, and served from."""
RELEASED: Final = Path(__file__).parents[1] / "docs" / "openapi" / "released.json"
"""The document of the last release; what it promises holds until the next major version."""


def made_document() -> dict[str, Any]:
    """The document that the code makes."""
    return openapi_document([reading_app(), accounts_app(), work_app()])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the committed one is old")
    document = made_document()
    made = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if not parser.parse_args(arguments).check:
        DOCUMENT.write_text(made, encoding="utf-8")
        return 0
    wrong = breaking_changes(json.loads(RELEASED.read_text(encoding="utf-8")), document)
    wrong = [f"{change}: this breaks callers of the released document" for change in wrong]
    if DOCUMENT.read_text(encoding="utf-8") != made:
        wrong.append("the committed OpenAPI document is not the code's; run make openapi")
    for one in wrong:
        print(f"error: {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
