"""The US EPA's Air Quality Index with the breakpoints in force since 6 May 2024.

Sources:

- 40 CFR part 58, appendix G, table 2, as revised on 6 March 2024 (89 FR 16202).
- EPA-454/B-24-002, "Technical Assistance Document for the Reporting of Daily Air Quality - the Air Quality Index
  (AQI)", May 2024: tables 1, 2 and 6, the equation, truncation and rounding, the rules for SO2 and for 1-hour ozone,
  NowCast.
- AirNow, "The AQI Equation (2024 - Valid Beginning May 6th, 2024)",
  https://forum.airnowtech.org/t/the-aqi-equation-2024-valid-beginning-may-6th-2024/453.
- EPA's AQS code table "AQI breakpoints", https://aqs.epa.gov/aqsweb/documents/codetables/aqi_breakpoints.html.

Of these only AirNow's page could be read when this was written, and of it the equation, truncation and rounding. Every
number of the tables was held against several public implementations that name these documents and agree.

Above 225.5 µg/m³ of PM2.5 implementations disagree. Before 2024 the Hazardous category had two segments (301-400,
401-500), and some go on with two. The revision of 2024 made it one line, which EPA's AQS table gives as 225.5-325.4 for
301-500; that is taken here. Other pollutants' two segments lay on almost the same line, and AQS joins them too.
"""

from decimal import Decimal
from typing import Final

from geoclimate.domain.aqi.standards import Beyond, Category, Method, Scale, Segment, Standard
from geoclimate.domain.parameters import MICROGRAMS

_INDEXES: Final = ((0, 50), (51, 100), (101, 150), (151, 200), (201, 300), (301, 500))

_CATEGORIES: Final = (
    Category("Good", 0, 50, "#00E400"),
    Category("Moderate", 51, 100, "#FFFF00"),
    Category("Unhealthy for Sensitive Groups", 101, 150, "#FF7E00"),
    Category("Unhealthy", 151, 200, "#FF0000"),
    Category("Very Unhealthy", 201, 300, "#8F3F97"),
    Category("Hazardous", 301, None, "#7E0023"),
)


def _segments(first: int, *ranges: str) -> tuple[Segment, ...]:
    """Segments from ranges such as `0.0 9.0`, beginning with the index range at the place `first`."""
    found = []
    for (index_low, index_high), text in zip(_INDEXES[first:], ranges, strict=False):
        low, high = text.split()
        found.append(Segment(Decimal(low), Decimal(high), index_low, index_high))
    return tuple(found)


_SCALES: Final = (
    Scale(
        "pm25",
        24,
        Method.NOWCAST_PM,
        MICROGRAMS,
        Decimal("0.1"),
        _segments(0, "0.0 9.0", "9.1 35.4", "35.5 55.4", "55.5 125.4", "125.5 225.4", "225.5 325.4"),
        Beyond.EXTENDED,
    ),
    Scale(
        "pm10",
        24,
        Method.NOWCAST_PM,
        MICROGRAMS,
        Decimal(1),
        _segments(0, "0 54", "55 154", "155 254", "255 354", "355 424", "425 604"),
        Beyond.EXTENDED,
    ),
    Scale(
        "o3",
        8,
        Method.NOWCAST_OZONE,
        "ppm",
        Decimal("0.001"),
        _segments(0, "0.000 0.054", "0.055 0.070", "0.071 0.085", "0.086 0.105", "0.106 0.200"),
        Beyond.TOP,
    ),
    Scale(
        "o3",
        1,
        Method.MEAN,
        "ppm",
        Decimal("0.001"),
        _segments(2, "0.125 0.164", "0.165 0.204", "0.205 0.404", "0.405 0.604"),
        Beyond.EXTENDED,
    ),
    Scale(
        "co",
        8,
        Method.MEAN,
        "ppm",
        Decimal("0.1"),
        _segments(0, "0.0 4.4", "4.5 9.4", "9.5 12.4", "12.5 15.4", "15.5 30.4", "30.5 50.4"),
        Beyond.EXTENDED,
    ),
    Scale(
        "so2",
        1,
        Method.MEAN,
        "ppb",
        Decimal(1),
        _segments(0, "0 35", "36 75", "76 185", "186 304"),
        Beyond.TOP,
    ),
    Scale(
        "so2",
        24,
        Method.MEAN,
        "ppb",
        Decimal(1),
        _segments(4, "305 604", "605 1004"),
        Beyond.EXTENDED,
    ),
    Scale(
        "no2",
        1,
        Method.MEAN,
        "ppb",
        Decimal(1),
        _segments(0, "0 53", "54 100", "101 360", "361 649", "650 1249", "1250 2049"),
        Beyond.EXTENDED,
    ),
)

US_EPA_2024: Final = Standard(
    id="us-epa-2024",
    name="US Air Quality Index",
    authority="US Environmental Protection Agency",
    in_force_since="2024-05-06",
    sources=(
        "40 CFR part 58, appendix G, table 2, as revised on 6 March 2024 (89 FR 16202)",
        "EPA-454/B-24-002, Technical Assistance Document for the Reporting of Daily Air Quality, May 2024",
        "EPA AQS code table: AQI breakpoints",
        "USEPA/O3-Nowcast, EPA's own program for the NowCast of ozone, as of 2019",
    ),
    notes=(
        "PM2.5 from 225.5 µg/m³ on follows one line, 225.5-325.4 for 301-500, as in EPA's AQS table.",
        "Above 500 the line of the last segment goes on; the answer says that it lies beyond the table.",
        "8-hour ozone gives 300 at most and 1-hour ozone counts from 0.125 ppm; the greater index decides.",
        "1-hour SO2 gives 200 at most and its 24-hour mean counts from 305 ppb; the greater index decides.",
        "Gases are converted at 25 °C and 1 atm, EPA's reference conditions.",
    ),
    categories=_CATEGORIES,
    scales=_SCALES,
)
"""See the module for where the numbers come from."""
