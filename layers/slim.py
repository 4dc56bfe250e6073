"""Leaves out of a layer what no function loads: pyarrow, numpy and ONNX Runtime as they come are too large."""

import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Cut:
    """Files that are left out.

    Attributes:
        patterns: Where they are, relative to the layer's packages, as `Path.glob` understands it.
        reason: Why nothing misses them.
    """

    patterns: tuple[str, ...]
    reason: str


CUTS: Final = (
    Cut(("bin",), "commands; a function has none"),
    Cut(("**/tests", "**/*.pyi"), "for developers"),
    Cut(("**/*.h", "**/*.a", "**/*.lib", "**/*.pxd", "**/*.pyx", "**/*.pxi"), "for compilers"),
    Cut(("numpy/f2py", "numpy/distutils", "numpy/_pyinstaller"), "builds Fortran and C; packs programs"),
    Cut(("numpy/_core/_*tests.*.so", "numpy/_core/_simd.*.so"), "numpy's own tests load them"),
    Cut(
        ("pydantic/v1",),
        "the previous version's classes: FastAPI loads them where they are there, to refuse their models",
    ),
    Cut(
        (
            "aws_lambda_powertools/event_handler",
            *(
                f"aws_lambda_powertools/utilities/{name}"
                for name in (
                    "auth_alpha",
                    "circuit_breaker",
                    "data_masking",
                    "feature_flags",
                    "idempotency",
                    "kafka",
                    "metadata",
                    "parameters",
                    "parser",
                    "streaming",
                    "validation",
                )
            ),
        ),
        "another web framework, and utilities that no function uses: logs, metrics and batches stand on none of them",
    ),
    Cut(("anyio/pytest_plugin*", "fastapi/_cli*"), "for developers"),
    Cut(("pyarrow/include", "pyarrow/src"), "for compilers"),
    Cut(
        ("pyarrow/libarrow_python*.so", "pyarrow/libarrow_python*.so.*.*.*"),
        "two more copies of each library: a wheel has no links, and the one that is loaded ends in its major version",
    ),
    Cut(("pyarrow/libarrow_flight.*", "pyarrow/libarrow_python_flight.*", "pyarrow/_flight.*"), "a network protocol"),
    Cut(
        ("pyarrow/libarrow_s3.*", *(f"pyarrow/_{name}.*" for name in ("s3fs", "gcsfs", "azurefs", "hdfs"))),
        "file systems of clouds: the adapters use boto3",
    ),
    Cut(
        tuple(f"pyarrow/_{name}.*" for name in ("orc", "dataset_orc", "feather", "pyarrow_cpp_tests")),
        "formats that are not used, and tests",
    ),
    Cut(
        (
            "pyarrow/_substrait.*",
            "pyarrow/_parquet_encryption.*",
            "pyarrow/_dataset_parquet_encryption.*",
            "pyarrow/libarrow_python_parquet_encryption.*",
        ),
        "query plans, and encryption inside a file: the bucket is encrypted",
    ),
    Cut(
        ("onnxruntime/capi/libonnxruntime.so*", "onnxruntime/capi/libonnxruntime_providers_*"),
        "the runtime once more for programs in C, and what loads it for GPUs: Python's module holds its own copy",
    ),
    Cut(
        tuple(f"onnxruntime/{name}" for name in ("backend", "datasets", "quantization", "tools", "transformers")),
        "make and change models; a function only runs them",
    ),
    Cut(("google", "flatbuffers"), "formats of models in Python: those tools alone use them"),
    Cut(
        tuple(f"*.dist-info/{name}" for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")),
        "they name files that are gone, and the installing machine",
    ),
)
"""pyarrow's libraries for dataset, acero and substrait stay: all of its other libraries are linked to them. So does its
reader of JSON, because `pyarrow.dataset` loads it, and `pyarrow.parquet.read_table` loads that."""

# Offsets of the ELF-64 header and its program headers: System V ABI, chapter 4, "ELF Header", and chapter 5.
_ELF_64_LITTLE: Final = b"\x7fELF\x02\x01"
_PROGRAM_HEADERS_AT: Final = 32
_SECTION_HEADERS_AT: Final = 40
_PROGRAM_HEADER_SIZE_AT: Final = 54
_SECTION_HEADER_SIZE_AT: Final = 58


def slim(packages: Path) -> None:
    """Remove what is left out, and the symbol tables of shared libraries.

    Args:
        packages: Folder into which pip installed.
    """
    for cut in CUTS:
        for pattern in cut.patterns:
            for found in sorted(packages.glob(pattern)):
                if found.is_dir():
                    shutil.rmtree(found)
                elif found.exists():
                    found.unlink()
    for library in _libraries(packages):
        library.write_bytes(without_symbols(library.read_bytes()))


def without_symbols(library: bytes) -> bytes:
    """A shared library without what only linkers and debuggers read: about a fifth of Arrow's.

    A loader maps segments; sections, the symbol table among them, lie behind the last segment. Cutting there needs no
    tool of the target's machine. Bytes that are no 64-bit little-endian ELF file are given back as they are.
    """
    if not library.startswith(_ELF_64_LITTLE):
        return library
    (table,) = struct.unpack_from("<Q", library, _PROGRAM_HEADERS_AT)
    size, count = struct.unpack_from("<HH", library, _PROGRAM_HEADER_SIZE_AT)
    end = int(table) + size * count
    for header in range(table, end, size):
        offset, _, _, length = struct.unpack_from("<4Q", library, header + 8)
        end = max(end, offset + length)
    kept = bytearray(library[:end])
    struct.pack_into("<Q", kept, _SECTION_HEADERS_AT, 0)
    struct.pack_into("<3H", kept, _SECTION_HEADER_SIZE_AT, 0, 0, 0)
    return bytes(kept)


def _libraries(packages: Path) -> Iterator[Path]:
    return (path for pattern in ("*.so", "*.so.*") for path in sorted(packages.rglob(pattern)) if path.is_file())
