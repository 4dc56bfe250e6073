"""What the stand-in remembers, in one small JSON file that is written whole at every change.

MiniStack saves its own services on a clean stop only. A training job or an endpoint must not be forgotten by a
``kill -9``, so this file is replaced atomically while the change is still locked. The documents are those that the
Describe calls answer with, in wire form (times are epoch seconds).

The store is for one account and one region, as a developer's machine has: names are its keys.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SECTIONS = ("training_jobs", "models", "endpoint_configs", "endpoints", "hosting", "tags")


@dataclass
class Store:
    """The resources, by name.

    Attributes:
        path: The file that holds them.
        training_jobs: DescribeTrainingJob documents.
        models: DescribeModel documents.
        endpoint_configs: DescribeEndpointConfig documents.
        endpoints: DescribeEndpoint documents.
        hosting: For an endpoint, the variants that serve it now, resolved: a model or a configuration may be
            deleted while its endpoint goes on.
        tags: Tags by the resource's ARN.
    """

    path: Path
    training_jobs: dict[str, Document] = field(default_factory=dict)
    models: dict[str, Document] = field(default_factory=dict)
    endpoint_configs: dict[str, Document] = field(default_factory=dict)
    endpoints: dict[str, Document] = field(default_factory=dict)
    hosting: dict[str, list[Document]] = field(default_factory=dict)
    tags: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Hold the lock for a change, and write the file when the change is made."""
        with self.lock:
            yield
            self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.path.with_suffix(".tmp")
        scratch.write_text(json.dumps({name: getattr(self, name) for name in _SECTIONS}), encoding="utf-8")
        scratch.replace(self.path)


def open_store(path: Path) -> Store:
    """Give the store that a file holds, or an empty one where there is no file yet.

    Raises:
        ValueError: The file is not a store: the message names it and says what to do.
    """
    if not path.exists():
        return Store(path)
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        return Store(path, **{name: saved[name] for name in _SECTIONS})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is not the stand-in's state ({error}): move it away to start empty") from error


def now() -> float:
    """Give the present time as the wire carries it: epoch seconds, to the millisecond."""
    return round(time.time(), 3)
