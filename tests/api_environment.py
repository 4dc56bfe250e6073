"""The environment of the reading function, every name filled in."""

from functions.api.settings import ApiSettings

_NO_PLAIN_VALUES = {"plans": "{}", "allowed_origins": "[]"}
API_ENVIRONMENT = {
    f"GEOCLIMATE_{name}".upper(): _NO_PLAIN_VALUES.get(name, name.removesuffix("_table"))
    for name in ApiSettings.model_fields
}
