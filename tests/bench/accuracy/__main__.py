"""`make bench-accuracy`: train, score, print, and write docs/accuracy.md.

Run some of it with their names: `python -m tests.bench.accuracy plain`; the page is then left as it is.
"""

import argparse
from pathlib import Path
from typing import Final

from geoclimate_ml.card.markdown import overall_table
from tests import beijing
from tests.bench.accuracy.page import accuracy_page
from tests.bench.accuracy.runs import RUNS, Result, run
from tests.bench.accuracy.targets import targets

_PAGE: Final = Path(__file__).parents[3] / "docs" / "accuracy.md"
_NOTES: Final = Path(__file__).with_name("notes.md")


def main() -> None:
    """Make the runs named, or all, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="RUN", help=f"of {', '.join(RUNS)}; all if none is given")
    names = parser.parse_args().names or list(RUNS)
    unknown = [name for name in names if name not in RUNS]
    if unknown:
        parser.error(f"no run is called {unknown[0]}; there are {', '.join(RUNS)}")
    if not beijing.THERE:
        parser.exit(0, "the Beijing data do not lie beside the repository (../shared/data), so nothing was measured\n")
    results: dict[str, Result] = {}
    for number, name in enumerate(names, start=1):
        print(f"run {number} of {len(names)}: {name}", flush=True)
        results[name] = run(name)
        print(f"\n{overall_table(results[name].tables)}\n", flush=True)
    for target in targets({name: result.tables for name, result in results.items()}):
        print(f"{'reached' if target.met else 'MISSED ':8} {target.what}: {target.measured} ({target.limit})")
    if set(names) == set(RUNS):
        _PAGE.write_text(accuracy_page(results, _NOTES.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"wrote {_PAGE.relative_to(Path.cwd()) if _PAGE.is_relative_to(Path.cwd()) else _PAGE}")


if __name__ == "__main__":
    main()
