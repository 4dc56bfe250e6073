"""Readiness is read from the stores, one by one."""

from geoclimate.services.check_readiness import check_readiness
from tests.api_fakes import ForecastsInMemory, ObservationsInMemory, SilentStore, StationsInMemory
from tests.verification_fakes import VerificationInMemory


def test_is_ready_when_every_store_answers() -> None:
    checks = check_readiness(StationsInMemory(), ObservationsInMemory(), ForecastsInMemory(), VerificationInMemory())

    assert checks == {"stations": None, "observations": None, "forecasts": None, "verification": None}


def test_names_each_store_that_does_not_answer() -> None:
    checks = check_readiness(StationsInMemory(), SilentStore(), SilentStore(), SilentStore())

    assert checks["stations"] is None
    assert "timed out" in str(checks["observations"])
    assert "timed out" in str(checks["forecasts"])
    assert "timed out" in str(checks["verification"])


def test_a_store_that_refuses_for_a_reason_of_its_own_is_named_too() -> None:
    class WithoutGrant(ForecastsInMemory):
        def latest(self, station: str, parameter: str) -> None:
            message = f"not authorized to read {station}#{parameter}"
            raise PermissionError(message)

    checks = check_readiness(StationsInMemory(), ObservationsInMemory(), WithoutGrant(), VerificationInMemory())

    assert str(checks["forecasts"]).startswith("PermissionError: not authorized")
