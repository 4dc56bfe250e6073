"""How the workflow functions are put together: from their settings alone, and without numpy where no layer has it."""

import importlib
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from geoclimate.runtime.settings import FunctionSettings

ROOT = Path(__file__).resolve().parents[3]
WIRING = {
    "plan": "backfill_planner",
    "backfill": "file_taker",
    "conclude": "backfill_concluder",
    "dataset": "dataset_builder",
    "register": "model_registrar",
    "smoke": "endpoint_tester",
    "promote": "model_promoter",
    "bulk": "job_runner",
    "production": "production_finder",
    "prune": "hosting_pruner",
    "forecast": "forecast_issuer",
    "drift": "drift_watcher",
    "expire": "key_sweep",
    "verify": "verification",
    "backup": "export_collector",
    "seal": "backup_sealer",
    "restore": "table_restorer",
    "survey": "lake_surveyor",
    "compact": "partition_compactor",
    "export": "export_sources",
    "erase": "erasure_targets",
}
LIGHT = (
    "plan",
    "conclude",
    "expire",
    "register",
    "promote",
    "production",
    "prune",
    "backup",
    "seal",
    "restore",
    "survey",
    "export",
    "erase",
)


def _settings(function: str) -> type[FunctionSettings]:
    module = importlib.import_module(f"functions.{function}.settings")
    settings: type[FunctionSettings] = getattr(module, f"{function.title()}Settings")
    return settings


@pytest.mark.parametrize("function", WIRING)
def test_a_function_is_wired_from_exactly_its_settings(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(boto3, "client", lambda service, **_config: asked.append(service))
    for name, field in _settings(function).model_fields.items():
        monkeypatch.setenv(f"GEOCLIMATE_{name.upper()}", "7" if field.annotation is int else f"the-{name}")
    bootstrap = importlib.import_module(f"functions.{function}.bootstrap")
    wire = getattr(bootstrap, WIRING[function])
    wire.cache_clear()
    assert wire() is wire()
    assert asked
    wire.cache_clear()


@pytest.mark.parametrize("function", LIGHT)
def test_a_function_without_the_numeric_layer_never_imports_numpy(function: str) -> None:
    code = f"import sys; sys.modules['numpy'] = None; import functions.{function}.handler"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
