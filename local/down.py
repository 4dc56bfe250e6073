"""`make down`: stop what `make up` started; its state stays."""

import sys

from local import cloud
from local.place import Place


def main() -> int:
    """Stop the local cloud by its pid; 1 with a clear message where that fails."""
    try:
        place = Place.default()
        stopped = cloud.stop(state_dir=place.state)
    except cloud.CloudError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("stopped; the state is kept" if stopped else "nothing was running")
    return 0


if __name__ == "__main__":
    sys.exit(main())
