"""Partial least squares regression of one response, without numpy: the API loads faster than numpy would.

Source: Dayal and MacGregor, "Improved PLS algorithms", Journal of Chemometrics 11 (1997) 73-85, algorithm 1 for one
response, which the R package `pls` uses too. With as many components as predictors it is ordinary least squares.
"""

import math
from collections.abc import Sequence
from operator import mul
from typing import Final

_NOTHING_LEFT: Final = 1e-12
"""Relative to what it could be at most: covariance that small is what rounding leaves."""

Vector = list[float]


def predict(rows: Sequence[Sequence[float]], responses: Sequence[float], point: Sequence[float]) -> float:
    """The response expected at a point by a regression with all components.

    Args:
        rows: One row a case, one number a predictor.
        responses: One a case.
        point: One number a predictor.
    """
    mean_response = math.fsum(responses) / len(responses)
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    columns = [[value - mean for value in column] for column, mean in zip(zip(*rows, strict=True), means, strict=True)]
    coefficients = _coefficients(columns, [response - mean_response for response in responses], abs(mean_response))
    return mean_response + _dot(coefficients, [value - mean for value, mean in zip(point, means, strict=True)])


def _coefficients(columns: Sequence[Vector], responses: Vector, size: float) -> Vector:
    """One coefficient a predictor, of centred columns and responses."""
    kernel = _kernel(columns)
    spread = sum(kernel[place][place] for place in range(len(columns)))
    left = [_dot(column, responses) for column in columns]
    least = _NOTHING_LEFT * math.sqrt(spread * len(responses)) * max(size, *map(abs, responses))
    coefficients = [0.0] * len(columns)
    loadings: list[Vector] = []
    rotations: list[Vector] = []
    for _ in columns:
        length = math.sqrt(_dot(left, left))
        if length <= least:
            break
        rotation = [value / length for value in left]
        overlaps = [_dot(loading, rotation) for loading in loadings]
        for overlap, earlier in zip(overlaps, rotations, strict=True):
            rotation = _plus(rotation, -overlap, earlier)
        projected = [_dot(row, rotation) for row in kernel]
        scores = _dot(rotation, projected)
        if scores <= _NOTHING_LEFT * spread:
            break
        gain = _dot(rotation, left) / scores
        left = _plus(left, -gain, projected)
        coefficients = _plus(coefficients, gain, rotation)
        loadings.append([value / scores for value in projected])
        rotations.append(rotation)
    return coefficients


def _kernel(columns: Sequence[Vector]) -> list[Vector]:
    kernel = [[0.0] * len(columns) for _ in columns]
    for row, one in enumerate(columns):
        for column in range(row, len(columns)):
            kernel[row][column] = kernel[column][row] = _dot(one, columns[column])
    return kernel


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(mul, one, other), 0.0)


def _plus(one: Vector, factor: float, other: Vector) -> Vector:
    return [value + factor * added for value, added in zip(one, other, strict=True)]
