"""What a mapping file says: how a wide CSV, one column a parameter, is to be read.

A mapping is a JSON object that lies beside the file or in its folder; `docs/wide-csv.md` describes its fields.
Everything in it is checked when it is read, so that a mistake is said once and not on every line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoclimate.domain.errors import RefusedValue
from geoclimate.domain.mapping_fields import Fields, nearest, parse_object, refuse
from geoclimate.domain.mapping_stations import Stations, parse_own_id, parse_provider, parse_stations
from geoclimate.domain.mapping_times import Times, parse_times
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.quality import Measure, measure_in, shortened

DEFAULT_INSTRUMENT: Final = "1"
EVERYTHING: Final = "*"
"""`ignore` of a mapping that passes over every column it does not name."""
_FIELDS: Final = (
    "provider",
    "station",
    "instrument",
    "instrument_column",
    "time",
    "missing",
    "columns",
    "delimiter",
    "decimal",
    "ignore",
)
_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values.

    Attributes:
        name: As the mapping spells it.
        measure: What it measures, and in which unit.
        values: Numbers for texts, such as 22.5 for NNE; any other text must be a number.
        instrument: Which instrument at the station, or None for the one of the file or line.
    """

    name: str
    measure: Measure
    values: Mapping[str, float]
    instrument: str | None


@dataclass(frozen=True, slots=True)
class FileMapping:
    """How a wide CSV is read.

    Attributes:
        stations: Which station a line is of, and where that is.
        times: When its values were measured.
        instrument: Which instrument, where no column says it.
        instrument_column: Column of instruments, or None.
        missing: Texts that say that there is no value.
        columns: Columns of values.
        delimiter: Between the fields.
        decimal_comma: Whether decimals are written with a comma.
        ignore: Columns that are passed over, or None for all that are not named.
    """

    stations: Stations
    times: Times
    instrument: str
    instrument_column: str | None
    missing: frozenset[str]
    columns: tuple[ValueColumn, ...]
    delimiter: str
    decimal_comma: bool
    ignore: tuple[str, ...] | None

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        instrument = () if self.instrument_column is None else (self.instrument_column,)
        values = (column.name for column in self.columns)
        return tuple(dict.fromkeys((*self.times.columns, *self.stations.columns, *instrument, *values)))


def parse_mapping(text: bytes) -> FileMapping:
    """Read a mapping.

    Args:
        text: The bytes of the mapping file: a JSON object in UTF-8.

    Raises:
        UnreadableFile: `mapping`; the message names the field and says what to do.
    """
    fields = parse_object(text)
    fields.only(*_FIELDS)
    instrument, instrument_column = _instrument(fields)
    delimiter = fields.maybe("delimiter", lambda name: fields.one_of(name, _DELIMITERS), ",")
    mapping = FileMapping(
        stations=parse_stations(fields.fields("station"), parse_provider(fields, "provider")),
        times=parse_times(fields.fields("time")),
        instrument=instrument,
        instrument_column=instrument_column,
        missing=frozenset(fields.maybe("missing", lambda name: fields.texts(name, blank=True), ("",))),
        columns=_value_columns(fields.fields("columns")),
        delimiter=delimiter,
        decimal_comma=_decimal_comma(fields, delimiter),
        ignore=_ignore(fields),
    )
    fields.end()
    _check_use(mapping)
    return mapping


def _instrument(fields: Fields) -> tuple[str, str | None]:
    if "instrument_column" not in fields:
        return fields.maybe("instrument", lambda name: parse_own_id(fields, name), DEFAULT_INSTRUMENT), None
    if "instrument" in fields:
        refuse(fields.path("instrument"), "is there beside `instrument_column`: keep one")
    return DEFAULT_INSTRUMENT, fields.text("instrument_column")


def _decimal_comma(fields: Fields, delimiter: str) -> bool:
    comma = fields.maybe("decimal", lambda name: fields.one_of(name, (".", ",")), ".") == ","
    if comma and delimiter == ",":
        refuse(fields.path("decimal"), "cannot be a comma where the delimiter is one: give the file's delimiter")
    return comma


def _ignore(fields: Fields) -> tuple[str, ...] | None:
    if "ignore" not in fields:
        return ()
    if fields.value("ignore") == EVERYTHING:
        return None
    return fields.texts("ignore", blank=True)


def _value_columns(table: Fields) -> tuple[ValueColumn, ...]:
    if not table.names:
        refuse(table.path("…"), "must name a column of values")
    columns: list[ValueColumn] = []
    for name in table.names:
        column = _value_column(name, table.fields(name))
        for other in columns:
            if (other.measure.parameter, other.instrument) == (column.measure.parameter, column.instrument):
                message = f"is {column.measure.parameter.code} as '{other.name}' is: give each an `instrument`"
                refuse(table.path(name), message)
        columns.append(column)
    return tuple(columns)


def _value_column(name: str, fields: Fields) -> ValueColumn:
    fields.only("parameter", "unit", "values", "instrument")
    code = fields.text("parameter")
    parameter = PARAMETERS.get(code)
    if parameter is None:
        refuse(
            fields.path("parameter"), f"'{shortened(code)}' is no parameter that is taken{nearest(code, PARAMETERS)}"
        )
    try:
        measure = measure_in(parameter, fields.text("unit"), "unit")
    except RefusedValue as error:
        refuse(fields.path("unit"), str(error))
    column = ValueColumn(
        name=name.strip(),
        measure=measure,
        values=MappingProxyType(fields.maybe("values", fields.numbers, {})),
        instrument=fields.maybe("instrument", lambda field: parse_own_id(fields, field), None),
    )
    fields.end()
    return column


def _check_use(mapping: FileMapping) -> None:
    """Check that no column has two meanings, and no text."""
    meanings: dict[str, str] = {}
    instrument = () if mapping.instrument_column is None else (mapping.instrument_column,)
    for meaning, columns in (
        ("time.columns", mapping.times.columns),
        ("columns", tuple(column.name for column in mapping.columns)),
        ("station", tuple(dict.fromkeys(mapping.stations.columns))),
        ("instrument_column", instrument),
        ("ignore", mapping.ignore or ()),
    ):
        for column in columns:
            other = meanings.get(column.strip().lower())
            if other is not None and {meaning, other} != {"station", "instrument_column"}:
                refuse(meaning, f"the column '{shortened(column)}' is named in `{other}` already: it has one meaning")
            meanings[column.strip().lower()] = meaning
    for value in mapping.columns:
        for text in mapping.missing & value.values.keys():
            refuse(f"columns.{value.name}.values", f"'{shortened(text)}' is in `missing` too: keep one")
