"""`make models`: every version of the model, where it stands, how good it is, and what was decided.

`python -m local.models` lists them; `--version` shows one with its origin, its scores and all decisions about it.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from geoclimate.domain.decisions import Decision
from geoclimate.domain.errors import NotFound
from geoclimate.domain.models import ModelRecord
from local.command import run_command
from local.place import STAGE
from local.registry import TARGET, registry_of
from local.target import Target

_DECISIONS: Final = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the registry of a stage."""
    options = _parsed(arguments)
    return run_command(options.stage, lambda target: print(told(target, options.version)))


def told(target: Target, version: str | None) -> str:
    """The registry, or one version of it, in lines for people.

    Raises:
        NotFound: There is no such version.
    """
    registry = registry_of(target, target.outputs())
    if version is None:
        return listed(registry.versions(TARGET), registry.decisions(TARGET))
    record = registry.get(TARGET, version)
    if record is None:
        raise NotFound(f"version {version} of the {TARGET} model is not registered")
    return "\n".join(described(record, registry.decisions(TARGET, version)))


def listed(records: Sequence[ModelRecord], decisions: Sequence[Decision]) -> str:
    """A line a version, the newest first, and the last decisions."""
    if not records:
        return "no model is registered yet: run the training workflow"
    wide = max(len(record.version) for record in records)
    lines = [f"{'version':<{wide}} {'stage':<11}{'registered (UTC)':<18}{'CRPS':>8}{'MAE':>8}{'skill':>8}{'covers':>8}"]
    for record in reversed(records):
        score = record.evaluation
        crps = "-" if score.crps is None else f"{score.crps:.2f}"
        lines.append(
            f"{record.version:<{wide}} {record.stage:<11}{record.created_at:%Y-%m-%d %H:%M}  {crps:>8}{score.mae:>8.2f}"
            f"{score.skill:>+8.3f}{score.coverage:>8.1%}"
        )
    lines += ["", *_decided(decisions[-_DECISIONS:])]
    return "\n".join(lines)


def described(record: ModelRecord, decisions: Sequence[Decision]) -> Iterator[str]:
    """A version in lines: origin, scores beside the baselines and its own members, decisions."""
    facts = {
        "version": record.version,
        "stage": record.stage,
        "artifact": f"{record.artifact_uri}, SHA-256 {record.artifact_digest}",
        "data": f"SHA-256 {record.dataset_digest}",
        "code": "not known" if record.code_digest is None else f"SHA-256 {record.code_digest}",
        "card": record.card_uri or "none",
        "light model": record.light_model_uri or "none",
        "climatology": record.climatology_uri or "none",
        "parity": ", ".join(f"{name} {value:.3g}" for name, value in record.parity.items()) or "not known",
    }
    yield from (f"{name:<12}{value}" for name, value in facts.items())
    yield ""
    score = record.evaluation
    crps = "-" if score.crps is None else f"{score.crps:.2f}"
    yield f"{'score':<20}{'MAE':>8}{'CRPS':>8}   on {score.forecasts:,} forecasts"
    yield f"{'this model':<20}{score.mae:>8.2f}{crps:>8}"
    for kind, others in (("member", score.members), ("baseline", score.baselines)):
        yield from (f"{name:<20}{each.mae:>8.2f}{each.crps:>8.2f}   {kind}" for name, each in others.items())
    yield ""
    yield from _decided(decisions)


def _decided(decisions: Sequence[Decision]) -> Iterator[str]:
    for each in decisions:
        before = f"{each.before} to " if each.before else ""
        yield f"{each.decided_at:%Y-%m-%d %H:%M:%S}  {each.version}  {before}{each.after}"
        yield f"  by {each.who}: {each.why}"


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.models", description=__doc__.partition("\n")[0])
    parser.add_argument("--version", help="show this one whole")
    parser.add_argument("--stage", default=STAGE, help="local, or a stage in the account of your credentials")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
