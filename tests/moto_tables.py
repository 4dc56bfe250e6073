"""Tables in moto, with the keys that the stack gives them."""

from types_boto3_dynamodb import DynamoDBClient

from geoclimate.contracts.tables import (
    ACTOR_KEY,
    ACTORS_INDEX,
    COUNTRIES_INDEX,
    COUNTRY_KEY,
    DAY_KEY,
    DAYS_INDEX,
    MOMENT_KEY,
    PARTITION_KEY,
    PLACE_KEY,
    PLACES_INDEX,
    SORT_KEY,
)


def create_stations_table(client: DynamoDBClient, name: str) -> None:
    """The stations table, with its index, as the stack makes it."""
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
            {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": PARTITION_KEY, "AttributeType": "S"},
            {"AttributeName": SORT_KEY, "AttributeType": "S"},
            {"AttributeName": PLACE_KEY, "AttributeType": "S"},
            {"AttributeName": COUNTRY_KEY, "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": PLACES_INDEX,
                "KeySchema": [
                    {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
                    {"AttributeName": PLACE_KEY, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": COUNTRIES_INDEX,
                "KeySchema": [
                    {"AttributeName": COUNTRY_KEY, "KeyType": "HASH"},
                    {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def create_table(client: DynamoDBClient, name: str) -> None:
    """A table as the stack makes it."""
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
            {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": PARTITION_KEY, "AttributeType": "S"},
            {"AttributeName": SORT_KEY, "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def create_audit_table(client: DynamoDBClient, name: str) -> None:
    """The audit table, with its indexes, as the stack makes it."""
    indexes = {ACTORS_INDEX: ACTOR_KEY, DAYS_INDEX: DAY_KEY}
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
            {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in (PARTITION_KEY, SORT_KEY, ACTOR_KEY, DAY_KEY, MOMENT_KEY)
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": attribute, "KeyType": "HASH"},
                    {"AttributeName": MOMENT_KEY, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, attribute in indexes.items()
        ],
        BillingMode="PAY_PER_REQUEST",
    )
