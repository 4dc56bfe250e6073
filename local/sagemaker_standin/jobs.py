"""Training jobs: created, run as a child process with the role's credentials, stopped, described."""

from __future__ import annotations

import copy
import logging
import math
import shutil
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from local.sagemaker_standin import archives, credentials, events, listing, script_mode, storage
from local.sagemaker_standin.arns import request_scope, scope_of
from local.sagemaker_standin.checkpoints import Checkpoints
from local.sagemaker_standin.errors import ArchiveError, JobError, RoleError, ServiceError, invalid
from local.sagemaker_standin.hosts import KILLED, Ended, Host, Processes, hosts_of
from local.sagemaker_standin.job_metrics import JobMetrics
from local.sagemaker_standin.job_request import DEFAULT_MAX_RUNTIME, check_supported
from local.sagemaker_standin.limits import Limits
from local.sagemaker_standin.logs import LogStream
from local.sagemaker_standin.processes import Child
from local.sagemaker_standin.state import Document, Store, now

_LOGGER = logging.getLogger("sagemaker")
_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_LONGEST_REASON = 1024
_LONGEST_ERRORS = 600
_LOST_GRACE = 5.0
_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job exceeded MaxWaitTimeInSeconds provided",
    "Interrupted": "The spot instance was interrupted; the job goes on from its checkpoint",
}
_COPIED = (
    "HyperParameters", "AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig",
    "VpcConfig", "StoppingCondition", "CheckpointConfig", "Environment", "RetryStrategy", "ExperimentConfig",
)  # fmt: skip


@dataclass
class _Run:
    """A job that runs in this process.

    Attributes:
        stop: Set when somebody asks the job to stop.
        processes: Its processes, one a host.
        latest_end: Monotonic time by which it must have ended, all interruptions included.
    """

    latest_end: float
    stop: threading.Event = field(default_factory=threading.Event)
    processes: Processes | None = None


