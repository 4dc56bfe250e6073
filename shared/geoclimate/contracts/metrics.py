"""Names of metrics that functions write and the stack reads."""

from typing import Final

METRICS_NAMESPACE: Final = "GeoClimate"
"""Every metric's namespace; its one dimension, `service`, is the deployed function's name, and so names the stage."""

DRIFTS_DETECTED: Final = "DriftsDetected"
"""Of the `drift` function: drifts that a run noticed."""

FALLBACK_FORECASTS: Final = "FallbackForecasts"
"""Of the `forecast` function: forecasts that another engine than the endpoint made in a run."""
