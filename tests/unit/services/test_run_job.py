"""Jobs, a step at a time: to their result, to their owner's mistake, to their end by somebody else."""

import datetime as dt
import io
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
import pytest
from pydantic import ValidationError

from geoclimate.contracts.jobs import ExportJob, JobStepRequest, PredictJob
from geoclimate.domain.errors import Unavailable
from geoclimate.domain.jobs import Job
from geoclimate.domain.models import RegistryStage
from geoclimate.services import predict_job
from geoclimate.services.account_jobs import input_key, result_key
from geoclimate.services.choose_predictor import PredictorChoice
from geoclimate.services.run_job import JobRunner
from tests.api_fakes import EMBASSY, LAST, ObservationsInMemory, StationsInMemory, forecast, hourly
from tests.engine_fakes import SPEC, EngineInMemory, HandClock
from tests.jobs_fake import IssuedInMemory, JobsInMemory
from tests.light_models import LEVELS
from tests.workflow_fakes import NOW, ObjectsInMemory, RegistryInMemory, record

ID = "20260131-050000-000000000001"
STEP = JobStepRequest(account="a", job=ID)
MADE = replace(forecast(LAST), made_at=LAST + dt.timedelta(minutes=12, microseconds=250))


class World:
    def __init__(self) -> None:
        self.store = JobsInMemory()
        self.files = ObjectsInMemory()
        self.clock = HandClock()
        self.endpoint = EngineInMemory("endpoint")
        self.light = EngineInMemory("onnx", version="v1")
        registry = RegistryInMemory([record("v2", RegistryStage.PRODUCTION), record("v1", RegistryStage.RETIRED)])
        choice = PredictorChoice(SPEC, registry, (self.endpoint,), lambda _: self.light)
        self.runner = JobRunner(
            store=self.store,
            files=self.files,
            predictor=choice.choose,
            stations=StationsInMemory(),
            observations=ObservationsInMemory(hourly(48)),
            forecasts=IssuedInMemory([MADE]),
            clock=self.clock,
        )

    def begin(self, request: PredictJob | ExportJob, table: bytes | None = None) -> None:
        asked = request.model_dump_json(by_alias=True, exclude={"table"})
        self.store.add(Job("a", ID, request.kind, asked, "running" if table else "awaiting_input", NOW), 0)
        if table is not None:
            self.files.put(input_key("a", ID), table, "text/csv")

    def run(self) -> Job:
        for _ in range(20):
            if self.runner.step(STEP).next == "end":
                break
        return self.job

    @property
    def job(self) -> Job:
        found = self.store.get("a", ID)
        assert found is not None
        return found

    def result(self, output: str = "parquet") -> pa.Table:
        bodies = [self.files.bodies[result_key("a", ID, number, output)] for number in range(self.job.files)]
        read = pa.parquet.read_table if output == "parquet" else pa.csv.read_csv
        return pa.concat_tables([read(io.BytesIO(body)) for body in bodies])


def _csv(series: int = 3, hours: int = 24) -> bytes:
    first = dt.datetime(2026, 1, 30, tzinfo=dt.UTC)
    rows = [
        f"s{one},{10 + one},{20},{first + dt.timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ},{40 + one}"
        for one in range(series)
        for hour in range(hours)
    ]
    return "\n".join(["series,latitude,longitude,start,pm25", *rows]).encode()


PREDICT = PredictJob(kind="predict", input="csv")


def test_a_table_is_predicted_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict_job, "SERIES_A_STEP", 2)
    world = World()
    world.begin(PREDICT, _csv())
    assert world.runner.step(STEP).next == "go_on"
    assert (world.job.state, world.job.done, world.job.total) == ("running", 2, 3)
    assert world.run().state == "succeeded"
    table = world.result()
    assert world.job.rows == table.num_rows == 3 * len(SPEC.lead_hours) * len(LEVELS)
    medians = table.filter((pa.compute.field("level") == 0.5) & (pa.compute.field("lead_hours") == 1)).to_pylist()
    assert [(row["series"], row["value"]) for row in medians] == [("s0", 40.0), ("s1", 41.0), ("s2", 42.0)]
    assert {(row["engine"], row["model_version"]) for row in medians} == {("endpoint", "v2")}
    assert [(row["latitude"], row["longitude"], row["parameter"], row["unit"]) for row in medians] == [
        (10.0 + one, 20.0, "pm25", "µg/m³") for one in range(3)
    ]
    assert medians[0]["issue_time"] == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("second", "said"),
    [(_csv(1), "was sent again, with other series"), (_csv().replace(b",40", b",1e9"), "is not credible")],
)
def test_a_table_that_is_sent_again_while_the_job_runs_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch, second: bytes, said: str
) -> None:
    monkeypatch.setattr(predict_job, "SERIES_A_STEP", 2)
    world = World()
    world.begin(PREDICT, _csv())
    assert world.runner.step(STEP).next == "go_on"
    world.files.put(input_key("a", ID), second, "text/csv")
    assert world.run().state == "failed"
    assert said in str(world.job.failure)


