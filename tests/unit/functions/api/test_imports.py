"""What the API function loads: its cold start is its slowest answer, and numpy is in none of its layers."""

import subprocess
import sys


def test_serving_an_index_needs_no_numpy() -> None:
    program = (
        "import sys; from functions.api.app import create_app; create_app();"
        "print([name for name in ('numpy', 'pyarrow', 'boto3') if name in sys.modules])"
    )

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"
