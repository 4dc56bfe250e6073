"""The functions: their environment, code, layers and limits."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from cdk.components.function import SettingsMismatchError, environment_of
from functions.api.settings import ApiSettings
from functions.forecast.settings import ForecastSettings
from functions.ingest.settings import IngestSettings
from tests.infra.synthesis import ROOT, Synthesis

FUNCTIONS = {
    "api": "ApiHandler",
    "accounts": "ApiAccounts",
    "work": "ApiWork",
    "export": "PrivacyExport",
    "erase": "PrivacyErase",
    "ingest": "IngestionIngest",
    "plan": "BackfillPlan",
    "backfill": "BackfillTake",
    "conclude": "BackfillConclude",
    "forecast": "ForecastingForecast",
    "drift": "DriftWatch",
    "expire": "KeyExpiryExpire",
    "verify": "VerificationVerify",
    "dataset": "TrainingDataset",
    "register": "TrainingRegister",
    "smoke": "TrainingSmoke",
    "promote": "TrainingPromote",
    "bulk": "JobsBulk",
    "production": "TrainingProduction",
    "prune": "TrainingPrune",
    "survey": "CompactionSurvey",
    "compact": "CompactionCompact",
    "backup": "BackupsBackup",
    "seal": "BackupsSeal",
    "restore": "BackupsRestore",
}
LAYERS = {name: ["Base"] for name in FUNCTIONS} | {
    "api": ["Base", "Api"],
    "accounts": ["Base", "Api"],
    "work": ["Base", "Api", "Numeric", "Onnx"],
    "bulk": ["Base", "Numeric", "Onnx", "Columnar"],
    "ingest": ["Base", "Numeric", "Columnar"],
    "backfill": ["Base", "Numeric", "Columnar"],
    "compact": ["Base", "Numeric", "Columnar"],
    "dataset": ["Base", "Numeric"],
    "drift": ["Base", "Numeric"],
    "forecast": ["Base", "Numeric", "Onnx"],
    "verify": ["Base", "Numeric", "Columnar"],
    "smoke": ["Base", "Numeric"],
}
# A Lambda may unzip 250 MB in all; a third of it keeps cold starts short. Files as columns need Arrow. The light
# model's runtime with numpy stays under 85 MB (tests/unit/layers), and beside it lies what every function has.
LAYERS_LIMIT_BYTES = (
    dict.fromkeys(FUNCTIONS, 85_000_000)
    | dict.fromkeys(("ingest", "backfill", "compact", "verify"), 150_000_000)
    | {"forecast": 100_000_000, "work": 115_000_000, "bulk": 185_000_000}
)


def settings_of(name: str) -> type[BaseModel]:
    module = importlib.import_module(f"functions.{name}.settings")
    (found,) = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
    ]
    return found


def layer_folders(synthesis: Synthesis, name: str) -> list[Path]:
    _, function = synthesis.only("AWS::Lambda::Function", FUNCTIONS[name])
    versions = synthesis.of_type("AWS::Lambda::LayerVersion")
    return [synthesis.asset(versions[each["Ref"]]["Content"]["S3Key"]) for each in function["Layers"]]


def code_folder(synthesis: Synthesis, name: str) -> Path:
    _, function = synthesis.only("AWS::Lambda::Function", FUNCTIONS[name])
    return synthesis.asset(function["Code"]["S3Key"])


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_every_folder_of_functions_is_a_function(stage: Synthesis) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/settings.py")}
    assert folders == FUNCTIONS.keys()
    handlers = {each["Handler"] for each in stage.of_type("AWS::Lambda::Function").values()}
    assert handlers == {f"functions.{name}.handler.handler" for name in folders}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_environment_is_exactly_the_settings(stage: Synthesis, name: str) -> None:
    _, function = stage.only("AWS::Lambda::Function", FUNCTIONS[name])
    fields = settings_of(name).model_fields
    assert function["Environment"]["Variables"].keys() == {f"GEOCLIMATE_{field}".upper() for field in fields}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_table_and_bucket_is_told_by_its_own_name(stage: Synthesis, name: str) -> None:
    _, function = stage.only("AWS::Lambda::Function", FUNCTIONS[name])
    for variable, value in function["Environment"]["Variables"].items():
        what, _, kind = variable.removeprefix("GEOCLIMATE_").rpartition("_")
        if kind in {"TABLE", "BUCKET"}:
            assert value["Ref"].startswith(f"Storage{what.capitalize()}"), variable


def test_a_name_that_the_settings_lack_fails_the_synth() -> None:
    values = dict.fromkeys(ForecastSettings.model_fields, "x") | {"endpoint": "x"}
    with pytest.raises(SettingsMismatchError, match=r"ForecastSettings: unknown \['endpoint'\], missing \[\]"):
        environment_of(ForecastSettings, values)


def test_a_name_that_was_forgotten_fails_the_synth() -> None:
    values = dict.fromkeys(IngestSettings.model_fields, "x")
    del values["files_table"]
    with pytest.raises(SettingsMismatchError, match=r"IngestSettings: unknown \[\], missing \['files_table'\]"):
        environment_of(IngestSettings, values)


def test_the_environment_reads_back_as_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {name: f"value of {name}" for name in ApiSettings.model_fields.keys() - {"plans", "allowed_origins"}}
    plans = {"free": {"per_minute": 60, "burst": 100, "per_day": 1_000}}
    written = {"plans": json.dumps(plans), "allowed_origins": '["https://air.example.org"]'}
    for name, value in environment_of(ApiSettings, values | written).items():
        monkeypatch.setenv(name, value)
    told = {"plans": plans, "allowed_origins": ("https://air.example.org",)}
    assert ApiSettings.from_environment().model_dump() == values | told


def test_the_cloud_runs_one_python_on_arm(cloud_stage: Synthesis) -> None:
    for name, function in cloud_stage.of_type("AWS::Lambda::Function").items():
        assert function["Runtime"] == "python3.13", name
        assert function["Architectures"] == ["arm64"], name
        assert function["TracingConfig"] == {"Mode": "Active"}, name


def test_the_local_cloud_runs_the_interpreter_that_synthesizes(local: Synthesis) -> None:
    runtimes = {function["Runtime"] for function in local.of_type("AWS::Lambda::Function").values()}
    assert runtimes == {f"python{sys.version_info.major}.{sys.version_info.minor}"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_its_layers_and_no_others(stage: Synthesis, name: str) -> None:
    _, function = stage.only("AWS::Lambda::Function", FUNCTIONS[name])
    expected = [stage.only("AWS::Lambda::LayerVersion", f"Layers{group}")[0] for group in LAYERS[name]]
    assert [each["Ref"] for each in function["Layers"]] == expected


# The page of the reference and its document lie beside the reading function's code: 3.2 MB.
CODE_LIMIT_BYTES = dict.fromkeys(FUNCTIONS, 5_500_000) | {"api": 8_500_000}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_code_and_layers_fit_far_inside_lambda_s_limit(stage: Synthesis, name: str) -> None:
    assert sum(map(size_of, layer_folders(stage, name))) < LAYERS_LIMIT_BYTES[name]
    assert size_of(code_folder(stage, name)) < CODE_LIMIT_BYTES[name]


@pytest.mark.parametrize("name", ["ingest", "backfill"])
def test_what_takes_files_has_room_on_its_disk_for_one_of_a_gibibyte(stage: Synthesis, name: str) -> None:
    _, function = stage.only("AWS::Lambda::Function", FUNCTIONS[name])
    assert function["EphemeralStorage"] == {"Size": 4_096}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_code_keeps_its_folders_and_holds_no_other_function(stage: Synthesis, name: str) -> None:
    code = code_folder(stage, name)
    assert (code / "geoclimate" / "domain" / "errors.py").is_file()
    packages = {path.parent.name for path in (code / "functions").glob("*/settings.py")}
    assert packages == {name}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_handler_imports_from_its_code_and_layers_alone(local: Synthesis, name: str, tmp_path: Path) -> None:
    # What the runtime brings: boto3 and its own requirements, and nothing else of this environment.
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    site = Path(importlib.import_module("boto3").__file__ or "").parents[1]
    for package in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"):
        (runtime / package).symlink_to(site / package)
    paths = [code_folder(local, name), *(each / "python" for each in layer_folders(local, name)), runtime]
    found = f"sys.path[:0] = {[str(path) for path in paths]!r}"
    script = f"import sys; {found}; from functions.{name}.handler import handler; assert callable(handler)"
    environment = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "AWS_LAMBDA_FUNCTION_NAME": name}
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def test_byte_code_is_shipped_where_it_is_the_function_s(local: Synthesis) -> None:
    for folder in (code_folder(local, "api") / "geoclimate", *layer_folders(local, "api")):
        sources = sorted(folder.rglob("*.py"))
        compiled = {path.name.split(".", 1)[0] for path in folder.rglob("*.pyc")}
        assert sources
        assert {path.stem for path in sources} <= compiled


def test_layers_bring_no_second_boto3_and_no_installer_traces(stage: Synthesis) -> None:
    for folder in {each for name in FUNCTIONS for each in layer_folders(stage, name)}:
        packages = {path.name for path in (folder / "python").iterdir()}
        assert not packages & {"boto3", "botocore", "bin", "pip", "setuptools"}
        assert not list(folder.rglob("direct_url.json"))
        assert str(ROOT) not in json.dumps(sorted(packages))
