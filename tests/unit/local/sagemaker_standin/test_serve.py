"""The serving process honours an inference script's four hooks."""

from pathlib import Path

import pytest

from local.sagemaker_standin import serve

SCRIPT = """
def model_fn(model_dir):
    return model_dir

def input_fn(body, content_type):
    return body, content_type

def predict_fn(data, model):
    return [*data, model]

def output_fn(prediction, accept):
    return (repr(prediction), accept) if accept == "text/csv" else repr(prediction).encode()
"""


@pytest.fixture
def predictor(tmp_path: Path) -> serve.Predictor:
    script = tmp_path / "code" / "served_by_test.py"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    return serve.Predictor(serve.load_hooks(script), tmp_path)


@pytest.mark.parametrize(
    ("content_type", "given"),
    [
        ("application/json", "'[1]'"),
        ("application/json; charset=utf-8", "'[1]'"),
        ("text/csv", "'[1]'"),
        ("application/x-npy", "b'[1]'"),
    ],
)
def test_text_types_arrive_as_text_and_others_as_bytes(
    predictor: serve.Predictor, tmp_path: Path, content_type: str, given: str
) -> None:
    answer, _ = predictor(b"[1]", content_type, "")
    assert answer.decode() == f"[{given}, {content_type!r}, {str(tmp_path)!r}]"


@pytest.mark.parametrize(
    ("accept", "answered"), [("", "application/json"), ("*/*", "application/json"), ("text/csv", "text/csv")]
)
def test_answer_has_the_type_that_was_accepted(predictor: serve.Predictor, accept: str, answered: str) -> None:
    assert predictor(b"", "", accept)[1] == answered


def test_refuses_a_script_that_lacks_a_hook(tmp_path: Path) -> None:
    script = tmp_path / "half_a_script.py"
    script.write_text("def model_fn(model_dir): return None\npredict_fn = 3\n")
    with pytest.raises(serve.ScriptError, match=r"half_a_script\.py lacks input_fn, predict_fn, output_fn"):
        serve.load_hooks(script)


def test_refuses_an_archive_without_its_script(tmp_path: Path) -> None:
    with pytest.raises(serve.ScriptError, match=r"the model archive has no script code/inference\.py"):
        serve.load_hooks(tmp_path / "code" / "inference.py")
