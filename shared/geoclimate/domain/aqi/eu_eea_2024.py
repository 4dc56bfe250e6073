"""The European Air Quality Index of the European Environment Agency, with the bands as revised in 2024.

Sources:

- ETC HE Report 2024/17, "EEA's revision of the European air quality index bands", table 5.2, "Final agreed updated EEA
  European air quality index".
- European Air Quality Index, https://airindex.eea.europa.eu: the same bands, and the colours of the six levels.

The report's own address was out of reach when this was written; the numbers were held against several public
implementations that name it, one of which was compared with the EEA's page.

The revision made PM hourly as well: the index of 2017 used running means of 24 hours for PM2.5 and PM10. The table
prints whole numbers, 0-5 and then 6-15, and leaves open what 5.5 is. Bounds are read as limits that belong to the band
below, so that 5.0 is still good and 5.1 fair: of the readings the one that never makes the air look better than it is.
"""

from decimal import Decimal
from itertools import pairwise
from typing import Final

from geoclimate.domain.aqi.standards import Beyond, Category, Method, Scale, Segment, Standard
from geoclimate.domain.parameters import MICROGRAMS

_CATEGORIES: Final = (
    Category("Good", 1, 1, "#50F0E6"),
    Category("Fair", 2, 2, "#50CCAA"),
    Category("Moderate", 3, 3, "#F0E641"),
    Category("Poor", 4, 4, "#FF5050"),
    Category("Very poor", 5, 5, "#960032"),
    Category("Extremely poor", 6, 6, "#7D2181"),
)


def _bands(parameter: str, *upper_bounds: int) -> Scale:
    """The scale of a pollutant from the upper bounds of its first five bands."""
    bounds = (Decimal(0), *map(Decimal, upper_bounds), None)
    return Scale(
        parameter,
        averaging_hours=1,
        method=Method.MEAN,
        unit=MICROGRAMS,
        step=None,
        segments=tuple(
            Segment(low, high, band, band)
            for band, (low, high) in enumerate(pairwise(bounds), start=1)
            if low is not None
        ),
        beyond=Beyond.TOP,
    )


EU_EEA_2024: Final = Standard(
    id="eu-eea-2024",
    name="European Air Quality Index",
    authority="European Environment Agency",
    in_force_since="2024",
    sources=(
        "ETC HE Report 2024/17, EEA's revision of the European air quality index bands, table 5.2",
        "European Air Quality Index, https://airindex.eea.europa.eu",
    ),
    notes=(
        "The index is the number of the band, 1 (good) to 6 (extremely poor), of one hour's mean.",
        "A concentration equal to a bound belongs to the band below it; nothing is rounded.",
        "The EEA fills hours that were not measured from a model; here they stay empty.",
        "Gases that were delivered in ppb were converted at 25 °C and 1 atm, and not at the EU's 20 °C.",
    ),
    categories=_CATEGORIES,
    scales=(
        _bands("pm25", 5, 15, 50, 90, 140),
        _bands("pm10", 15, 45, 120, 195, 270),
        _bands("no2", 10, 25, 60, 100, 150),
        _bands("o3", 60, 100, 120, 160, 180),
        _bands("so2", 20, 40, 125, 190, 275),
    ),
)
"""See the module for where the numbers come from."""
