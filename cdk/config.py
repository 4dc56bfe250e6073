"""The one home of stages, sizes, usage plans, retention and schedules; those of functions are in `function_sizes.py`.

A stage is chosen with `cdk -c stage=<name>`. Nothing here names an account or a region: the template takes both from
where it is deployed, so no look-up happens at synth.
"""

import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Architecture = Literal["arm64", "x86_64"]

CLOUD_PYTHON: Final = "3.13"
"""SnapStart needs 3.12 or newer; every locked wheel exists for this one."""

FORECAST_TARGET: Final = "pm25"
"""The parameter that is forecast."""


_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")
"""Of a web page, as browsers send it: scheme, host and port."""

TOKEN_MINUTES: Final = 30
"""Minutes that an ID token and an access token are valid; so long somebody keeps a role that was taken away."""

REFRESH_DAYS: Final = 30
"""Days after which somebody must sign in again."""


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """What one API key may do.

    Attributes:
        per_minute: Sustained requests a minute; the gateway counts a second's share of it.
        burst: Requests that may come at once.
        per_day: Quota of a day.
    """

    per_minute: int
    burst: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Training:
    """How the model is trained.

    Attributes:
        instance_type: SageMaker instance of the training jobs, and of the evaluation.
        image: Repository and tag of AWS's own PyTorch training container.
        volume_gb: Disk of the job.
        max_runtime_s: Seconds after which SageMaker stops a job; at most a day.
        hyperparameters: Passed to `sagemaker/train.py` as they are; SageMaker wants strings.
        spot_wait_s: Seconds that a training job on a spot instance may take with all its interruptions, at most a day;
            None trains on an instance that nobody takes away.
        every_days: A run starts by itself so often; None leaves it to drift and to people.
        drift_interval_hours: Drift starts one run in so many hours, at most.
        instances: Instances that train one network together, each with all of its GPUs; they share a step's batch out.

    Raises:
        ValueError: There is no instance to train on.
    """

    instance_type: str
    image: str
    volume_gb: int
    max_runtime_s: int
    hyperparameters: Mapping[str, str]
    spot_wait_s: int | None
    every_days: int | None
    drift_interval_hours: int = 24
    instances: int = 1

    def __post_init__(self) -> None:
        """Refuse what SageMaker would refuse only when the workflow runs."""
        if self.instances < 1:
            msg = f"cdk/config.py: training.instances is {self.instances}: a network is trained on 1 instance or more"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Canary:
    """How a new model is watched while it has a tenth of the traffic.

    Attributes:
        looks: How often the alarms are looked at before the new model gets all of it.
        every_s: Seconds before each look.
        latency_ms: An alarm rings where a tenth of the new model's answers take longer.
    """

    looks: int
    every_s: int
    latency_ms: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How the model is served.

    Attributes:
        instance_type: SageMaker instance behind the endpoint.
        image: Repository and tag of AWS's own PyTorch inference container.
        min_instances: Instances at rest.
        max_instances: Instances under load; equal to `min_instances` where nothing scales.
        canary: How a new model is watched.
        invocations_per_instance: Invocations a minute and instance that target tracking aims at.
    """

    instance_type: str
    image: str
    min_instances: int
    max_instances: int
    canary: Canary
    invocations_per_instance: int = 60

    @property
    def scales(self) -> bool:
        """Whether instances follow the load."""
        return self.max_instances > self.min_instances


@dataclass(frozen=True, slots=True)
class Stage:
    """One deployment of the platform.

    Attributes:
        name: `local`, `dev` or `prod`; part of the stack's name.
        python: Version of the functions' interpreter, `3.13`.
        architecture: Machine of the functions.
        layer_target: What the layers' wheels are chosen for: `native` or a Linux platform.
        snap_start: Whether the API function starts from a snapshot.
        tracing: Whether the services trace with X-Ray.
        keeps_data: Tables and buckets outlive the stack, and tables refuse deletion.
        threat_protection: Whether Cognito refuses compromised and risky sign-ins (billed by active user).
        allowed_origins: Origins of web pages that may use the API: `https://air.example.org`; `*` is every page.
        log_days: Days that logs are kept.
        noncurrent_days: Days that an overwritten or deleted object stays recoverable.
        training_days: Days that checkpoints and single networks of trainings are kept; the model holds what it needs of
            them.
        training: How the model is trained.
        endpoint: How the model is served.
        forecast_every_minutes: Schedule of the forecasts.
        verify_every_minutes: Schedule of the verification of forecasts.
        backup_every_minutes: Schedule of the backups.
        backfill_concurrency: Files that a backfill takes at once, at most, and of providers besides it; 2 or more.
        compact_every_hours: Schedule of the lake's compaction.
        drift_every_hours: Schedule of the watch for drift.
        expire_every_minutes: Schedule by which expired keys are taken from the gateway.
        compact_above_files: A partition of the lake with more small files than this is compacted.
        self_sign_up: Whether everybody may ask for an account; else an administrator makes them.
        erasure_settle_s: Seconds until an erased account is erased once more; a minute more than its last token lives.
        result_days: Days that results of jobs and exports of accounts are kept.
        query_result_days: Days that the answers to queries on the lake are kept.
        query_scan_limit_gb: Gigabytes that one query on the lake may read; Athena ends it beyond, and bills by what it
            read.
        api_rate: Requests a second that the whole API takes.
        api_burst: Requests that the whole API takes at once.
        tags: On every resource.

    Raises:
        ValueError: An allowed origin is none.
    """

    name: str
    python: str
    architecture: Architecture
    layer_target: str
    snap_start: bool
    tracing: bool
    keeps_data: bool
    threat_protection: bool
    allowed_origins: tuple[str, ...]
    log_days: int
    noncurrent_days: int
    training: Training
    endpoint: Endpoint
    forecast_every_minutes: int = 60
    verify_every_minutes: int = 60
    backup_every_minutes: int = 60
    backfill_concurrency: int = 10
    compact_every_hours: int = 24
    drift_every_hours: int = 24
    expire_every_minutes: int = 15
    compact_above_files: int = 8
    self_sign_up: bool = True
    erasure_settle_s: int = (TOKEN_MINUTES + 1) * 60
    result_days: int = 7
    training_days: int = 30
    query_result_days: int = 7
    query_scan_limit_gb: int = 10
    api_rate: int = 500
    api_burst: int = 5_000
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse origins that would allow no page without saying so."""
        for origin in self.allowed_origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                msg = f"cdk/config.py: allowed_origins: {origin!r} is no origin: write https://air.example.org, no path"
                raise ValueError(msg)

    @property
    def stack_name(self) -> str:
        """Name of the stage's one stack."""
        return f"GeoClimate-{self.name}"

    @property
    def prefix(self) -> str:
        """What names of things that are not in the template start with: training jobs, models, the endpoint."""
        return f"geoclimate-{self.name}"

    @property
    def lake_database(self) -> str:
        """Name of the lake's database in SQL, where a hyphen would need quotes."""
        return f"geoclimate_{self.name}"

    @property
    def endpoint_name(self) -> str:
        """The stage's one endpoint; the training workflow makes and updates it."""
        return f"{self.prefix}-forecast"


