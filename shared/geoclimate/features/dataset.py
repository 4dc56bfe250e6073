"""A frozen training data set: the grids of all stations in one file with a stable digest."""

import io
import zipfile
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.domain.errors import UnreadableFile
from geoclimate.features.grid import HourlyGrid
from geoclimate.features.weather_runs import WeatherRuns

# A zip entry's time stamp would change the digest of the same data; this is the earliest that the format can write.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class TrainingDataset:
    """Hourly grids of the stations that a model learns from.

    Attributes:
        stations: Station ids.
        parameters: Parameter codes of the grids' columns, the target first.
        first_hours: First hour of each station's grid, in hours since the epoch.
        grids: One float32 [hours, parameters] a station, NaN where missing.
        places: Latitude and longitude of each station, degrees.
        weather: Weather forecasts of each station's place, or nothing where the data set holds none.
    """

    stations: tuple[str, ...]
    parameters: tuple[str, ...]
    first_hours: tuple[int, ...]
    grids: tuple[npt.NDArray[np.float32], ...]
    places: tuple[tuple[float, float], ...] = ()
    weather: tuple[WeatherRuns, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.stations) == len(self.first_hours) == len(self.grids):
            message = f"{len(self.stations)} stations, {len(self.first_hours)} first hours, {len(self.grids)} grids"
            raise ValueError(message)
        for name, each in (("places", self.places), ("weather forecasts", self.weather)):
            if each and len(each) != len(self.stations):
                message = f"{len(self.stations)} stations, but {len(each)} {name}"
                raise ValueError(message)
        for station, values in zip(self.stations, self.grids, strict=True):
            if values.dtype != np.float32 or values.ndim != 2 or values.shape[1] != len(self.parameters):
                message = f"the grid of {station} is {values.dtype} {values.shape}, not float32 [hours, parameters]"
                raise ValueError(message)

    @property
    def target_hours(self) -> int:
        """How many hours of the target were observed, over all stations."""
        return sum(int(np.count_nonzero(~np.isnan(values[:, 0]))) for values in self.grids)

    def hourly_grids(self) -> tuple[HourlyGrid, ...]:
        """One grid a station, in the order of `stations`."""
        return tuple(HourlyGrid(*pair) for pair in zip(self.first_hours, self.grids, strict=True))

    def to_bytes(self) -> bytes:
        """The data set as `.npz`; the same data gives the same bytes.

        Entries are stored uncompressed, because zlib's output differs between its builds.
        """
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "stations": np.asarray(self.stations, dtype=np.str_),
            "parameters": np.asarray(self.parameters, dtype=np.str_),
            "first_hours": np.asarray(self.first_hours, dtype=np.int64),
        }
        arrays |= {f"grid_{index}": values for index, values in enumerate(self.grids)}
        if self.places:
            arrays["places"] = np.asarray(self.places, dtype=np.float64)
        for index, runs in enumerate(self.weather):
            arrays[f"weather_{index}_hours"] = runs.issue_hours
            arrays[f"weather_{index}_values"] = runs.values
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, array in arrays.items():
                entry = io.BytesIO()
                np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", _ZIP_EPOCH), entry.getvalue())
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "TrainingDataset":
        """Read what `to_bytes` wrote.

        Raises:
            UnreadableFile: The bytes are no such data set.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                stations = tuple(str(name) for name in archive["stations"])
                places = archive.get("places", ())
                return cls(
                    stations=stations,
                    places=tuple((float(latitude), float(longitude)) for latitude, longitude in places),
                    weather=tuple(
                        WeatherRuns(archive[f"weather_{index}_hours"], archive[f"weather_{index}_values"])
                        for index in range(len(stations))
                        if f"weather_{index}_hours" in archive
                    ),
                    parameters=tuple(str(code) for code in archive["parameters"]),
                    first_hours=tuple(int(hour) for hour in archive["first_hours"]),
                    grids=tuple(archive[f"grid_{index}"] for index in range(len(stations))),
                )
        except (AttributeError, EOFError, KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile) as error:
            raise UnreadableFile("dataset", f"not a training data set: {error}") from error
