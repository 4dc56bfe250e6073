"""The list of a file's refused rows, and their order."""

from geoclimate.contracts.report import FIRST_ERRORS, RefusedRow
from geoclimate.domain.quality import Refusal
from geoclimate.services.list_refusals import RefusalList, refusal_list


def listed(refused: RefusalList) -> list[int]:
    refused.listed.seek(0)
    return [RefusedRow.model_validate_json(line).line for line in refused.listed]


def test_orders_refused_rows_by_line() -> None:
    with refusal_list() as refused:
        refused.add([Refusal(line, "value", "x", "number", "") for line in range(10, 60)])
        refused.add([Refusal(line, "value", "x", "duplicate", "") for line in (3, 30)])
        refused.finish()
        assert listed(refused) == sorted([*range(10, 60), 3, 30])
        assert [error.line for error in refused.first] == [3, *range(10, 9 + FIRST_ERRORS)]


def test_counts_them_by_rule() -> None:
    with refusal_list() as refused:
        refused.add([Refusal(2, "value", "x", "number", ""), Refusal(3, "value", "-999", "sentinel", "")])
        refused.add([Refusal(4, "value", "y", "number", "")])
        assert (refused.count, dict(refused.by_rule)) == (3, {"number": 2, "sentinel": 1})
