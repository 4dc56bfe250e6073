"""The card of a registered model, as people read it."""

from typing import Final

from geoclimate.domain.errors import NotFound
from geoclimate.domain.models import ModelRecord
from geoclimate.services.ports import ObjectStore

_MOST_BYTES: Final = 1 << 20


def read_model_card(record: ModelRecord, artifacts: ObjectStore) -> str | None:
    """The card's Markdown; None where the version has none, or its file was cleaned up.

    Raises:
        InvalidInput: It is larger than a card may be.
        Unavailable: The bucket does not answer.
    """
    if record.card_uri is None:
        return None
    try:
        content = artifacts.get(artifacts.key_of(record.card_uri), _MOST_BYTES)
    except NotFound:
        return None
    return content.decode("utf-8", errors="replace")