USAGE_PLANS: Final[Mapping[str, UsagePlan]] = MappingProxyType(
    {
        "free": UsagePlan(per_minute=60, burst=100, per_day=1_000),
        "basic": UsagePlan(per_minute=300, burst=500, per_day=10_000),
        "pro": UsagePlan(per_minute=1_000, burst=2_000, per_day=100_000),
        # By contract: this is what a key gets until its contract's figures are written here.
        "enterprise": UsagePlan(per_minute=6_000, burst=4_000, per_day=1_000_000),
    }
)

# AWS's own containers for SageMaker: github.com/aws/deep-learning-containers, available_images. The inference line ends
# at 2.6; weights travel as safetensors, which both read.
_TRAINING_IMAGE_GPU = "pytorch-training:2.9.0-gpu-py312-cu130-ubuntu22.04-sagemaker"
_TRAINING_IMAGE_CPU = "pytorch-training:2.9.0-cpu-py312-ubuntu22.04-sagemaker"
_INFERENCE_IMAGE_GPU = "pytorch-inference:2.6.0-gpu-py312-cu124-ubuntu22.04-sagemaker"
_INFERENCE_IMAGE_CPU = "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"


def _local() -> Stage:
    # MiniStack runs the functions in the interpreter and on the machine that it runs on itself.
    return Stage(
        name="local",
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        architecture="arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64",
        layer_target="native",
        snap_start=False,
        tracing=False,
        keeps_data=False,
        threat_protection=False,
        allowed_origins=("*",),
        log_days=7,
        noncurrent_days=7,
        # Whoever tries it out wants to see the receipt finished.
        erasure_settle_s=5,
        # The machine has a handful of cores, and the cloud itself needs one.
        backfill_concurrency=2,
        training=Training(
            instance_type="ml.m5.large",
            image=_TRAINING_IMAGE_CPU,
            volume_gb=5,
            max_runtime_s=1_800,
            # A minute for three networks on two cores; the cloud itself needs some of them too.
            hyperparameters=MappingProxyType({"epochs": "5", "windows-per-epoch": "8000"}),
            spot_wait_s=None,
            every_days=None,
        ),
        endpoint=Endpoint(
            instance_type="ml.m5.large",
            image=_INFERENCE_IMAGE_CPU,
            min_instances=1,
            max_instances=1,
            canary=Canary(looks=2, every_s=1, latency_ms=30_000),
        ),
        tags=MappingProxyType({"project": "geoclimate", "stage": "local"}),
    )


