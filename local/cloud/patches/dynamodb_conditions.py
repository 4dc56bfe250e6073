"""Conditions on items are taken apart once."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from ministack.services import dynamodb

from local.sagemaker_standin.patching import replace

_KEPT: Final = 1_000


def parse_conditions_once() -> None:
    """A condition is taken apart and checked anew for each item that it is asked of.

    A query asks its key condition of every item of the partition, so it takes a tenth of a millisecond an item: a
    search among a thousand stations a tenth of a second, in which nobody else is answered. What the text says does not
    depend on the item.
    """
    replace(dynamodb, "_tokenize", _remembering_tokens)
    replace(dynamodb, "_condition_syntax_error", lru_cache(maxsize=_KEPT))


def _remembering_tokens(tokenize: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    kept = lru_cache(maxsize=_KEPT)(tokenize)

    def tokens_of(expression: str) -> list[Any]:
        # A list of their own, as whoever reads them might take some away.
        return list(kept(expression))

    return tokens_of
