"""A production variant that is served: its model's folder, its serving process, and the requests under way."""

from __future__ import annotations

import http.client
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.sagemaker_standin import archives, credentials, serve, storage
from local.sagemaker_standin.arns import Scope
from local.sagemaker_standin.errors import ArchiveError, HostingError, JobError, RoleError
from local.sagemaker_standin.limits import Limits
from local.sagemaker_standin.logs import LogStream
from local.sagemaker_standin.processes import Child
from local.sagemaker_standin.state import Document

_POLL_SECONDS = 0.05
_PROGRAM_VARIABLE = "SAGEMAKER_PROGRAM"
_DEFAULT_PROGRAM = "inference.py"


def log_group(endpoint_name: str) -> str:
    """Give the log group of an endpoint."""
    return f"/aws/sagemaker/Endpoints/{endpoint_name}"


class HostedVariant:
    """One variant of an endpoint, in one process.

    Args:
        endpoint_name: The endpoint.
        spec: VariantName, Weight, ModelDataUrl, Environment, RoleArn, Directory and HealthCheckSeconds.
        root: That Directory is relative to, since the state may be moved or copied.
        scope: Where the endpoint lives.
        endpoint_url: Where MiniStack serves.
        limits: The service's waits.
    """

    def __init__(
        self, endpoint_name: str, spec: Document, root: Path, scope: Scope, endpoint_url: str, limits: Limits
    ) -> None:
        self.name: str = spec["VariantName"]
        self.weight: float = spec["Weight"]
        self._endpoint_name = endpoint_name
        self._spec = spec
        self._scope = scope
        self._endpoint_url = endpoint_url
        self._limits = limits
        self._directory: Path = root / spec["Directory"]
        self._log: LogStream | None = None
        self._child: Child | None = None
        self._port = 0
        self._busy = 0
        self._idle = threading.Condition()
        self._lifecycle = threading.Lock()
        self._stopped = False

    def download(self) -> None:
        """Fetch the model's archive as the model's role, and unpack it.

        Raises:
            HostingError: The archive cannot be had, or cannot be unpacked safely.
        """
        url = self._spec["ModelDataUrl"]
        shutil.rmtree(self._directory, ignore_errors=True)
        archive = self._directory / "model.tar.gz"
        try:
            s3 = credentials.client(self._session(), "s3", self._endpoint_url)
            storage.fetch(s3, url, archive)
            archives.unpack(archive, self._model_directory)
        except (RoleError, JobError, ArchiveError) as error:
            raise HostingError(
                f'Failed to download model data for container "container_1" from URL: "{url}". Please ensure that '
                "there is an object located at the URL and that the role passed to CreateModel has permissions to "
                f"download the object. ({error})"
            ) from error
        archive.unlink()

    @property
    def is_downloaded(self) -> bool:
        """Whether the model's folder is there, from this run of the local cloud or an earlier one."""
        return self._model_directory.is_dir()

    @property
    def is_alive(self) -> bool:
        """Whether the serving process runs."""
        return self._child is not None and self._child.exit_code() is None

    def start(self) -> None:
        """Start the serving process and wait until it passes its health check; not after ``stop``.

        Raises:
            HostingError: It ends, or does not answer in time.
        """
        with self._lifecycle:
            if not self._stopped:
                self._start()

    def _start(self) -> None:
        port_file = self._directory / "port"
        port_file.unlink(missing_ok=True)
        program = self._spec["Environment"].get(_PROGRAM_VARIABLE, _DEFAULT_PROGRAM)
        try:
            environment = credentials.environment(self._session(), self._endpoint_url)
        except RoleError as error:
            raise HostingError(f"The role of variant {self.name} cannot be assumed: {error}") from error
        if self._log is None:
            stream = f"{self.name}/local-{int(time.time() * 1000)}"
            self._log = LogStream(self._logs_client, log_group(self._endpoint_name), stream)
        child = Child(
            [sys.executable, serve.__file__, str(self._model_directory), program, str(port_file)],
            self._model_directory,
            {**self._toolkit_environment(program), **environment},
            self._log.write,
        )
        try:
            self._port = _await_health(child, port_file, self._spec["HealthCheckSeconds"])
        except HostingError as error:
            child.stop(grace_seconds=1.0)
            raise HostingError(
                f"The primary container for production variant {self.name} did not pass the ping health check. "
                f"Please check CloudWatch logs for this endpoint. ({error})"
            ) from error
        self._child = child

    def stop(self) -> None:
        """Wait for the requests under way, then end the process."""
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, timeout=self._limits.invocation)
        with self._lifecycle:
            self._stopped = True
            if self._child is not None:
                self._child.stop(grace_seconds=5.0)
            if self._log is not None:
                self._log.close()

    def discard(self) -> None:
        """Remove the model's folder."""
        shutil.rmtree(self._directory, ignore_errors=True)

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Release a request that was counted by ``reserve``."""
        try:
            yield
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def reserve(self) -> None:
        """Count a request, so that the process is not ended under it."""
        with self._idle:
            self._busy += 1

    def invoke(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Hand a request to the process; gives status, headers and body.

        Raises:
            TimeoutError: No answer within the service's limit.
            OSError: The process is gone.
            HTTPException: The process broke off its answer.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._limits.invocation)
        try:
            connection.request("POST", "/invocations", body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    @property
    def _model_directory(self) -> Path:
        return self._directory / "model"

    def _session(self) -> Any:
        session_name = f"{self._endpoint_name}-{self.name}"
        return credentials.role_session(self._spec["RoleArn"], session_name, self._scope.region, self._endpoint_url)

    def _logs_client(self) -> Any:
        return credentials.client(self._session(), "logs", self._endpoint_url)

    def _toolkit_environment(self, program: str) -> dict[str, str]:
        code = str(self._model_directory / "code")
        return {
            "SM_MODEL_DIR": str(self._model_directory),
            "SM_NUM_CPUS": "1",
            "SM_NUM_GPUS": "0",
            "SAGEMAKER_BASE_DIR": str(self._directory),
            _PROGRAM_VARIABLE: program,
            "SAGEMAKER_SUBMIT_DIRECTORY": code,
            "SAGEMAKER_REGION": self._scope.region,
            "PYTHONPATH": code,
            "PYTHONUNBUFFERED": "1",
            **{name: value for name, value in self._spec["Environment"].items() if not name.startswith("AWS_")},
        }


def _await_health(child: Child, port_file: Path, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        code = child.exit_code(_POLL_SECONDS)
        if code is not None:
            raise HostingError(f"it ended with exit code {code}: {child.last_errors.rpartition(chr(10))[2]}")
        if port_file.exists():
            port = int(port_file.read_text(encoding="ascii"))
            if _pings(port):
                return port
    raise HostingError(f"no answer within {seconds:.0f} s")


def _pings(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2.0)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
