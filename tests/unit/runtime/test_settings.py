"""Settings are exactly what the environment says."""

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from geoclimate.runtime.settings import FunctionSettings


class _Settings(FunctionSettings):
    table: str
    most: int = 3
    plans: Mapping[str, int] = {}


@pytest.fixture(autouse=True)
def _table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOCLIMATE_TABLE", "stations")


def test_a_field_is_read_from_the_variable_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOCLIMATE_MOST", "7")
    monkeypatch.setenv("GEOCLIMATE_PLANS", '{"free": 60}')

    settings = _Settings.from_environment()

    assert (settings.table, settings.most, settings.plans) == ("stations", 7, {"free": 60})


def test_a_default_stands_in_for_a_variable_that_is_not_there() -> None:
    assert _Settings.from_environment().most == 3


def test_a_variable_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEOCLIMATE_TABLE")

    with pytest.raises(ValidationError, match="table"):
        _Settings.from_environment()


def test_a_value_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOCLIMATE_MOST", "many")

    with pytest.raises(ValidationError, match="most"):
        _Settings.from_environment()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        _Settings.from_environment().table = "others"  # type: ignore[misc] # that it is refused is what is tested
