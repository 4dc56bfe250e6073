"""Prints a forecast as people read one: a row an hour, with its interval drawn."""

import datetime as dt
from typing import Any, Final

_BAR_WIDTH: Final = 40


def forecast_table(forecast: dict[str, Any], zone: dt.tzinfo = dt.UTC) -> str:
    """The API's answer to `GET /v1/stations/{id}/forecast` as a text table.

    Args:
        forecast: The parsed JSON body.
        zone: Time zone of the hours shown.
    """
    leads = forecast["lead_times"]
    top = max(lead["upper"] for lead in leads)
    level = round(100 * forecast["interval_level"])
    series = f"{forecast['parameter']} at {forecast['station']}, {forecast['unit']}"
    lines = [
        f"{series}; issued {forecast['issue_time']}, model {forecast['model_version']}",
        f"{'hour begins (UTC)':<18} {'lead':>4} {'median':>7} {f'{level}% interval':>17}",
    ]
    for lead in leads:
        start = dt.datetime.fromisoformat(lead["start"]).astimezone(zone)
        interval = f"{lead['lower']:.1f} to {lead['upper']:.1f}"
        lines.append(
            f"{start:%Y-%m-%d %H:%M}   {lead['lead_hours']:>4} {lead['median']:>7.1f} {interval:>17}  {_bar(lead, top)}"
        )
    return "\n".join(lines)


def _bar(lead: dict[str, Any], top: float) -> str:
    low, mid, high = (round(_BAR_WIDTH * lead[name] / top) if top > 0 else 0 for name in ("lower", "median", "upper"))
    return "".join("o" if i == mid else "-" if low <= i <= high else " " for i in range(high + 1))
