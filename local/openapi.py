"""`make openapi`: write the OpenAPI document of the three functions that answer the API.

`python -m local.openapi` writes it; with `--check` it only says whether the committed one is the code's.
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

DOCUMENT: Final = Path(__file__).parents[1] / "functions" / "api" / "static" / "openapi.json"
"""Where it is committed, and served from."""


def made_document() -> dict[str, Any]:
    """The document that the code makes."""
    return openapi_document([reading_app(), accounts_app(), work_app()])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the committed one is old")
    made = json.dumps(made_document(), indent=2, ensure_ascii=False) + "\n"
    if not parser.parse_args(arguments).check:
        DOCUMENT.write_text(made, encoding="utf-8")
        return 0
    if DOCUMENT.read_text(encoding="utf-8") == made:
        return 0
    print("error: the committed OpenAPI document is not the code's; run make openapi", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