def test_series_of_other_issue_times_are_predicted_from_their_own() -> None:
    world = World()
    later = b"\n" + b"\n".join(_csv(1).replace(b"2026-01-30", b"2026-01-29").replace(b"s0", b"z").splitlines()[1:])
    world.begin(PREDICT, _csv(1) + later)
    assert world.run().state == "succeeded"
    found = {(row["series"], row["issue_time"].day) for row in world.result().to_pylist()}
    assert found == {("z", 30), ("s0", 31)}


def test_a_series_that_cannot_be_forecast_has_its_problem() -> None:
    world = World()
    world.begin(replace_output(PREDICT), _csv(1, hours=5))
    assert world.run().state == "succeeded"
    [row] = world.result("csv").to_pylist()
    assert (row["series"], row["latitude"], row["longitude"], row["value"]) == ("s0", 10, 20, None)
    assert "at least 12 are needed" in row["problem"]


def replace_output(request: PredictJob) -> PredictJob:
    return request.model_copy(update={"output": "csv"})


def test_a_version_that_is_not_in_production_is_run_by_its_light_model() -> None:
    world = World()
    world.begin(PREDICT.model_copy(update={"model": "v1"}), _csv(1))
    assert world.run().state == "succeeded"
    assert {row["engine"] for row in world.result().to_pylist()} == {"onnx"}
    assert world.endpoint.asked == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b"pm25", b"o3"), "no column 'pm25'"),
        ((b",40\n", b",-999\n"), "Row 1: pm25 is -999, which is not credible"),
        ((b"T01:00", b"T00:00"), "for the second time"),
        ((b"2026-01-30T05", b"2026-01-31T06"), "Row 6: 'start' lies ahead"),
        ((b"series", b"serie"), "columns"),
        ((b"s0,10,20,2026-01-30T05", b"s0,10.01,20,2026-01-30T05"), "Row 6 has s0 at 10.01, 20, more than 1000 m from"),
        ((b"s0,10,20,2026-01-30T05", b"s0,10,-160,2026-01-30T05"), "Row 6 has s0 at 10, -160"),
    ],
)
def test_a_table_that_cannot_be_used_ends_the_job_with_the_reason(change: tuple[bytes, bytes], said: str) -> None:
    world = World()
    world.begin(PREDICT, _csv(1).replace(*change, 1))
    assert world.run().state == "failed"
    assert said in (world.job.failure or "")


def test_a_series_may_be_told_with_the_jitter_of_its_position() -> None:
    world = World()
    world.begin(PREDICT, _csv(1).replace(b"s0,10,20,2026-01-30T05", b"s0,10.008,20.001,2026-01-30T05"))
    assert world.run().state == "succeeded"
    assert {(row["latitude"], row["longitude"]) for row in world.result().to_pylist()} == {(10.0, 20.0)}


def test_a_version_that_nobody_registered_ends_it_too() -> None:
    world = World()
    world.begin(PREDICT.model_copy(update={"model": "v9"}), _csv(1))
    assert world.run().failure == "There is no version v9 of the pm25 model."


def test_a_table_is_awaited_for_a_while() -> None:
    world = World()
    world.begin(PREDICT)
    assert world.runner.step(STEP).next == "wait"
    world.files.put(input_key("a", ID), _csv(1), "text/csv")
    assert world.run().state == "succeeded"


def test_a_table_that_never_comes_ends_the_job() -> None:
    world = World()
    world.begin(PREDICT)
    world.clock.move(21 * 60)
    assert world.runner.step(STEP).next == "end"
    assert world.job.failure == "No table was sent. Begin it again and send one by its form."


