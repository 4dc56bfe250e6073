"""What each function may use: memory, time and disk, and the layers that it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class FunctionSize:
    """What one function may use.

    Attributes:
        memory_mb: Memory; Lambda gives a whole CPU at 1,769 MB.
        timeout_s: Seconds after which Lambda ends the call.
        disk_mb: Space under `/tmp`; Lambda gives 512 MB without being asked.
    """

    memory_mb: int
    timeout_s: int
    disk_mb: int = 512


FUNCTION_SIZES: Final[Mapping[str, FunctionSize]] = MappingProxyType(
    {
        "api": FunctionSize(memory_mb=1_024, timeout_s=15),
        "accounts": FunctionSize(memory_mb=1_024, timeout_s=15),
        "work": FunctionSize(memory_mb=1_769, timeout_s=29),
        # An upload of 1 GiB lies on the disk, and beside it what waits for the end of the file.
        "ingest": FunctionSize(memory_mb=1_769, timeout_s=900, disk_mb=4_096),
        # A whole processor: a thousand stations take 14 s of one, and as much again for the requests; 200 MB.
        "forecast": FunctionSize(memory_mb=1_769, timeout_s=300),
        # A batch of a thousand forecasts on its way to the lake takes some 100 MB with its Parquet.
        "verify": FunctionSize(memory_mb=1_024, timeout_s=900),
        "dataset": FunctionSize(memory_mb=3_008, timeout_s=600),
        "register": FunctionSize(memory_mb=512, timeout_s=120),
        "smoke": FunctionSize(memory_mb=512, timeout_s=120),
        # A table of 100 MB as columns, and a step's rows beside it.
        "bulk": FunctionSize(memory_mb=3_008, timeout_s=900),
        "promote": FunctionSize(memory_mb=256, timeout_s=30),
        "production": FunctionSize(memory_mb=256, timeout_s=30),
        # A first run finds the models of years; each takes two calls.
        "prune": FunctionSize(memory_mb=256, timeout_s=300),
        "backup": FunctionSize(memory_mb=1_024, timeout_s=900),
        "seal": FunctionSize(memory_mb=512, timeout_s=120),
        "restore": FunctionSize(memory_mb=1_024, timeout_s=900),
        "plan": FunctionSize(memory_mb=512, timeout_s=600),
        # As ingest: it does the same to the same files.
        "backfill": FunctionSize(memory_mb=1_769, timeout_s=900, disk_mb=4_096),
        "conclude": FunctionSize(memory_mb=512, timeout_s=600),
        "survey": FunctionSize(memory_mb=512, timeout_s=300),
        # A round's 4 million rows take 1.1 GB, and beside them lie the bytes that they come from.
        "compact": FunctionSize(memory_mb=2_048, timeout_s=600),
        "expire": FunctionSize(memory_mb=256, timeout_s=60),
        "export": FunctionSize(memory_mb=1_024, timeout_s=900),
        "erase": FunctionSize(memory_mb=512, timeout_s=900),
        # A run reads a thousand series' two years where they have no reference yet, one by one; each takes some 0.2 s.
        "drift": FunctionSize(memory_mb=1_769, timeout_s=900),
    }
)

FUNCTION_LAYERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    dict.fromkeys(FUNCTION_SIZES, ("base",))
    | {"api": ("base", "api"), "accounts": ("base", "api"), "work": ("base", "api", "numeric", "onnx")}
    # They build windows of features, or compare them with those of other years.
    | dict.fromkeys(("dataset", "drift", "smoke"), ("base", "numeric"))
    # It runs the light model where the endpoint does not answer.
    | {"forecast": ("base", "numeric", "onnx")}
    # It runs the light model of any version, reads tables and writes Parquet.
    | {"bulk": ("base", "numeric", "onnx", "columnar")}
    # They handle files as columns and write Parquet.
    | dict.fromkeys(("ingest", "backfill", "compact", "verify"), ("base", "numeric", "columnar"))
)
"""Groups of `[tool.geoclimate.layers]` by function."""
