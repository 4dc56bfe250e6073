"""Shows that something long is alive: what, for how long, and how far."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_TERMINAL_PERIOD_S: Final = 0.5
_LOG_PERIOD_S: Final = 10.0


class Step:
    """One step of a long command; `detail` is shown beside its name and may change at any time."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.detail = ""
        self._started = time.monotonic()

    def line(self) -> str:
        """The step as one line with the seconds so far."""
        detail = f" {self.detail}" if self.detail else ""
        return f"{self.label} ...{detail} ({time.monotonic() - self._started:.0f} s)"


@contextmanager
def step(label: str) -> Iterator[Step]:
    """Show a step while the block runs, and how long it took when it ends well."""
    current = Step(label)
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(current, done), daemon=True)
    ticker.start()
    try:
        yield current
    except BaseException:
        done.set()
        ticker.join()
        _finish(current.line() + " failed")
        raise
    done.set()
    ticker.join()
    _finish(current.line().replace(" ...", ":", 1))


def _tick(current: Step, done: threading.Event) -> None:
    terminal = sys.stdout.isatty()
    while not done.wait(_TERMINAL_PERIOD_S if terminal else _LOG_PERIOD_S):
        if terminal:
            sys.stdout.write(f"\r\x1b[K{current.line()}")
        else:
            sys.stdout.write(f"  {current.line()}\n")
        sys.stdout.flush()


def _finish(line: str) -> None:
    start = "\r\x1b[K" if sys.stdout.isatty() else ""
    sys.stdout.write(f"{start}{line}\n")
    sys.stdout.flush()
