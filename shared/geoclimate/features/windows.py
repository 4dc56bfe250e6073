"""Stretches of a series of rows, each one run of numbers, so that cutting one is a copy of contiguous memory."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

_Number = TypeVar("_Number", bound=np.generic)


def windows(series: npt.NDArray[_Number], rows: int) -> npt.NDArray[_Number]:
    """Every stretch of some rows, [stretches, rows * columns], read-only and without a copy.

    Args:
        series: C-contiguous [hours, columns].
        rows: Rows of a stretch, at most `hours`.

    Raises:
        ValueError: The series is shorter, or not contiguous.
    """
    hours, width = series.shape
    if rows > hours or not series.flags.c_contiguous:
        message = f"no stretch of {rows} rows can be cut from a series of the shape {series.shape}"
        raise ValueError(message)
    step: Any = series.itemsize
    return np.lib.stride_tricks.as_strided(
        series, (hours - rows + 1, rows * width), (width * step, step), writeable=False
    )
