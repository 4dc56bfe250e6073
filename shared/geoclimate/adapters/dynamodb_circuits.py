"""The states of circuit breakers in DynamoDB: one small item a breaker, written over the version that was read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, cast

from geoclimate.adapters.aws_errors import unavailable_when_down
from geoclimate.adapters.dynamodb_versions import UNWRITTEN, item_version, put_over
from geoclimate.contracts.tables import CIRCUIT_SORT_KEY, PARTITION_KEY, SORT_KEY
from geoclimate.domain.circuit_breaker import CLOSED, Circuit, Phase
from geoclimate.services.engine_ports import StoredCircuit

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PHASE: Final = "phase"
_COUNT: Final = "count"
_ROUND: Final = "round"
_UNTIL: Final = "until"


class DynamoCircuitStore:
    """The circuits table; implements `CircuitStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, name: str) -> StoredCircuit:
        """The state of a breaker, read consistently; of one that nobody used yet, a closed one.

        Raises:
            Unavailable: The table does not answer.
        """
        with unavailable_when_down("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(name), ConsistentRead=True)
        item = answer.get("Item")
        return StoredCircuit(CLOSED, UNWRITTEN) if item is None else StoredCircuit(_circuit(item), item_version(item))

    def write(self, name: str, circuit: Circuit, version: int) -> bool:
        """Store a state over the version that was read; False where somebody was faster.

        Raises:
            Unavailable: The table does not answer.
        """
        item = {
            **_key(name),
            _PHASE: {"S": circuit.phase},
            _COUNT: {"N": str(circuit.count)},
            _ROUND: {"N": str(circuit.round)},
        }
        if circuit.until is not None:
            item[_UNTIL] = {"S": circuit.until.isoformat()}
        return put_over(self._client, self._table, item, version)


def _circuit(item: Any) -> Circuit:
    until = item.get(_UNTIL)
    return Circuit(
        phase=cast("Phase", item[_PHASE]["S"]),
        count=int(item[_COUNT]["N"]),
        round=int(item[_ROUND]["N"]),
        until=None if until is None else dt.datetime.fromisoformat(until["S"]),
    )


def _key(name: str) -> dict[str, Any]:
    return {PARTITION_KEY: {"S": name}, SORT_KEY: {"S": CIRCUIT_SORT_KEY}}
