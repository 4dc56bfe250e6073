"""Files of EPA's hourly values with 2,000,000 rows, as large as a year of PM2.5 by a few hundred monitors."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.epa_files import HOURLY

ROWS: Final = 2_000_000
_HOURS: Final = 8_760
_MONITORS: Final = 1_000
FIRST: Final = dt.datetime(2019, 1, 1)  # noqa: DTZ001 - written as a local text
_STATES: Final = (("06", "California"), ("12", "Florida"), ("36", "New York"), ("48", "Texas"))
_QUALIFIERS: Final = ("IT - Wildfire-U. S.", "V - Validated Value.", "MD - Value less than MDL.", "1 - Deviation.")
METHOD: Final = "Met One BAM-1020 Mass Monitor w/VSCC - Beta Attenuation"


def write_year(file: Path, *, quoted: bool) -> None:
    """Write the file, ordered by monitor and hour as the real ones are; those have their texts in quotes."""
    quote = '"{}"'.format if quoted else str
    chance = random.Random(2019)  # noqa: S311 - made-up measurements
    stamps = _stamps(_HOURS, quote)
    with file.open("w", encoding="utf-8") as out:
        out.write(_header(quote))
        for number in range(-(-ROWS // _HOURS)):
            before, unit, after = _description(number, quote)
            hours = min(_HOURS, ROWS - number * _HOURS)
            for hour, value, qualifier in _values(chance, hours):
                out.write(f"{before},{stamps[hour]},{value},{unit},5,,{quote(qualifier)},{after}\n")


def write_hours(file: Path) -> None:
    """Write a file ordered by hour over 1,000 monitors, whose limit and uncertainty change from line to line."""
    quote = '"{}"'.format
    chance = random.Random(2020)  # noqa: S311 - made-up measurements
    monitors = [_description(number, quote) for number in range(_MONITORS)]
    stamps = _stamps(ROWS // _MONITORS, quote)
    series = [_values(chance, ROWS // _MONITORS) for _ in monitors]
    with file.open("w", encoding="utf-8") as out:
        out.write(_header(quote))
        for rows in zip(*series, strict=True):
            for (before, unit, after), (hour, value, qualifier) in zip(monitors, rows, strict=True):
                limit, uncertainty = chance.choice(("0.5", "1", "2", "5")), f"{chance.random():.3f}"
                out.write(f"{before},{stamps[hour]},{value},{unit},{limit},{uncertainty},{quote(qualifier)},{after}\n")


def _header(quote: Callable[[str], str]) -> str:
    return ",".join(quote(column) for column in HOURLY) + "\n"


def _stamps(hours: int, quote: Callable[[str], str]) -> list[str]:
    """Local stamp and that of Greenwich, as a line has them."""
    stamps = [FIRST + dt.timedelta(hours=hour) for hour in range(hours + 8)]
    texts = [f"{quote(f'{stamp:%Y-%m-%d}')},{quote(f'{stamp:%H:%M}')}" for stamp in stamps]
    return [f"{local},{gmt}" for local, gmt in zip(texts, texts[8:], strict=False)]


def _description(number: int, quote: Callable[[str], str]) -> tuple[str, str, str]:
    """What a monitor's lines say before the stamps, of its unit, and at the end."""
    code, state = _STATES[number % len(_STATES)]
    county = 1 + number // 4
    before = (
        *(quote(each) for each in (code, f"{county:03}", f"{1 + number % 4:04}", "88101")),
        *("1", f"{30 + number / 90:.6f}", f"{-120 + number / 9:.6f}"),
        *(quote(each) for each in ("NAD83", "PM2.5 - Local Conditions")),
    )
    after = (quote(each) for each in ("FEM", "170", METHOD, state, f"County {county}", "2020-05-07"))
    return ",".join(before), quote("Micrograms/cubic meter (LC)"), ",".join(after)


def _values(chance: random.Random, hours: int) -> Iterator[tuple[int, str, str]]:
    """Hour, value and qualifier of a monitor's rows; some values are missing, doubted, or those of the row before."""
    value = 9.0
    qualifier = ""
    for hour in range(hours):
        value = max(-3.0, 0.98 * value + 0.2 + chance.gauss(0.0, 1.0))
        # A qualifier stands beside some hours on end.
        if chance.random() < 0.004:
            qualifier = chance.choice(_QUALIFIERS) if not qualifier else ""
        if chance.random() > 0.0001 or not hour:
            row = hour, "-999" if chance.random() < 0.0002 else f"{value:.1f}", qualifier
        yield row
