"""What is left out of the layers, and that what is left works."""

import struct
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

from layers.build import Layer, Target, build_layers
from layers.slim import CUTS, slim, without_symbols

INGEST_LIMIT_BYTES = 150_000_000
NATIVE = Target("native", f"{sys.version_info.major}.{sys.version_info.minor}")
ARM = Target("linux-aarch64", "3.13")
NUMBERS = ("numeric", "columnar")
LIGHT_MODEL_LIMIT_BYTES = 85_000_000
LIGHT_MODEL = ("numeric", "onnx")


@pytest.fixture(scope="module", params=[NATIVE, ARM], ids=lambda target: target.name)
def layers(request: pytest.FixtureRequest) -> dict[str, Layer]:
    return build_layers(request.param)


@pytest.fixture(scope="module")
def native() -> dict[str, Layer]:
    return build_layers(NATIVE)


def size_of(layer: Layer) -> int:
    return sum(path.stat().st_size for path in layer.path.rglob("*") if path.is_file())


def run_with(layers: list[Layer], script: str) -> str:
    """What a script prints that finds the standard library and these layers only."""
    paths = [str(layer.path / "python") for layer in layers]
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path[:0] = {paths!r}\n{script}"],
        capture_output=True,
        text=True,
        check=False,
        # No AWS variable, no path of this environment.
        env={},
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def test_all_layers_of_the_ingest_function_stay_under_150_megabytes(layers: dict[str, Layer]) -> None:
    assert sum(size_of(layers[group]) for group in ("base", *NUMBERS)) < INGEST_LIMIT_BYTES


def test_what_runs_the_light_model_stays_under_85_megabytes(layers: dict[str, Layer]) -> None:
    assert sum(size_of(layers[group]) for group in LIGHT_MODEL) < LIGHT_MODEL_LIMIT_BYTES


def test_each_shared_library_of_arrow_is_there_once(layers: dict[str, Layer]) -> None:
    libraries = [path.name for path in (layers["columnar"].path / "python" / "pyarrow").glob("lib*.so*")]
    names = [name.split(".so")[0] for name in libraries]
    assert len(set(names)) == len(names)
    assert {"libarrow", "libarrow_python", "libparquet"} <= set(names)


def test_nothing_that_is_left_out_is_in_a_layer(layers: dict[str, Layer]) -> None:
    patterns = [pattern for cut in CUTS for pattern in cut.patterns]
    for layer in layers.values():
        assert not [found for pattern in patterns for found in (layer.path / "python").glob(pattern)]


def test_leaves_out_folders_and_files_and_nothing_else(tmp_path: Path) -> None:
    kept = ("numpy/linalg.py", "pyarrow/libarrow_python.so.2600", "pydantic/main.py", "numpy-1.dist-info/METADATA")
    cut = ("numpy/f2py/a.py", "a/tests/b.py", "pyarrow/libarrow_python.so", "pydantic/v1/main.py", "b/c/d.pyi")
    for name in (*kept, *cut):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    slim(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(kept)


def test_the_slim_arrow_reads_csv_computes_and_writes_and_reads_parquet(native: dict[str, Layer]) -> None:
    script = """
import io
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

table = pyarrow.csv.read_csv(io.BytesIO(b"station,value\\na,1.5\\nb,2.5\\na,3.5\\n"))
file = io.BytesIO()
pq.write_table(table, file, compression="zstd")
for back in (pq.ParquetFile(file).read(), pq.read_table(file, filters=[("value", ">", 0)])):
    assert back.equals(table)
print(pc.sum(table["value"]), table.group_by("station").aggregate([("value", "sum")]).to_pydict()["value_sum"])
"""
    assert run_with([native[group] for group in NUMBERS], script) == "7.5 [5.0, 2.5]\n"


def test_numbers_of_a_slim_numpy_are_right(native: dict[str, Layer]) -> None:
    script = """
import numpy as np
print(np.linalg.solve([[2.0, 1.0], [1.0, 3.0]], [5.0, 10.0]).round(9).tolist(), np.random.default_rng(7).random() < 1)
"""
    assert run_with([native["numeric"]], script) == "[1.0, 3.0] True\n"


def test_the_slim_runtime_runs_a_model(native: dict[str, Layer]) -> None:
    double = onnx.helper.make_node("Add", ["x", "x"], ["y"])
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n"]) for name in ("x", "y")]
    graph = onnx.helper.make_graph([double], "double", ends[:1], ends[1:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    script = f"""
import numpy as np
import onnxruntime
session = onnxruntime.InferenceSession({model.SerializeToString()!r}, providers=["CPUExecutionProvider"])
print(session.run(None, {{"x": np.float32([1.5, 2.0])}})[0].tolist())
"""
    assert run_with([native[group] for group in LIGHT_MODEL], script) == "[3.0, 4.0]\n"


def test_time_zones_come_with_the_layer(native: dict[str, Layer]) -> None:
    script = """
import datetime as dt, zoneinfo
zoneinfo.reset_tzpath(to=())
print(dt.datetime(2020, 7, 1, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai")).isoformat())
"""
    assert run_with([native["base"]], script) == "2020-07-01T00:00:00+08:00\n"


def test_fastapi_works_without_the_previous_pydantic(native: dict[str, Layer]) -> None:
    script = """
import json
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel

class Answer(BaseModel):
    value: int | None = None

app = FastAPI()

@app.get("/", response_model=list[Answer])
def read(limit: int = 3) -> list[Answer]:
    return [Answer(value=limit)]

app.openapi()
print(json.dumps(jsonable_encoder(read())), "pydantic.v1" in sys.modules)
"""
    assert run_with([native["base"], native["api"]], script) == '[{"value": 3}] False\n'


def test_powertools_logs_measures_and_takes_batches_apart_without_the_rest(native: dict[str, Layer]) -> None:
    script = """
import json
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

def take(record: SQSRecord) -> None:
    if record.body == "bad":
        raise ValueError("bad")

bodies = enumerate(["a", "bad"])
records = [{"messageId": str(number), "body": body, "eventSource": "aws:sqs"} for number, body in bodies]
print(process_partial_response({"Records": records}, take, BatchProcessor(event_type=EventType.SQS), None))
"""
    assert run_with([native["base"]], script) == "{'batchItemFailures': [{'itemIdentifier': '1'}]}\n"


def elf(segments: int, tail: bytes) -> bytes:
    """A 64-bit little-endian ELF file: header, program headers, a byte a segment, and what comes behind."""
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    end = 64 + 56 * segments + segments
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, end, 0, 64, 56, segments, 64, 5, 4)
    table = b"".join(
        struct.pack("<IIQQQQQQ", 1, 5, 64 + 56 * segments + number, 0, 0, 1, 1, 0) for number in range(segments)
    )
    return header + table + b"\xcc" * segments + tail


def test_cuts_a_library_behind_its_last_segment() -> None:
    whole = elf(segments=2, tail=b"symbols" * 100)
    kept = without_symbols(whole)
    assert len(kept) == 64 + 2 * 56 + 2
    assert kept[-2:] == b"\xcc\xcc"
    section_headers, program_headers = struct.unpack_from("<Q", kept, 40), kept[64:176]
    assert section_headers == (0,)
    assert program_headers == whole[64:176]
    assert without_symbols(kept) == kept


def test_leaves_alone_what_is_no_library_of_this_kind() -> None:
    script = b"INPUT(libarrow.so.2600)"
    assert without_symbols(script) == script
