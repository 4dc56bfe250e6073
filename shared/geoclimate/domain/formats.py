"""The formats that are taken, told by the header and never by the file's name."""

from typing import Final

from geoclimate.domain import epa_daily, epa_hourly, epa_outdoor, openaq, weather_rows, wide
from geoclimate.domain.csv_format import CsvFormat, CsvLayout, Header, header_names
from geoclimate.domain.errors import UnreadableFile
from geoclimate.domain.mapping import FileMapping
from geoclimate.domain.quality import shortened
from geoclimate.domain.weather_rows import WeatherFormat

FORMATS: Final[tuple[CsvFormat | WeatherFormat, ...]] = (
    openaq.FORMAT,
    epa_hourly.FORMAT,
    epa_daily.FORMAT,
    *epa_outdoor.FORMATS,
    *weather_rows.FORMATS,
)
_MOST_NAMED: Final = 9


def recognise(number: int, line: str, mapping: FileMapping | None = None) -> tuple[CsvFormat | WeatherFormat, Header]:
    """The format whose header a line is: a known one, or what a mapping describes.

    Args:
        number: The line's 1-based number.
        line: The line, without its end.
        mapping: The mapping that lies beside the file, where there is one.

    Raises:
        UnreadableFile: `header`: it is no known format's, and the message names the nearest and what it lacks; or it
            does not fit the mapping.
    """
    try:
        read = [(known, known.header(header_names(number, line))) for known in FORMATS]
    except UnreadableFile as error:
        if mapping is None:
            raise UnreadableFile(error.rule, f"{error}{_taken()}", number) from None
        read = []
    for known, header in read:
        if known.matches(header):
            return known, header
    if mapping is not None:
        return wide.recognise(mapping, number, line)
    nearest, header = max(read, key=lambda pair: _columns_shared(*pair))
    raise UnreadableFile("header", _difference(nearest, header) + _taken(), number)


def _columns_shared(known: CsvLayout, header: Header) -> int:
    return len(header.columns) - len(known.unknown(header))


def _difference(nearest: CsvLayout, header: Header) -> str:
    if not _columns_shared(nearest, header):
        return "the first line names no column of any known format" + _other_delimiter(header)
    missing = nearest.missing(header)
    unknown = nearest.unknown(header)
    named = [f"'{shortened(name)}'" for name in unknown if name]
    said = [f"lacks {_some(missing)}"] if missing else []
    said += [f"has the unknown {_some(named)}"] if named else []
    said += ["has a column without a name"] if "" in unknown else []
    said = said or ["names a column twice"]
    return f"the header is nearest to that of {nearest.name}, but {' and '.join(said)}"


def _other_delimiter(header: Header) -> str:
    [*names] = header.columns
    for delimiter, said in ((";", "semicolons"), ("\t", "tabs")):
        parts = [part.strip() for name in names for part in name.split(delimiter)]
        if any(_columns_shared(known, known.header(parts)) > 1 for known in FORMATS):
            return f", since its fields stand between {said}: save the file with commas"
    return ""


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _taken() -> str:
    names = ", ".join(dict.fromkeys(known.name for known in FORMATS))
    return f"; taken are: {names}, and any CSV with one column a parameter that a mapping file beside it describes"
