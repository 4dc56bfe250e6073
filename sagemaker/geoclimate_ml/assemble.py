"""From trained networks to the model that is served."""

from collections.abc import Mapping

from geoclimate.contracts.model import ForecastContract
from geoclimate.domain.errors import IntegrityError
from geoclimate.domain.parameters import lowest_value
from geoclimate_ml.baselines.boosting import predict_boosting
from geoclimate_ml.boosting_columns import mixture_columns, table_of_samples
from geoclimate_ml.forecast_model import BOOSTING, ForecastModel
from geoclimate_ml.member_training import TrainedMember, validation_samples
from geoclimate_ml.mixture import choose_weights, mixed
from geoclimate_ml.mixture_trees import grow
from geoclimate_ml.networks.architecture import Kind
from geoclimate_ml.predictions import Floats, to_forecasts
from geoclimate_ml.split import Split
from geoclimate_ml.static_calibration import static_calibration

_FIRST_EVERY_HOURS = 3
# Networks err alike, trees otherwise: before any evidence the trees are worth as much as all networks together.
_TREES_BEFORE = 0.5


def assemble(version: str, split: Split, members: Mapping[Kind, TrainedMember]) -> ForecastModel:
    """Grow the trees, weigh the members and calibrate the mixture, all on what lies before the test.

    Args:
        version: Registry version of the mixture.
        split: The time line that the members were trained on.
        members: The trained networks by kind, one at least.

    Raises:
        IntegrityError: The networks were built for different contracts.
    """
    contract = _contract_of_all(members)
    compared = validation_samples(split)
    columns = mixture_columns(contract)
    said: dict[str, Floats] = {kind: member.validation for kind, member in members.items()}
    # These only tell how much the trees weigh; a third of the issue times says it, in a third of the time.
    first = grow(split.training.thinned(_FIRST_EVERY_HOURS), contract) or grow(split.training, contract)
    boosting = None if first is None else grow(split.before_test, contract)
    if first is not None and boosting is not None:
        said[BOOSTING] = predict_boosting(first, table_of_samples(compared, columns))
    validation = to_forecasts(next(iter(said.values())), compared, contract.levels)
    weights = choose_weights(said, validation.observed, contract.levels, _before(said))
    mixture = to_forecasts(mixed(said, weights), compared, contract.levels)
    return ForecastModel(
        version=version,
        contract=contract,
        networks={kind: member.network for kind, member in members.items()},
        boosting=boosting,
        weights=weights,
        calibration=static_calibration(mixture, lowest_value(contract.target)),
    )


def _before(said: Mapping[str, Floats]) -> dict[str, float]:
    """Weights of the members before any evidence."""
    networks = [name for name in said if name != BOOSTING]
    trees = {BOOSTING: _TREES_BEFORE} if BOOSTING in said else {}
    return {name: (1.0 - sum(trees.values())) / len(networks) for name in networks} | trees


def _contract_of_all(members: Mapping[Kind, TrainedMember]) -> ForecastContract:
    contracts = [member.network.contract for member in members.values()]
    if any(contract != contracts[0] for contract in contracts):
        raise IntegrityError("the networks were trained for different inputs or lead times; train them in one run")
    return contracts[0]
