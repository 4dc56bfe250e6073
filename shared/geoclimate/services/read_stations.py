"""Which stations there are, and what each of them measures."""

from collections.abc import Sequence

from geoclimate.domain.errors import UnknownSeries, UnknownStation
from geoclimate.domain.stations import Series, Station
from geoclimate.services.ports import StationStore


def read_stations(stations: StationStore) -> Sequence[Station]:
    """Every station, ordered by id."""
    return stations.list_all()


def read_station(stations: StationStore, station: str) -> Station:
    """The station of this id.

    Raises:
        UnknownStation: There is none.
    """
    found = stations.get(station)
    if found is None:
        raise UnknownStation(f"No station has the id '{station}'.")
    return found


def read_series(stations: StationStore, station: str, parameter: str) -> Series:
    """What is known of one parameter at one station.

    Raises:
        UnknownStation: There is no such station.
        UnknownSeries: The station does not measure the parameter.
    """
    measured = read_station(stations, station).series
    for series in measured:
        if series.parameter == parameter:
            return series
    others = ", ".join(series.parameter for series in measured) or "nothing yet"
    raise UnknownSeries(f"Station '{station}' does not measure '{parameter}'; it measures {others}.")
