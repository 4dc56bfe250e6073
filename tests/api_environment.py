"""The environment of the reading function, every name filled in."""

from functions.api.settings import ApiSettings

API_ENVIRONMENT = {
    f"GEOCLIMATE_{name}".upper(): "{}" if name == "plans" else name.removesuffix("_table")
    for name in ApiSettings.model_fields
}
