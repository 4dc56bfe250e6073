"""The plain app that the cold start is compared with, as the text of a module."""

from typing import Final

PLAIN_APP: Final = """
import os
from datetime import datetime
from typing import Annotated

import boto3
from aws_lambda_powertools import Logger, Metrics
from fastapi import APIRouter, FastAPI, Path, Query
from mangum import Mangum
from pydantic import BaseModel, Field

logger = Logger(service="plain")
metrics = Metrics(namespace="plain", service="plain")
dynamodb = boto3.client("dynamodb")
app = FastAPI(title="plain")


class Value(BaseModel):
    level: float = Field(examples=[0.1])
    value: float = Field(examples=[31.5])


class Hour(BaseModel):
    lead_hours: int = Field(description="Lead time.")
    values: list[Value] = Field(description="Values.")


class Forecast(BaseModel):
    station: str
    parameter: str
    issue_time: datetime
    model_version: str
    hours: list[Hour]


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/v1/stations/{station}/forecast")
async def get_forecast(station: str, parameter: Annotated[str, Query(pattern="^[a-z0-9_]+$")]) -> Forecast:
    answer = dynamodb.query(
        TableName="forecasts",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"{station}#{parameter}"}},
        ScanIndexForward=False,
        Limit=1,
    )
    item = answer["Items"][0]
    levels = [float(one["N"]) for one in item["levels"]["L"]]
    return Forecast(
        station=item["station"]["S"],
        parameter=item["parameter"]["S"],
        issue_time=item["issue_time"]["S"],
        model_version=item["model_version"]["S"],
        hours=[
            Hour(
                lead_hours=int(lead["N"]),
                values=[Value(level=level, value=float(one["N"])) for level, one in zip(levels, row["L"])],
            )
            for lead, row in zip(item["lead_hours"]["L"], item["quantiles"]["L"])
        ],
    )


def add(number: int) -> None:
    class Thing(BaseModel):
        id: str = Field(examples=["a"])
        name: str = Field(description="Its name.")
        value: float | None = Field(description="Its value.")
        made_at: datetime

    class Things(BaseModel):
        things: list[Thing]
        next: str | None

    router = APIRouter(prefix=f"/v1/things{number}", tags=["things"])

    @router.get("/{place}", name=f"things_{number}", responses={404: {"description": "No such place."}})
    async def things(
        place: Annotated[str, Path(pattern="^[a-z0-9-]+$")],
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        since: datetime | None = None,
        cursor: Annotated[str | None, Query(max_length=512)] = None,
    ) -> Things:
        return Things(things=[], next=None)

    app.include_router(router)


for number in range(int(os.environ["PLAIN_ROUTES"]) - 2):
    add(number)
handler = Mangum(app, lifespan="off")
"""
