"""Which stations there are, and what is measured."""

from geoclimate.domain.errors import UnknownParameter, UnknownSeries, UnknownStation
from geoclimate.domain.parameters import PARAMETERS, Parameter
from geoclimate.domain.stations import Series, Station
from geoclimate.services.ports import StationStore


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


def read_parameter(code: str) -> Parameter:
    """The parameter of this code.

    Raises:
        UnknownParameter: The platform does not know it.
    """
    known = PARAMETERS.get(code)
    if known is None:
        raise UnknownParameter(f"No parameter has the code '{code}'; the codes are {', '.join(PARAMETERS)}.")
    return known
