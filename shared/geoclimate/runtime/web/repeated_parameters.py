"""A query parameter that is given twice: which of the two was meant?"""

from collections import Counter

from fastapi import Request

from geoclimate.domain.errors import InvalidQuery


def refuse_repeated_parameters(request: Request) -> None:
    """Check that every parameter of the query is given once; FastAPI would take the last one in silence.

    Raises:
        InvalidQuery: One is given more than once.
    """
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if times > 1:
            raise InvalidQuery(name, f"is given {times} times; give it once")
