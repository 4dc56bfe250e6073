"""What one caller does: one read after the other, without a pause.

Locust loads this file in a process of its own; `tests.load.steps` starts it, and says by the environment what to ask
for.
"""

import os
import random
from itertools import count
from typing import Final

from locust import FastHttpUser, constant, task

from tests.load.reads import READS, asked
from tests.load.world import World

_world: Final = World.from_json(os.environ["GEOCLIMATE_LOAD_WORLD"])
_numbers: Final = count()


class Reader(FastHttpUser):
    """A consumer with token and key."""

    host = _world.base_url
    wait_time = constant(0)
    default_headers = dict(_world.headers)  # noqa: RUF012 - Locust's own way to say it
    connection_timeout = network_timeout = 30.0

    def on_start(self) -> None:
        self._chance = random.Random(next(_numbers))  # noqa: S311 - nothing secret hangs on it

    @task
    def read(self) -> None:
        (read,) = self._chance.choices(READS, [one.weight for one in READS])
        path, query = asked(read, _world, self._chance)
        with self.client.get(path, params=dict(query), name=read.path, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}: {(answer.text or '')[:200]}")