def _dev() -> Stage:
    return Stage(
        name="dev",
        python=CLOUD_PYTHON,
        architecture="arm64",
        layer_target="linux-aarch64",
        snap_start=True,
        tracing=True,
        keeps_data=False,
        threat_protection=False,
        allowed_origins=("*",),
        log_days=30,
        noncurrent_days=30,
        training=Training(
            instance_type="ml.m5.xlarge",
            image=_TRAINING_IMAGE_CPU,
            volume_gb=20,
            max_runtime_s=3_600,
            hyperparameters=MappingProxyType({"max-seconds": "1200"}),
            spot_wait_s=2 * 3_600,
            every_days=7,
        ),
        endpoint=Endpoint(
            instance_type="ml.c5.large",
            image=_INFERENCE_IMAGE_CPU,
            min_instances=1,
            max_instances=1,
            canary=Canary(looks=5, every_s=60, latency_ms=10_000),
        ),
        tags=MappingProxyType({"project": "geoclimate", "stage": "dev"}),
    )


def _prod() -> Stage:
    return Stage(
        name="prod",
        python=CLOUD_PYTHON,
        architecture="arm64",
        layer_target="linux-aarch64",
        snap_start=True,
        tracing=True,
        keeps_data=True,
        threat_protection=True,
        # No page of another origin, until the team names its own.
        allowed_origins=(),
        log_days=365,
        noncurrent_days=90,
        backfill_concurrency=40,
        query_result_days=30,
        query_scan_limit_gb=100,
        training=Training(
            instance_type="ml.g5.xlarge",
            image=_TRAINING_IMAGE_GPU,
            volume_gb=50,
            max_runtime_s=4 * 3_600,
            hyperparameters=MappingProxyType({"max-seconds": "7200"}),
            spot_wait_s=8 * 3_600,
            every_days=7,
        ),
        endpoint=Endpoint(
            instance_type="ml.g5.xlarge",
            image=_INFERENCE_IMAGE_GPU,
            min_instances=1,
            max_instances=4,
            # Over an hour in all, so that one of the hourly forecast runs falls into it.
            canary=Canary(looks=14, every_s=300, latency_ms=5_000),
        ),
        tags=MappingProxyType({"project": "geoclimate", "stage": "prod"}),
    )


_STAGES: Final = MappingProxyType({"local": _local, "dev": _dev, "prod": _prod})


def stage_named(name: str) -> Stage:
    """The stage of this name.

    Raises:
        ValueError: There is no such stage; the message lists those there are.
    """
    try:
        return _STAGES[name]()
    except KeyError:
        msg = f"there is no stage '{name}': use -c stage=<one of {', '.join(_STAGES)}>"
        raise ValueError(msg) from None
