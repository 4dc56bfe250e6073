"""What `cdk/config.py` refuses, before anything is deployed that does not work."""

from dataclasses import replace

import pytest
from aws_cdk import aws_logs as logs

from cdk.components.function import retention_of
from cdk.config import stage_named


@pytest.mark.parametrize(
    "origin", ["https://air.example.org/", "air.example.org", "https://air.example.org/map", "https://", " https://a"]
)
def test_refuses_an_origin_that_no_browser_sends(origin: str) -> None:
    with pytest.raises(ValueError, match=r"cdk/config.py: allowed_origins: .* is no origin: write https://air"):
        replace(stage_named("prod"), allowed_origins=("https://a.example.org", origin))


def test_refuses_a_text_in_the_place_of_several_origins() -> None:
    several: tuple[str, ...] = "https://air.example.org"  # type: ignore[assignment] # what somebody may write
    with pytest.raises(ValueError, match=r"'h' is no origin"):
        replace(stage_named("prod"), allowed_origins=several)


@pytest.mark.parametrize("origins", [(), ("*",), ("https://air.example.org", "http://localhost:3000")])
def test_takes_the_origins_of_pages(origins: tuple[str, ...]) -> None:
    assert replace(stage_named("prod"), allowed_origins=origins).allowed_origins == origins


def test_logs_are_kept_as_long_as_cloudwatch_can() -> None:
    assert (retention_of(90), retention_of(731)) == (logs.RetentionDays.THREE_MONTHS, logs.RetentionDays.TWO_YEARS)


@pytest.mark.parametrize("days", [0, 10, 366])
def test_refuses_days_for_which_cloudwatch_keeps_no_logs(days: int) -> None:
    with pytest.raises(
        ValueError, match=rf"cdk/config.py: log_days is {days}: CloudWatch keeps logs for 1, 3, 5, 7, 14"
    ):
        retention_of(days)
