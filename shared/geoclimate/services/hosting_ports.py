"""What the use cases need of the place that serves models, as a Protocol; `adapters/sagemaker_hosting.py` is one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Serving:
    """What the endpoint serves.

    Attributes:
        configuration: Name of its configuration.
        models: Names of the models that share it.
        changing: Whether it is on its way to another configuration.
    """

    configuration: str
    models: frozenset[str]
    changing: bool


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration that an endpoint may be given.

    Attributes:
        name: A version of its own, or a trial's.
        trial: Whether it was made for one trial alone.
        created_at: When, UTC.
    """

    name: str
    trial: bool
    created_at: dt.datetime


class ModelHosting(Protocol):
    """The stage's endpoint, and the configurations and models that were made for it."""

    def serving(self) -> Serving | None:
        """What the endpoint serves, or None where there is no endpoint."""
        ...

    def configurations(self) -> Sequence[Configuration]:
        """Every configuration of the stage."""
        ...

    def models(self) -> Sequence[str]:
        """The names of every model of the stage."""
        ...

    def delete_configuration(self, name: str) -> None:
        """Delete a configuration; one that is not there is no error."""
        ...

    def delete_model(self, name: str) -> None:
        """Delete a model, whose artifact stays; one that is not there is no error."""
        ...
