"""Weather forecasts laid out so that what a model is shown of them at an origin is cut at one row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoclimate.features.input_spec import InputSpec
from geoclimate.features.region import Floats, channels_of, to_channels
from geoclimate.features.weather_runs import WeatherRuns
from geoclimate.features.windows import windows

Hours = npt.NDArray[np.int64]
_Pieces = list[tuple[npt.NDArray[np.float32], Floats, npt.NDArray[np.int16]]]


@dataclass(frozen=True, slots=True, eq=False)
class ShownWeather:
    """The runs of some places, one after the other, each as long as an origin sees of it; the first rows say nothing.

    Attributes:
        hours: Longest lead time.
        runs: What was laid out, by place.
        begins: int64 [runs]: the row of each run's first hour, by place.
        values: float32 [rows, columns]: what a model is shown of an hour, with room for the means so far.
        sums: float64 [rows, channels]: sums of the run's known values before the hour; NaN where it never has any.
        counts: int16 [rows, channels]: how many those are.
        gapless: bool [rows]: whether every channel is known, or never, in all hours that an origin here is shown.
    """

    hours: int
    runs: tuple[WeatherRuns, ...]
    begins: tuple[Hours, ...]
    values: npt.NDArray[np.float32]
    sums: Floats
    counts: npt.NDArray[np.int16]
    gapless: npt.NDArray[np.bool_]

    def rows_at(self, place: int, origins: Hours) -> Hours:
        """Where what was known of one place's weather at some origins begins: int64 [n], 0 where nothing was known."""
        runs = self.runs[place]
        run, age = runs.newest_at(origins)
        known = (run >= 0) & (age < runs.values.shape[1])
        return np.where(known, self.begins[place][run] + age, 0) if len(runs.issue_hours) else np.zeros_like(origins)

    def write(self, rows: Hours, future: npt.NDArray[np.float32]) -> None:
        """Fill the last columns of the hours to come, where anything is known.

        Args:
            rows: int64 [n], of `rows_at`.
            future: float32 [n, hours, columns].
        """
        if not rows.any():
            return
        width = self.sums.shape[1]
        shown = future[:, :, -self.values.shape[1] :]
        shown[...] = windows(self.values, self.hours)[rows].reshape(shown.shape)
        so_far = windows(self.sums, self.hours)[rows + 1]
        so_far -= np.tile(self.sums[rows], self.hours)
        gaps = np.flatnonzero(~self.gapless[rows])
        with_gaps = self._means_with_gaps(rows[gaps], so_far[gaps]) if len(gaps) else so_far[gaps]
        so_far *= np.repeat(1.0 / np.arange(1, self.hours + 1), width)
        so_far[gaps] = with_gaps
        shown[:, :, width:-1] = so_far.reshape(len(rows), self.hours, width)

    def _means_with_gaps(self, rows: Hours, sums: Floats) -> Floats:
        count = windows(self.counts, self.hours)[rows + 1] - np.tile(self.counts[rows], self.hours)
        return np.where(count > 0, sums * (1.0 / np.maximum(count, 1)), np.nan)


def weather_columns(spec: InputSpec) -> tuple[str, ...]:
    """Names of the columns: what is forecast of an hour, its mean since the origin, and how much of it is known."""
    channels = channels_of(spec.weather)
    return (
        *(f"{name}_forecast" for name in channels),
        *(f"{name}_forecast_so_far" for name in channels),
        "forecast_known",
    )


def shown_weather(runs: Sequence[WeatherRuns], spec: InputSpec) -> ShownWeather:
    """Lay out the runs of some places."""
    hours, channels = spec.lead_hours[-1], len(channels_of(spec.weather))
    nothing = np.full((1, 1, channels), np.nan)
    pieces: _Pieces = [_laid_out(nothing, np.array([1], dtype=np.int64), hours)]
    begins, row = [], len(pieces[0][0])
    for each in runs:
        longest = each.values.shape[1]
        # An origin sees a run until the next one is known, and no longer than it has hours.
        waits = np.minimum(np.diff(each.issue_hours, append=np.iinfo(np.int64).max), longest)
        begins.append(row + _starts(waits + hours))
        pieces.append(_laid_out(to_channels(each.values.astype(np.float64), spec.weather), waits, hours))
        row += len(pieces[-1][0])
    values, sums, counts = (np.concatenate(part) for part in zip(*pieces, strict=True))
    gapless = np.zeros(len(counts), dtype=np.bool_)
    known = counts[hours:] - counts[:-hours]
    gapless[: len(known)] = ((known == hours) | np.isnan(sums[: len(known)])).all(axis=1)
    return ShownWeather(hours, tuple(runs), tuple(begins), values, sums, counts, gapless)


def _laid_out(said: Floats, waits: Hours, hours: int) -> tuple[npt.NDArray[np.float32], Floats, npt.NDArray[np.int16]]:
    """Values, sums and counts of the rows that origins see of runs [runs, hours, channels], each until the next."""
    runs, longest, channels = said.shape
    ended = np.full((runs, 1, channels), np.nan)
    said = np.concatenate([said, ended], axis=1)
    known = ~np.isnan(said)
    sums, counts = np.zeros_like(said), np.zeros(said.shape, dtype=np.int16)
    np.cumsum(np.where(known, said, 0.0)[:, :-1], axis=1, out=sums[:, 1:])
    np.cumsum(known[:, :-1], axis=1, out=counts[:, 1:])
    lengths = waits + hours
    run = np.repeat(np.arange(runs), lengths)
    row = np.minimum(np.arange(len(run)) - np.repeat(_starts(lengths), lengths), longest)
    room = np.full((len(run), channels), np.nan)
    values = np.concatenate([said[run, row], room, known[run, row].mean(axis=1, keepdims=True)], axis=1)
    sums = np.where(known.any(axis=1, keepdims=True), sums, np.nan)
    return values.astype(np.float32), sums[run, row], counts[run, row]


def _starts(lengths: Hours) -> Hours:
    starts: Hours = np.cumsum(lengths) - lengths
    return starts
