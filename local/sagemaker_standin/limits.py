"""The waits that SageMaker documents. Tests shorten them; the local cloud uses the service's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Waits, in seconds.

    Attributes:
        stop_grace: Between SIGTERM and SIGKILL when a job is stopped (StopTrainingJob's documentation).
        invocation: In which a container must answer (InvokeEndpoint's documentation).
        health_check: In which a container must pass its ping, where the variant names no time of its own.
    """

    stop_grace: float = 120.0
    invocation: float = 60.0
    health_check: float = 240.0
