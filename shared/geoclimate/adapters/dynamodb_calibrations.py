"""What the online calibration has learned, in DynamoDB: one item an engine of a version of a parameter's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_transactions import item_key
from geoclimate.adapters.dynamodb_versions import item_version
from geoclimate.contracts.tables import calibration_partition
from geoclimate.features.conformal import ConformalState, from_bytes, to_bytes
from geoclimate.services.verification_ports import CalibrationKey, Versioned

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_STATE: Final = "state"


class DynamoCalibrationStore:
    """The verification table's calibrations; implements `CalibrationStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, key: CalibrationKey) -> Versioned[ConformalState] | None:
        """The state, read consistently, or None where nothing was learned or stored yet.

        Raises:
            Unavailable: The table does not answer.
            IntegrityError: The stored state cannot be read.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(key), ConsistentRead=True)
        item = answer.get("Item")
        return None if item is None else Versioned(from_bytes(bytes(item[_STATE]["B"])), item_version(item))


def calibration_item(key: CalibrationKey, state: ConformalState) -> dict[str, Any]:
    """The item of a state, without its version."""
    return {**_key(key), _STATE: {"B": to_bytes(state)}}


def _key(key: CalibrationKey) -> dict[str, Any]:
    return item_key(calibration_partition(key.parameter), f"{key.model_version}#{key.engine}")
