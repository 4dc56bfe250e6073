"""The page that says how good the forecasts are, made from the results."""

from collections.abc import Mapping
from typing import Final

from geoclimate_ml.card.markdown import grouped_table, lead_table, markdown_table, overall_table, served_lead_table
from geoclimate_ml.evaluate_model import PEER, SERVED
from tests.bench.accuracy.beijing_data import LEFT_OUT
from tests.bench.accuracy.disturbed_weather import (
    KEPT,
    PRESSURE_ERROR,
    RAIN_ERROR,
    TEMPERATURE_ERROR,
    WIND_ERROR,
)
from tests.bench.accuracy.runs import HIDDEN, NEIGHBOURS_PEER, STRONGEST_PEER, Result
from tests.bench.accuracy.targets import targets

_LEADS: Final = (1, 3, 6, 12, 24)
_NAMES: Final = f"""
`{SERVED}` is what is served: the three networks and boosted trees, their quantiles averaged with weights by lead time
that come from the validation blocks, held to half for the trees, then calibrated online by forecasts whose hour has
passed. `{PEER}` is LightGBM on the change from the last value with the station's own features (lags, rolling
statistics, weather, harmonics of day, week and year). `{NEIGHBOURS_PEER}` is the same with the stations around and the
regional weather, on the change scaled by lead time and level. `{STRONGEST_PEER}` is the station's own features without
season and place, scaled: where there are two years only, it is the strongest that we found of its kind."""
_SETUP: Final = """
PM2.5 at eight stations in Beijing (UCI data set 501, CC BY 4.0). Everything is fitted on what lies before 2015-03-01;
forecasts are issued every six hours from then to 2016-02-28, for 1 to 24 hours ahead. Errors are in µg/m³. In brackets:
the middle 95% of a moving-block bootstrap over days. Networks and trees are trained on one thread, one seed each."""
_TITLES: Final = {
    "plain": "Without a weather forecast",
    "unseen": "Stations never trained on",
    "weather": "With a stand-in for a weather forecast",
}
_ABOUT: Final = {
    "plain": "What a deployment gets from its observations alone.",
    "unseen": f"""
{" and ".join(LEFT_OUT)} are left out of training altogether, as stations and as neighbours; at issue time they are
neighbours like any other.""",
    "weather": f"""
This is not a forecast of any weather service: it is the true later weather, disturbed. Each part of the wind has an
error of {WIND_ERROR} m/s, temperature and dew point of {TEMPERATURE_ERROR} K, pressure of {PRESSURE_ERROR} hPa, the
logarithm of rain of {RAIN_ERROR} (standard deviations, the same at every lead time and station, kept from hour to hour
to {KEPT:.0%}). The peers see it too. `{HIDDEN}` is the same trained model with the forecast hidden from it.""",
}


def accuracy_page(results: Mapping[str, Result], notes: str) -> str:
    """Everything measured, as Markdown.

    Args:
        results: By run.
        notes: What was tried and how settings were chosen.
    """
    reached = [
        [target.what, target.limit, target.measured, "yes" if target.met else "**no**"]
        for target in targets({name: result.tables for name, result in results.items()})
    ]
    sections = [
        "# How good the forecasts are",
        "Made by `make bench-accuracy`; do not edit by hand.",
        _flat(_SETUP),
        _flat(_NAMES),
        "## Asked for and reached",
        markdown_table(["", "asked for", "measured", "reached"], reached).replace("---:", "---"),
    ]
    for name, result in results.items():
        tables = result.tables
        weights = ", ".join(f"{member} {weight:.2f}" for member, weight in result.weights.items())
        epochs = ", ".join(f"{kind} {count}" for kind, count in result.epochs.items())
        sections += [
            f"## {_TITLES[name]}",
            _flat(_ABOUT[name]),
            f"{tables.forecasts} forecasts. Mean weights: {weights}. Epochs: {epochs}. {result.minutes:.0f} minutes.",
            overall_table(tables),
            "Mean absolute error by lead time:",
            lead_table(tables, "mae", _LEADS),
            "By quarter:",
            grouped_table(tables, tables.by_quarter, "quarter"),
            "By station:",
            grouped_table(tables, tables.by_station, "station"),
        ]
        if name == "plain":
            sections += [f"Every lead time of `{SERVED}`:", served_lead_table(tables)]
    return "\n\n".join([*sections, notes]) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split())
