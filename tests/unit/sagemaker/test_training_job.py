"""How a job ends: a status for SageMaker, and a sentence where it looks for the reason."""

from pathlib import Path

import pytest

from geoclimate.domain.errors import IntegrityError
from geoclimate_ml.training_job import read_channel, run_job
from tests.training_jobs import Job, synthetic_dataset


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def ended(job: Job, error: Exception) -> str:
    """The sentence of a job whose work raises this."""

    def work() -> None:
        raise error

    assert run_job(work, job.environment()) == 1
    return job.failure.read_text()


def test_a_job_that_ends_well_leaves_no_reason(job: Job) -> None:
    done: list[int] = []
    assert run_job(lambda: done.append(1), job.environment()) == 0
    assert done == [1]
    assert not job.failure.exists()


def test_an_error_of_ours_is_told_without_its_trace(job: Job, capfd: pytest.CaptureFixture[str]) -> None:
    sentence = ended(job, IntegrityError("dataset.npz has another digest"))
    assert sentence == f"{IntegrityError.title}: dataset.npz has another digest"
    assert capfd.readouterr().err == f"{sentence}\n"


def test_a_variable_that_sagemaker_did_not_set_is_named(job: Job, capfd: pytest.CaptureFixture[str]) -> None:
    assert (
        ended(job, KeyError("SM_MODEL_DIR")) == "the environment variable 'SM_MODEL_DIR' is not set; SageMaker sets it"
    )
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (KeyError("lstm"), "KeyError: 'lstm'"),
    ],
    ids=["an error", "a key that is no variable"],
)
def test_a_fault_is_told_in_a_line_with_its_trace_in_the_log(
    job: Job, capfd: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    assert ended(job, error) == sentence
    assert "Traceback" in capfd.readouterr().err


def test_a_channel_gives_the_data_set_that_was_frozen(job: Job) -> None:
    dataset = synthetic_dataset(days=2)
    digest = job.write_channel(dataset)
    for named in (digest, None):
        found, manifest = read_channel(job.channel, named)
        assert found.to_bytes() == dataset.to_bytes()
        assert (manifest.digest, manifest.target) == (digest, "pm25")
