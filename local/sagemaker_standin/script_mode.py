"""Script mode: what a training script finds around it, as the SageMaker training toolkit lays it out.

The rules are those of ``sagemaker-training-toolkit`` (``environment.py``, ``mapping.py``, and its page
``ENVIRONMENT_VARIABLES.md``). Hyperparameters arrive as JSON-encoded strings and are decoded; those that begin with
``sagemaker_`` steer the toolkit, and the others reach the script both as ``SM_HP_*`` and as ``--name value``. The
toolkit's root is ``/opt/ml`` unless ``SAGEMAKER_BASE_DIR`` names another, which is how a job gets a folder of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sagemaker_standin.errors import JobError
from local.sagemaker_standin.state import Document

LAUNCHER = "sagemaker_torch_distributed_enabled"
PROGRAM = "sagemaker_program"
SUBMIT_DIRECTORY = "sagemaker_submit_directory"
_RESERVED = "sagemaker_"
_LOG_LEVEL_INFO = 20


@dataclass(frozen=True)
class Layout:
    """The folders of one job: what ``/opt/ml`` is in the container."""

    root: Path

    @property
    def code(self) -> Path:
        """Where the source archive is unpacked, and where the script runs."""
        return self.root / "code"

    @property
    def input(self) -> Path:
        """The input folder."""
        return self.root / "input"

    @property
    def config(self) -> Path:
        """Where hyperparameters.json and its neighbours lie."""
        return self.input / "config"

    @property
    def model(self) -> Path:
        """What the script leaves here becomes model.tar.gz."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """The output folder, where the script may leave its failure file."""
        return self.root / "output"

    @property
    def output_data(self) -> Path:
        """What the script leaves here becomes output.tar.gz."""
        return self.output / "data"

    @property
    def failure(self) -> Path:
        """The file in which the script may say why it failed."""
        return self.output / "failure"

    @property
    def checkpoints(self) -> Path:
        """What lies here is kept on S3 while the job runs, and is here again when it restarts."""
        return self.root / "checkpoints"

    def channel(self, name: str) -> Path:
        """Give a channel's folder."""
        return self.input / "data" / name


def host_names(job: Document) -> list[str]:
    """Give the names of a job's hosts."""
    count = job.get("ResourceConfig", {}).get("InstanceCount", 1)
    return [f"algo-{number}" for number in range(1, count + 1)]


def decode_hyperparameters(raw: Mapping[str, str]) -> dict[str, Any]:
    """Decode JSON-encoded hyperparameters; text that is no JSON stays as it is."""
    decoded: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            decoded[name] = json.loads(value)
        except ValueError:
            decoded[name] = value
    return decoded


def user_hyperparameters(decoded: Mapping[str, Any]) -> dict[str, Any]:
    """Give the hyperparameters that are the script's own."""
    return {name: value for name, value in decoded.items() if not name.startswith(_RESERVED)}


def arguments(hyperparameters: Mapping[str, Any]) -> list[str]:
    """Give hyperparameters as a command line: sorted, ``--name value``, ``-n value`` for one letter."""
    found: list[str] = []
    for name in sorted(hyperparameters):
        found += [f"--{name}" if len(name) > 1 else f"-{name}", _argument(hyperparameters[name])]
    return found


def _argument(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    return "" if value is None else str(value)


def program(decoded: Mapping[str, Any]) -> tuple[str, str]:
    """Give the script's name and the S3 URI of the archive that holds it.

    Raises:
        JobError: A hyperparameter that script mode needs is missing or has another form.
    """
    for name in (PROGRAM, SUBMIT_DIRECTORY):
        if not isinstance(decoded.get(name), str) or not decoded[name]:
            raise JobError(f"AlgorithmError: script mode needs the hyperparameter {name} (a JSON-encoded string)")
    script, source = decoded[PROGRAM], decoded[SUBMIT_DIRECTORY]
    if not script.endswith(".py") or ".." in Path(script).parts or Path(script).is_absolute():
        raise JobError(f"AlgorithmError: {PROGRAM} must be a .py file inside the source archive, not {script!r}")
    return script, source


def write_configuration(layout: Layout, job: Document, host: str) -> None:
    """Create a host's folders and the configuration files that its container finds under input/config."""
    for folder in (layout.code, layout.config, layout.model, layout.output_data, layout.input / "data"):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("hyperparameters.json", job.get("HyperParameters", {})),
        ("resourceconfig.json", _resource_config(job, host)),
        ("inputdataconfig.json", _input_data_config(job)),
    ):
        (layout.config / name).write_text(json.dumps(content), encoding="utf-8")


def environment(layout: Layout, job: Document, host: str) -> dict[str, str]:
    """Give the variables that the toolkit and SageMaker set for the script on a host, without credentials."""
    hosts = host_names(job)
    decoded = decode_hyperparameters(job.get("HyperParameters", {}))
    own = user_hyperparameters(decoded)
    channels = {c["ChannelName"]: str(layout.channel(c["ChannelName"])) for c in job.get("InputDataConfig", [])}
    script, source = program(decoded)
    described: dict[str, Any] = {
        "channel_input_dirs": channels,
        "current_host": host,
        "hosts": hosts,
        "hyperparameters": own,
        "input_config_dir": str(layout.config),
        "input_data_config": _input_data_config(job),
        "input_dir": str(layout.input),
        "is_master": host == hosts[0],
        "job_name": job["TrainingJobName"],
        "log_level": _LOG_LEVEL_INFO,
        "master_hostname": hosts[0],
        "model_dir": str(layout.model),
        "module_dir": source,
        "module_name": script.removesuffix(".py"),
        "network_interface_name": "lo",
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": 0,
        "output_data_dir": str(layout.output_data),
        "output_dir": str(layout.output),
        "resource_config": _resource_config(job, host),
        "user_entry_point": script,
    }
    variables: dict[str, Any] = {
        **{name: value for name, value in described.items() if name not in _NOT_VARIABLES},
        "hps": own,
        "channels": sorted(channels),
        "user_args": arguments(own),
        "training_env": described,
        **{f"channel_{name}": path for name, path in channels.items()},
        **{f"hp_{name}": value for name, value in own.items()},
    }
    return {
        **{f"SM_{name.upper()}": _variable(value) for name, value in variables.items()},
        "SAGEMAKER_BASE_DIR": str(layout.root),
        "SAGEMAKER_JOB_NAME": job["TrainingJobName"],
        "TRAINING_JOB_NAME": job["TrainingJobName"],
        "TRAINING_JOB_ARN": job["TrainingJobArn"],
        "PYTHONPATH": str(layout.code),
        "PYTHONUNBUFFERED": "1",
        **job.get("Environment", {}),
    }


# Members of SM_TRAINING_ENV that have no variable of their own, or one of another name.
_NOT_VARIABLES = {"channel_input_dirs", "hyperparameters", "is_master", "job_name", "master_hostname"}


def _variable(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def _resource_config(job: Document, host: str) -> dict[str, Any]:
    hosts = host_names(job)
    kind = job.get("ResourceConfig", {}).get("InstanceType", "local")
    group = "homogeneousCluster"
    return {
        "current_host": host,
        "current_instance_type": kind,
        "current_group_name": group,
        "hosts": hosts,
        "instance_groups": [{"instance_group_name": group, "instance_type": kind, "hosts": hosts}],
        "network_interface_name": "lo",
    }


def _input_data_config(job: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for channel in job.get("InputDataConfig", []):
        source = channel["DataSource"]["S3DataSource"]
        found[channel["ChannelName"]] = {
            "TrainingInputMode": channel.get("InputMode", "File"),
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
    return found
