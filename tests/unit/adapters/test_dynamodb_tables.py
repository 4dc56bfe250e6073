"""A DynamoDB table as a heap of raw items."""

import json
from typing import Any

import pytest
from types_boto3_dynamodb import DynamoDBClient

from geoclimate.adapters.dynamodb_tables import DynamoRawTable
from geoclimate.domain.errors import Unavailable

RICH: dict[str, Any] = {
    "pk": {"S": "openaq-1#pm25"},
    "sk": {"S": "2014-01-31"},
    "packed": {"B": "AAECAw=="},
    "superseded": {"B": "eNo="},
    "blobs": {"BS": ["AAE=", "AgM="]},
    "numbers": {"NS": ["1", "2.5"]},
    "names": {"SS": ["a", "ä"]},
    "value": {"N": "12.25"},
    "known": {"BOOL": True},
    "nothing": {"NULL": True},
    "nested": {"M": {"list": {"L": [{"B": "BAU="}, {"M": {"n": {"N": "1"}}}]}}},
}


def _plain(number: int) -> dict[str, Any]:
    return {"pk": {"S": f"p{number:03}"}, "sk": {"S": "s"}, "n": {"N": str(number)}}


def test_every_type_of_attribute_survives_json_and_back(keyed_table: DynamoDBClient) -> None:
    table = DynamoRawTable(keyed_table, "t")
    table.write([RICH])
    assert keyed_table.get_item(TableName="t", Key={"pk": RICH["pk"], "sk": RICH["sk"]})["Item"]["packed"] == {
        "B": b"\x00\x01\x02\x03"
    }
    [found] = table.read([("openaq-1#pm25", "2014-01-31")])
    assert json.loads(json.dumps(found)) == RICH


def test_more_items_than_a_batch_takes_are_written_and_read(keyed_table: DynamoDBClient) -> None:
    table = DynamoRawTable(keyed_table, "t")
    items = [_plain(number) for number in range(130)]
    table.write(items)
    keys = [(item["pk"]["S"], "s") for item in items]
    assert sorted(table.read(keys), key=lambda item: str(item["pk"]["S"])) == items


def test_deleting_leaves_the_others(keyed_table: DynamoDBClient) -> None:
    table = DynamoRawTable(keyed_table, "t")
    table.write([_plain(number) for number in range(3)])
    table.delete([("p001", "s"), ("p999", "s")])
    assert len(table.read([(f"p{number:03}", "s") for number in range(3)])) == 2


def test_items_that_were_not_processed_are_sent_again_after_a_growing_wait(
    keyed_table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = iter([2, 1, 0])
    batches: list[int] = []

    def write(RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        batches.append(len(RequestItems["t"]))
        left = RequestItems["t"][: next(refused)]
        return {"UnprocessedItems": {"t": left} if left else {}}

    waits: list[float] = []
    monkeypatch.setattr(keyed_table, "batch_write_item", write)
    DynamoRawTable(keyed_table, "t", waits.append).write([_plain(number) for number in range(3)])
    assert batches == [3, 2, 1]
    assert waits == [0.1, 0.2]


def test_a_table_that_goes_on_refusing_is_unavailable(
    keyed_table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyed_table, "batch_write_item", lambda RequestItems: {"UnprocessedItems": RequestItems})  # noqa: N803
    monkeypatch.setattr(
        keyed_table,
        "batch_get_item",
        lambda RequestItems: {"Responses": {}, "UnprocessedKeys": RequestItems},  # noqa: N803
    )
    waits: list[float] = []
    table = DynamoRawTable(keyed_table, "t", waits.append)
    with pytest.raises(Unavailable, match="goes on refusing to be written"):
        table.write([_plain(1)])
    with pytest.raises(Unavailable, match="goes on refusing to be read"):
        table.read([("p001", "s")])
    assert sum(waits) < 60
