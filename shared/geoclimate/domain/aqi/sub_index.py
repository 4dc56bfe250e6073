"""From the concentration of one pollutant to its index."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from geoclimate.domain.aqi.standards import Beyond, Scale, Segment


@dataclass(frozen=True, slots=True)
class SubIndex:
    """The index of one pollutant.

    Attributes:
        index: The index, 0 or more.
        concentration: What the scale was entered with, in its unit: truncated where the standard wants it.
        segment: Segment of the scale that gave it, the last one for a concentration above.
        beyond_table: Whether the concentration lies above the last segment.
    """

    index: int
    concentration: float
    segment: Segment
    beyond_table: bool


def sub_index(scale: Scale, concentration: float) -> SubIndex | None:
    """The index of a concentration, in the scale's unit; one below zero counts as zero.

    The US EPA's equation: I = (I_high - I_low) / (C_high - C_low) * (C - C_low) + I_low, rounded to the nearest whole
    number, halves up; EPA-454/B-24-002, section IV. It is computed in decimals, because a half, such as 125.5 in EPA's
    own example, must not depend on how binary fractions fall.

    Returns:
        None below the scale's first segment, where the scale says nothing.
    """
    entered = _truncated(scale, concentration)
    if entered < scale.segments[0].low:
        return None
    for segment in scale.segments:
        if segment.high is None or entered <= segment.high:
            return SubIndex(_on_line(segment, entered), float(entered), segment, beyond_table=False)
    last = scale.segments[-1]
    index = _on_line(last, entered) if scale.beyond is Beyond.EXTENDED else last.index_high
    return SubIndex(index, float(entered), last, beyond_table=True)


def _truncated(scale: Scale, concentration: float) -> Decimal:
    # Nine digits: 70 ppb that went through µg/m³ and back are 69.99999999999999, and must not be truncated to 69.
    exact = Decimal(f"{max(concentration, 0.0):.9f}")
    return exact if scale.step is None else exact // scale.step * scale.step


def _on_line(segment: Segment, concentration: Decimal) -> int:
    rise = segment.index_high - segment.index_low
    if segment.high is None or not rise:
        return segment.index_low
    index = segment.index_low + rise * (concentration - segment.low) / (segment.high - segment.low)
    return int(index.quantize(Decimal(1), ROUND_HALF_UP))
