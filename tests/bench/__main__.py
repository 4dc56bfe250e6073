"""`make bench`: every measured figure, each a ratio or a rate within this one run.

Run some of them with their names: `python -m tests.bench ingest training`.
"""

import argparse
import importlib
from typing import Final

# Name on the command line -> module with `run() -> list[tuple[figure, value]]`.
BENCHMARKS: Final = {
    "cold": "tests.bench.bench_api_cold",
    "warm": "tests.bench.bench_api_warm",
    "gateway": "tests.bench.bench_gateway",
    "ingest": "tests.bench.bench_ingest",
    "training": "tests.bench.bench_training",
    "inference": "tests.bench.bench_inference",
    "forecasts": "tests.bench.bench_forecast_run",
    "predict": "tests.bench.bench_predict",
}


def main() -> None:
    """Run the benchmarks named, or all, and print their figures as they come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all if none is given")
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    for name in names:
        print(f"{name}:", flush=True)
        for figure, value in importlib.import_module(BENCHMARKS[name]).run():
            print(f"  {figure:<62} {value}", flush=True)


if __name__ == "__main__":
    main()
