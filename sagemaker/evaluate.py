"""SageMaker's script-mode entry: from three trained networks to the model that is served, scored and with its card."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from geoclimate.contracts.dataset import DatasetManifest
from geoclimate.contracts.model import CLIMATOLOGY_FILE, EVALUATION_FILE, LIGHT_MODEL_FILE
from geoclimate.domain.errors import GeoClimateError, InvalidInput
from geoclimate.domain.models import Evaluation
from geoclimate.features import climatology as climatology_file
from geoclimate.features.grid import time_of
from geoclimate.features.input_spec import default_input_spec
from geoclimate_ml.assemble import assemble
from geoclimate_ml.baseline_forecasts import climatology_of
from geoclimate_ml.card.write import ModelFacts, write_card
from geoclimate_ml.check_leaks import check_inputs
from geoclimate_ml.evaluate_model import ISSUE_EVERY_HOURS, Production, Scored, evaluate_model
from geoclimate_ml.forecast_model import ForecastModel
from geoclimate_ml.light_model import LIGHT, light_coverage
from geoclimate_ml.member_archive import unpack_channel
from geoclimate_ml.member_files import MEMBER, MemberCard, load_member, read_contract
from geoclimate_ml.member_training import TrainedMember, read_validation, validation_samples
from geoclimate_ml.model_files import MEMBERS, ModelCard, load_model, save_model
from geoclimate_ml.networks.architecture import KINDS, Kind
from geoclimate_ml.samples import Samples
from geoclimate_ml.serving.onnx_export import export_light, export_members
from geoclimate_ml.serving_code import copy_serving_code
from geoclimate_ml.split import Split, samples_of, split_by_time
from geoclimate_ml.training_job import DIGEST_VARIABLE, read_channel, run_job

_CODE_DIGEST_VARIABLE = "GEOCLIMATE_CODE_DIGEST"
_PARITY_SAMPLES = 64
_CARDS = tuple[dict[Kind, MemberCard], dict[Kind, TrainedMember]]


def evaluate(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Assemble, score and write the model to `SM_MODEL_DIR`.

    Raises:
        GeoClimateError: The data or the networks cannot be used.
        KeyError: SageMaker did not set a variable.
    """
    if arguments:
        raise InvalidInput(f"the evaluation takes no hyperparameters, but was given {' '.join(arguments)}")
    dataset, manifest = read_channel(Path(environment["SM_CHANNEL_TRAINING"]), environment.get(DIGEST_VARIABLE))
    spec = default_input_spec(manifest.target)
    split = split_by_time(samples_of(dataset, spec))
    check_inputs(dataset, spec, int(split.test.issue_hours.min()), int(split.test.issue_hours.max()))
    version = environment["TRAINING_JOB_NAME"]
    with tempfile.TemporaryDirectory() as folder:
        cards, members = _members(split, manifest, environment, Path(folder))
        print(f"weighing {', '.join(members)} and boosted trees", flush=True)
        model = assemble(version, split, members)
        climatology = climatology_of(split, model.contract.levels)
        issued = split.test.thinned(ISSUE_EVERY_HOURS)
        production = _production(environment, model, Path(folder))
        scored = evaluate_model(model, split, issued, climatology, production=production)
    _print_scores(scored.evaluation)
    directory = Path(environment["SM_MODEL_DIR"])
    directory.mkdir(parents=True, exist_ok=True)
    parity = _write_onnx(directory, model, issued)
    covered = light_coverage(directory / LIGHT_MODEL_FILE, issued, model.contract.levels)
    print(f"light model: coverage={covered:.4f}", flush=True)
    card = ModelCard(
        version=version,
        target=manifest.target,
        dataset_digest=manifest.digest,
        code_digest=environment.get(_CODE_DIGEST_VARIABLE),
        networks=cards,
        parity=parity,
    )
    save_model(directory, model, card)
    (directory / CLIMATOLOGY_FILE).write_bytes(climatology_file.to_bytes(climatology))
    (directory / EVALUATION_FILE).write_bytes(TypeAdapter(Evaluation).dump_json(scored.evaluation, indent=2))
    write_card(directory, scored.tables, _facts(card, split, model, scored, covered))
    copy_serving_code(directory / "code")


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Evaluate; the exit status."""
    return run_job(lambda: evaluate(arguments, environment), environment)


def _members(split: Split, manifest: DatasetManifest, environment: Mapping[str, str], folder: Path) -> _CARDS:
    """The networks that the training jobs left in their channels, with their cards."""
    cards: dict[Kind, MemberCard] = {}
    members: dict[Kind, TrainedMember] = {}
    compared = len(validation_samples(split))
    for kind in KINDS:
        directory = unpack_channel(Path(environment[f"SM_CHANNEL_{kind.upper()}"]), folder / kind)
        contract = read_contract(directory)
        network, card = load_member(directory, MEMBER, contract)
        if card.network.kind != kind or card.dataset_digest != manifest.digest:
            raise InvalidInput(
                f"the channel {kind} holds a {card.network.kind} trained on the data set {card.dataset_digest[:12]}, "
                f"not a {kind} trained on {manifest.digest[:12]}"
            )
        said = read_validation(directory, (compared, len(contract.lead_hours), len(contract.levels)))
        cards[kind] = card
        members[kind] = TrainedMember(network, card.epochs, card.validation_loss, said)
    return cards, members


def _production(environment: Mapping[str, str], model: ForecastModel, folder: Path) -> Production | None:
    """The model in production, or the reason why it cannot be asked on today's inputs."""
    channel = environment.get("SM_CHANNEL_PRODUCTION")
    if channel is None:
        return None
    version = environment["GEOCLIMATE_PRODUCTION_VERSION"]
    try:
        standing, _ = load_model(unpack_channel(Path(channel), folder / "production"))
    except GeoClimateError as error:
        return Production(version, None, str(error))
    if standing.contract != model.contract:
        return Production(version, None, "it was built for other inputs, lead times or levels")
    return Production(version, standing)


