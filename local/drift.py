"""`make drift`: look for drift now, in the local cloud or a stage of an account, and print what was found."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Final

from botocore.config import Config

from geoclimate.contracts.drift import REPORT_KEY, Drift, DriftReport
from local.command import CommandError, run_command
from local.place import STAGE
from local.progress import step
from local.target import Target

_SHOWN: Final = 50
_MEANING: Final = {
    "stuck": "stands still",
    "level": "level",
    "neighbours": "beside neighbours",
    "spread": "spread",
    "population": "distribution",
}
_PATIENCE: Final = Config(read_timeout=930, tcp_keepalive=True, retries={"total_max_attempts": 1})
"""The function may take a quarter of an hour, and a call that was given up would be a second run beside the first."""


class DriftError(CommandError):
    """The function failed; the message says how."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the watch once; 0 whether or not there is drift, 1 where it could not be looked for."""
    options = _parsed(arguments)
    return run_command(options.stage, lambda target: print(told(look(target, options.accept))))


def look(target: Target, accept: Sequence[str]) -> DriftReport:
    """Invoke the function and read its report.

    Raises:
        DriftError: It failed.
        TargetError: Nothing is deployed.
    """
    outputs = target.outputs()
    with step("Looking for drift"):
        answer = target.client("lambda", _PATIENCE).invoke(
            FunctionName=outputs["DriftFunctionName"], Payload=json.dumps({"accept": list(accept)})
        )
        body = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise DriftError(f"{body.get('errorType', 'the function failed')}: {body.get('errorMessage', 'see its log')}")
    stored = target.client("s3").get_object(Bucket=outputs["ArtifactsBucketName"], Key=REPORT_KEY)
    return DriftReport.model_validate_json(stored["Body"].read())


def told(report: DriftReport) -> str:
    """The report as people read it."""
    series = report.series
    lines = [f"{series.watched:,} series watched, {series.drifting:,} drift; {report.made_at:%Y-%m-%d %H:%M} UTC"]
    lines += [f"  {count:,} wait: {reason}" for reason, count in series.waiting.items()]
    if report.drifting:
        lines += ["", _header(), *(_row(each) for each in report.drifting[:_SHOWN])]
        if len(report.drifting) > _SHOWN:
            lines.append(f"and {len(report.drifting) - _SHOWN:,} more: see {REPORT_KEY}")
    elif report.closest:
        lines += ["", "nothing drifts; nearest to their thresholds are", _header(), *map(_row, report.closest)]
    lines += [f"over: {parameter} at {station} ({_MEANING[reason]})" for station, parameter, reason in report.over]
    if report.announced is not None:
        lines += ["", f"an event was sent that asks for training of {report.announced.target}"]
    return "\n".join(lines)


def _header() -> str:
    return f"{'station':<28} {'parameter':<16} {'what':<20} {'since':<10} {'noticed':<10} {'statistic':>18} {'PSI':>5}"


def _row(each: Drift) -> str:
    what = f"{_MEANING[each.reason]} {each.direction}".strip()
    noticed = "" if each.noticed is None else each.noticed.isoformat()
    statistic = f"{each.statistic:.1f} of {each.threshold:.1f}"
    stability = "" if each.population_stability is None else f"{each.population_stability:.2f}"
    return (
        f"{each.station:<28} {each.parameter:<16} {what:<20} {each.since.isoformat():<10} {noticed:<10} "
        f"{statistic:>18} {stability:>5}"
    )


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drift", description="Look for drift now.")
    parser.add_argument("--stage", default=STAGE, help="local, or a stage deployed to the account of the environment")
    parser.add_argument("--accept", nargs="*", default=[], metavar="STATION", help="take its newest 30 days for normal")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