def test_who_could_predict_but_does_not_answer_is_asked_again() -> None:
    world = World()
    world.begin(PREDICT, _csv(1))
    world.endpoint.fail()
    with pytest.raises(Unavailable):
        world.runner.step(STEP)
    world.endpoint.error = None
    assert world.run().state == "succeeded"


def test_a_job_that_cannot_go_on_is_marked() -> None:
    world = World()
    world.begin(PREDICT, _csv(1))
    assert world.runner.step(STEP.model_copy(update={"broken": True})).next == "end"
    assert world.job.state == "failed"
    assert "a reason that is ours" in (world.job.failure or "")


def test_a_cancelled_job_goes_no_further() -> None:
    world = World()
    world.begin(PREDICT, _csv(1))
    world.store.end("a", ID, "cancelled", NOW)
    assert world.runner.step(STEP).next == "end"
    assert (world.job.state, world.endpoint.asked) == ("cancelled", [])


def test_a_job_of_nobody_ends() -> None:
    assert World().runner.step(STEP).next == "end"


def test_a_step_whose_answer_was_lost_is_not_done_twice() -> None:
    world = World()
    world.begin(PREDICT, _csv(1))
    world.run()
    world.store.jobs["a", ID] = replace(world.job, state="running", finished_at=None)
    assert world.run().state == "succeeded"
    assert (world.job.files, len(world.endpoint.asked)) == (1, 1)


def test_observations_are_exported() -> None:
    world = World()
    export = ExportJob.model_validate(
        {
            "kind": "export",
            "what": "observations",
            "stations": [EMBASSY.id, "nobody-1"],
            "parameters": ["pm25", "o3", "no2"],
            "from": "2014-12-31T00:00:00Z",
            "to": "2015-01-01T00:00:00Z",
        }
    )
    world.begin(export)
    assert world.run().state == "succeeded"
    rows = world.result().to_pylist()
    assert len(rows) == 16
    assert {(row["station"], row["parameter"], row["flag"]) for row in rows} == {(EMBASSY.id, "pm25", "valid")}
    assert {row["unit"] for row in rows} == {"µg/m³"}
    assert {(row["latitude"], row["longitude"]) for row in rows} == {(EMBASSY.latitude, EMBASSY.longitude)}
    assert (world.job.done, world.job.total) == (6, 6)


def test_what_is_named_twice_is_exported_once() -> None:
    world = World()
    export = ExportJob.model_validate(
        {
            "kind": "export",
            "what": "observations",
            "stations": [EMBASSY.id, EMBASSY.id],
            "parameters": ["pm25", "pm25"],
            "from": "2014-12-31T00:00:00Z",
            "to": "2015-01-01T00:00:00Z",
        }
    )
    assert export.series == 1
    world.begin(export)
    assert world.run().state == "succeeded"
    starts = [row["start"] for row in world.result().to_pylist()]
    assert len(starts) == len(set(starts)) == 16


def test_forecasts_are_exported_with_their_place_and_unit() -> None:
    world = World()
    export = ExportJob.model_validate(
        {
            "kind": "export",
            "what": "forecasts",
            "stations": [EMBASSY.id],
            "parameters": ["pm25"],
            "from": LAST,
            "to": LAST + dt.timedelta(hours=1),
            "output": "csv",
        }
    )
    world.begin(export)
    assert world.run().state == "succeeded"
    table = world.result("csv")
    assert table.num_rows == len(MADE.lead_hours) * len(MADE.levels)
    first = table.to_pylist()[0]
    assert (first["station"], first["parameter"], first["unit"]) == (EMBASSY.id, "pm25", "µg/m³")
    assert (first["latitude"], first["longitude"]) == (EMBASSY.latitude, EMBASSY.longitude)
    assert (first["lead_hours"], first["level"], first["value"]) == (
        MADE.lead_hours[0],
        MADE.levels[0],
        MADE.quantiles[0][0],
    )
    assert first["made_at"] == MADE.made_at, "the id of a forecast has it to the microsecond"


def test_an_export_of_what_is_no_parameter_is_refused_with_its_name() -> None:
    asked = {
        "kind": "export",
        "what": "observations",
        "stations": [EMBASSY.id],
        "parameters": ["pm25", "xenon"],
        "from": "2014-12-31T00:00:00Z",
        "to": "2015-01-01T00:00:00Z",
    }
    with pytest.raises(ValidationError, match="holds 'xenon', which is no parameter"):
        ExportJob.model_validate(asked)
