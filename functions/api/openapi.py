"""Print the OpenAPI document: `python -m functions.api.openapi > docs/openapi.json`."""

import json
import sys

from functions.api.app import create_app


def main() -> None:
    """Write the document to standard output."""
    json.dump(create_app().openapi(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
