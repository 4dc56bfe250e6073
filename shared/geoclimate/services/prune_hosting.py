"""Delete what was made to serve models that nothing goes back to; artifacts and the registry keep everything."""

import datetime as dt
from typing import Final

from geoclimate.contracts.workflows import PruneRequest, PruneResult
from geoclimate.domain.spent_models import spent_versions
from geoclimate.services.hosting_ports import ModelHosting
from geoclimate.services.model_registry import ModelRegistry
from geoclimate.services.ports import Clock

FORMER_KEPT: Final = 3
"""Versions that were in production and can be put back at once."""

_LONGEST_TRIAL: Final = dt.timedelta(days=1)


def prune_hosting(
    request: PruneRequest, *, registry: ModelRegistry, hosting: ModelHosting, clock: Clock
) -> PruneResult:
    """Delete configurations and models of spent versions, and configurations of trials that are over.

    What the endpoint has, what no version of the registry explains and what is on trial stays. An endpoint that changes
    just now is left alone: what it comes from and goes to is told by nobody.

    Raises:
        Unavailable: The registry or the place that serves models does not answer; what was deleted until then is gone.
    """
    serving = hosting.serving()
    if serving is not None and serving.changing:
        return PruneResult(left="the endpoint is being changed")
    spent = spent_versions(registry.versions(request.target), FORMER_KEPT)
    in_use = frozenset[str]() if serving is None else serving.models | {serving.configuration}
    # A trial has its configuration before the endpoint has it.
    over_before = clock() - _LONGEST_TRIAL
    configurations = [
        each.name
        for each in hosting.configurations()
        if each.name not in in_use and (each.created_at < over_before if each.trial else each.name in spent)
    ]
    for name in configurations:
        hosting.delete_configuration(name)
    models = [name for name in hosting.models() if name in spent - in_use]
    for name in models:
        hosting.delete_model(name)
    return PruneResult(configurations=tuple(configurations), models=tuple(models))