def _write_onnx(directory: Path, model: ForecastModel, issued: Samples) -> dict[str, float]:
    """The light model and the networks for processors, proven close to torch; the differences in the target's unit."""
    inputs = issued.inputs(np.linspace(0, len(issued) - 1, min(len(issued), _PARITY_SAMPLES)).astype(np.int64))
    largest = export_members(model, directory / MEMBERS, inputs)
    light = export_light(model.networks[LIGHT], directory / LIGHT_MODEL_FILE, model.version, inputs)
    return {
        "onnx_largest": largest,
        "int8_largest": light.largest,
        "int8_mean": light.mean,
        "interval_width": light.width,
    }


def _facts(card: ModelCard, split: Split, model: ForecastModel, scored: Scored, covered: float) -> ModelFacts:
    before, test = split.before_test, split.test
    stations = np.asarray(before.archive.stations)
    trained = tuple(stations[np.unique(before.station)].tolist())
    members: dict[str, str] = {
        kind: f"{network.network.kind}, {network.epochs} epochs, weight {model.weights[kind].mean():.2f} on average"
        for kind, network in card.networks.items()
    }
    members |= {
        name: f"LightGBM, weight {weight.mean():.2f} on average"
        for name, weight in model.weights.items()
        if name not in members
    }
    return ModelFacts(
        version=card.version,
        target=card.target,
        members=members,
        dataset_digest=card.dataset_digest,
        code_digest=card.code_digest,
        training_start=time_of(int(before.issue_hours.min())),
        training_end=time_of(int(test.issue_hours.min())),
        test_start=scored.evaluation.test_start,
        test_end=scored.evaluation.test_end,
        stations=trained,
        held_out=tuple(station for station in stations.tolist() if station not in trained),
        light=f"{LIGHT} in int8; its 80% interval covered {covered:.1%} of the test part, without calibration online",
    )


def _print_scores(evaluation: Evaluation) -> None:
    print(
        f"mae={evaluation.mae:.4f} persistence_mae={evaluation.persistence_mae:.4f} skill={evaluation.skill:.4f} "
        f"crps={evaluation.crps:.4f} coverage={evaluation.coverage:.4f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
