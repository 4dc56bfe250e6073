"""A place that serves models, in memory."""

import datetime as dt
from collections.abc import Sequence

from geoclimate.services.hosting_ports import Configuration, Serving


class HostingInMemory:
    """An endpoint, and configurations and models by name."""

    def __init__(self, serving: Serving | None = None) -> None:
        self.endpoint = serving
        self.kept: dict[str, Configuration] = {}
        self.artifacts: list[str] = []

    def add(self, name: str, created_at: dt.datetime, *, trial: bool = False) -> None:
        """A version's configuration and model, or a trial's configuration."""
        self.kept[name] = Configuration(name, trial, created_at)
        if not trial:
            self.artifacts.append(name)

    def serving(self) -> Serving | None:
        return self.endpoint

    def configurations(self) -> Sequence[Configuration]:
        return list(self.kept.values())

    def models(self) -> Sequence[str]:
        return list(self.artifacts)

    def delete_configuration(self, name: str) -> None:
        del self.kept[name]

    def delete_model(self, name: str) -> None:
        self.artifacts.remove(name)