class TrainingJobs:
    """The training jobs of the local cloud.

    Args:
        store: Where the jobs are remembered.
        root: Under which each job gets a folder.
        endpoint_url: Where MiniStack serves.
        limits: The service's waits.
    """

    def __init__(self, store: Store, root: Path, endpoint_url: str, limits: Limits) -> None:
        self._store = store
        self._root = root
        self._endpoint_url = endpoint_url
        self._limits = limits
        self._runs: dict[str, _Run] = {}

    def create(self, request: Document) -> Document:
        """Start a job.

        Raises:
            ServiceError: The request is refused; ResourceInUse for a name that is taken.
        """
        name = request["TrainingJobName"]
        check_supported(request)
        credentials.require_assumable(request["RoleArn"])
        arn = request_scope().arn("training-job", name)
        stamp = now()
        job: Document = {
            "TrainingJobName": name,
            "TrainingJobArn": arn,
            "TrainingJobStatus": "InProgress",
            "SecondaryStatus": "Starting",
            **{member: request[member] for member in _COPIED if member in request},
            "CreationTime": stamp,
            "LastModifiedTime": stamp,
            "SecondaryStatusTransitions": [_transition("Starting", stamp)],
            "EnableNetworkIsolation": request.get("EnableNetworkIsolation", False),
            "EnableInterContainerTrafficEncryption": request.get("EnableInterContainerTrafficEncryption", False),
            "EnableManagedSpotTraining": request.get("EnableManagedSpotTraining", False),
        }
        with self._store.change():
            if name in self._store.training_jobs:
                raise ServiceError(
                    "ResourceInUse",
                    "Training job names must be unique within an AWS account and region, and a training job with "
                    f"this name already exists ({arn})",
                )
            self._store.training_jobs[name] = job
            self._store.tags[arn] = request.get("Tags", [])
            longest_wait = request.get("StoppingCondition", {}).get("MaxWaitTimeInSeconds", math.inf)
            self._runs[name] = _Run(latest_end=time.monotonic() + longest_wait)
        self._announce(name)
        threading.Thread(target=self._run, args=(name,), name=f"training-{name}", daemon=True).start()
        return {"TrainingJobArn": arn}

    def describe(self, request: Document) -> Document:
        """Describe a job.

        Raises:
            ServiceError: There is no such job.
        """
        with self._store.lock:
            job = self._store.training_jobs.get(request["TrainingJobName"])
            if job is None:
                raise invalid("Requested resource not found.")
            return copy.deepcopy(job)

    def list_page(self, request: Document) -> Document:
        """List jobs, the newest first."""
        with self._store.lock:
            found, token = listing.page(
                self._store.training_jobs.values(), request, "TrainingJobName", "TrainingJobStatus"
            )
        members = (
            "TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingEndTime", "LastModifiedTime",
            "TrainingJobStatus", "SecondaryStatus",
        )  # fmt: skip
        summaries = [{member: job[member] for member in members if member in job} for job in found]
        return {"TrainingJobSummaries": summaries, **({"NextToken": token} if token else {})}

    def stop(self, request: Document) -> Document:
        """Ask a job to stop: SIGTERM now, SIGKILL after the grace; what it saved is kept.

        Raises:
            ServiceError: There is no such job, or it does not run.
        """
        name = request["TrainingJobName"]
        with self._store.change():
            job = self._store.training_jobs.get(name)
            if job is None:
                raise invalid("Requested resource not found.")
            if job["TrainingJobStatus"] != "InProgress":
                raise invalid(
                    f"The request was rejected because the training job is in status {job['TrainingJobStatus']}."
                )
            self._enter(job, "Stopping", "Stopping")
            run = self._runs.get(name)
        self._announce(name)
        if run is not None:
            run.stop.set()
        return {}

    def fail_interrupted(self) -> None:
        """Fail the jobs that ran when the local cloud went down: their processes went with it."""
        with self._store.lock:
            lost = [
                name
                for name, job in self._store.training_jobs.items()
                if job["TrainingJobStatus"] in {"InProgress", "Stopping"} and name not in self._runs
            ]
        for name in lost:
            self._end(name, "Failed", "Failed", "InternalServerError: the local cloud stopped while the job ran")

    def shutdown(self) -> None:
        """End the children; their jobs are failed when the local cloud is next started."""
        for run in list(self._runs.values()):
            if run.processes is not None:
                run.processes.stop(grace_seconds=1.0)

    def _run(self, name: str) -> None:
        job = self._store.training_jobs[name]
        try:
            status, secondary = self._train(name, job)
            self._end(name, status, secondary)
        except (JobError, RoleError, ArchiveError) as error:
            text = str(error)
            self._end(name, "Failed", "Failed", text if isinstance(error, JobError) else f"ClientError: {text}")
        except Exception:  # the edge of the job's thread: without it the job would stay InProgress
            _LOGGER.exception("training job %s", name)
            self._end(name, "Failed", "Failed", "InternalServerError: see the local cloud's log")
        finally:
            self._runs.pop(name, None)
            shutil.rmtree(self._root / name, ignore_errors=True)

    def _train(self, name: str, job: Document) -> tuple[str, str]:
        """Take a job from Starting to its end; gives its status and secondary status."""
        run = self._runs[name]
        hosts = hosts_of(job, self._root / name)
        session = self._session(job)
        s3 = credentials.client(session, "s3", self._endpoint_url)
        secondary = "Interrupted"
        while secondary == "Interrupted":
            # Each time on machines of its own, which have nothing but what lies on S3.
            self._move(name, "Downloading")
            for host in hosts:
                script = self._prepare(job, host, s3)
            checkpoints = [Checkpoints.of(job, host.layout, s3) for host in hosts]
            secondary = (
                "Stopped" if run.stop.is_set() else self._run_script(name, job, hosts, script, session, checkpoints)
            )
            if secondary == "Interrupted":
                self._move(name, "Interrupted")
                self._move(name, "Starting")
        self._upload(name, job, hosts, s3)
        return ("Completed" if secondary == "Completed" else "Stopped"), secondary

    @staticmethod
    def _prepare(job: Document, host: Host, s3: Any) -> str:
        """Lay out what the script finds around it on a host; gives the script's name."""
        layout = host.layout
        shutil.rmtree(layout.root, ignore_errors=True)
        script_mode.write_configuration(layout, job, host.name)
        script, source = script_mode.program(script_mode.decode_hyperparameters(job.get("HyperParameters", {})))
        for channel in job.get("InputDataConfig", []):
            storage.fetch_channel(s3, channel, layout.channel(channel["ChannelName"]), job["RoleArn"])
        archive = layout.root / "sourcedir.tar.gz"
        storage.fetch(s3, source, archive)
        archives.unpack(archive, layout.code)
        return script

    def _session(self, job: Document) -> boto3.Session:
        scope = scope_of(job["TrainingJobArn"])
        return credentials.role_session(job["RoleArn"], job["TrainingJobName"], scope.region, self._endpoint_url)

    def _run_script(
        self,
        name: str,
        job: Document,
        hosts: list[Host],
        script: str,
        session: boto3.Session,
        checkpoints: list[Checkpoints],
    ) -> str:
        """Run the script to its end; gives Completed, Stopped, Interrupted or which of its limits it exceeded.

        Raises:
            JobError: The script failed on a host.
        """
        arguments = script_mode.arguments(
            script_mode.user_hyperparameters(script_mode.decode_hyperparameters(job["HyperParameters"]))
        )
        role = credentials.environment(session, self._endpoint_url)
        metrics = JobMetrics(job["AlgorithmSpecification"].get("MetricDefinitions", []))
        with ExitStack() as logs:

            def started(host: Host) -> Child:
                log = logs.enter_context(self._log(name, job, host))

                def on_line(line: str) -> None:
                    log.write(line)
                    metrics.read(line)

                environment = {**script_mode.environment(host.layout, job, host.name), **host.launched, **role}
                command = [sys.executable, str(host.layout.code / script), *arguments]
                return Child(command, host.layout.code, environment, on_line)

            with self._store.change():
                job.setdefault("TrainingStartTime", now())
            self._move(name, "Training")
            processes = self._runs[name].processes = Processes(hosts, started)
            reached, ended = self._wait(name, job, processes, checkpoints)
        with self._store.change():
            if metrics.last:
                job["FinalMetricDataList"] = list(metrics.last.values())
        if reached == "Completed" and ended is not None and ended.code != 0:
            raise JobError(_algorithm_error(ended, [script, *arguments]))
        return reached

    def _log(self, name: str, job: Document, host: Host) -> LogStream:
        stream = f"{name}/{host.name}-{int(time.time())}"
        return LogStream(lambda: credentials.client(self._session(job), "logs", self._endpoint_url), _LOG_GROUP, stream)

    def _wait(
        self, name: str, job: Document, processes: Processes, checkpoints: list[Checkpoints]
    ) -> tuple[str, Ended | None]:
        longest = job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DEFAULT_MAX_RUNTIME)
        deadline = time.monotonic() + longest
        run = self._runs[name]
        reached, ended = "", None
        try:
            while ended is None and not reached:
                ended = processes.ended()
                reached = _limit_reached(run, deadline) if ended is None else ""
                for each in checkpoints:
                    each.save_when_due()
        finally:
            # Where one host fails, the others have nothing to wait for.
            processes.stop(self._limits.stop_grace if ended is None else _LOST_GRACE)
        for each in checkpoints:
            each.save()
        if ended is None or run.stop.is_set():
            return reached or "Stopped", ended
        # As when an instance is taken away.
        interrupted = ended.code in KILLED and job["EnableManagedSpotTraining"]
        return ("Interrupted" if interrupted else "Completed"), ended

    def _upload(self, name: str, job: Document, hosts: list[Host], s3: Any) -> None:
        if job["TrainingJobStatus"] == "InProgress":
            self._move(name, "Uploading")
        base = f"{job['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{name}/output"
        self._store_archive(s3, [host.layout.model for host in hosts], f"{base}/model.tar.gz")
        output = [host.layout.output_data for host in hosts]
        if any(any(folder.iterdir()) for folder in output):
            self._store_archive(s3, output, f"{base}/output.tar.gz")
        with self._store.change():
            job["ModelArtifacts"] = {"S3ModelArtifacts": f"{base}/model.tar.gz"}

    @staticmethod
    def _store_archive(s3: Any, directories: list[Path], uri: str) -> None:
        archive = directories[0].parent / f"{directories[0].name}-artifact.tar.gz"
        archives.pack(directories, archive)
        storage.store(s3, archive, uri)

    def _move(self, name: str, secondary: str) -> None:
        """Enter the next phase of a running job; one that is being stopped keeps its status."""
        with self._store.change():
            job = self._store.training_jobs[name]
            if job["TrainingJobStatus"] != "InProgress":
                return
            self._enter(job, "InProgress", secondary)
        self._announce(name)

    def _end(self, name: str, status: str, secondary: str, reason: str | None = None) -> None:
        with self._store.change():
            job = self._store.training_jobs[name]
            self._enter(job, status, secondary)
            job["TrainingEndTime"] = end = job["LastModifiedTime"]
            job["SecondaryStatusTransitions"][-1]["EndTime"] = end
            if "TrainingStartTime" in job:
                job["TrainingTimeInSeconds"] = job["BillableTimeInSeconds"] = max(
                    1, round(end - job["TrainingStartTime"])
                )
            if reason is not None:
                job["FailureReason"] = reason[:_LONGEST_REASON]
                job["SecondaryStatusTransitions"][-1]["StatusMessage"] = job["FailureReason"]
        self._announce(name)

    def _announce(self, name: str) -> None:
        with self._store.lock:
            job = copy.deepcopy(self._store.training_jobs[name])
        events.training_job_changed(job)

    @staticmethod
    def _enter(job: Document, status: str, secondary: str) -> None:
        stamp = now()
        job["SecondaryStatusTransitions"][-1]["EndTime"] = stamp
        job["SecondaryStatusTransitions"].append(_transition(secondary, stamp))
        job.update(TrainingJobStatus=status, SecondaryStatus=secondary, LastModifiedTime=stamp)


def _limit_reached(run: _Run, deadline: float) -> str:
    """Why a running job must end now, or nothing."""
    if run.stop.is_set():
        return "Stopped"
    if time.monotonic() > run.latest_end:
        return "MaxWaitTimeExceeded"
    return "MaxRuntimeExceeded" if time.monotonic() > deadline else ""


def _transition(secondary: str, stamp: float) -> Document:
    return {"Status": secondary, "StartTime": stamp, "StatusMessage": _MESSAGES[secondary]}


def _algorithm_error(ended: Ended, command: list[str]) -> str:
    """Word a script's failure as the toolkit does: its failure file, or its exit code and last error lines."""
    failure = ended.host.layout.failure
    if failure.is_file():
        text = failure.read_text(encoding="utf-8", errors="replace").strip()
    else:
        errors = ended.errors[-_LONGEST_ERRORS:]
        text = f'ExecuteUserScriptError:\nExitCode {ended.code}\nErrorMessage "{errors}"\nCommand "{" ".join(command)}"'
    tail = f", exit code: {ended.code}"
    return f"AlgorithmError: {text}"[: _LONGEST_REASON - len(tail)] + tail
