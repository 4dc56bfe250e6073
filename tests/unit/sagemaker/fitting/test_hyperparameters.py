import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoclimate.domain.errors import InvalidInput
from geoclimate_ml.fitting.hyperparameters import ARCHITECTURES, read_hyperparameters, to_hyperparameters
from geoclimate_ml.networks.architecture import KINDS


def test_reads_what_sagemaker_hands_over() -> None:
    read = read_hyperparameters(
        ["--architecture", "lstm", "--bidirectional", "True", "--hidden-size", "48", "--learning_rate", "0.001"]
    )
    assert (read.network.kind, read.network.bidirectional, read.network.hidden_size) == ("lstm", True, 48)
    assert read.learning_rate == 0.001


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_usual_sizes(kind: str) -> None:
    assert to_hyperparameters({"architecture": kind}).network == ARCHITECTURES[kind]  # type: ignore[index] # a kind


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 512), st.booleans())
def test_values_by_name_make_the_same_again(kind: str, batch_size: int, deterministic: bool) -> None:
    made = to_hyperparameters({"architecture": kind, "batch_size": batch_size, "deterministic": deterministic})
    assert to_hyperparameters(made.values()) == made
    texts = [part for name, value in made.values().items() for part in (f"--{name}", str(value))]
    assert read_hyperparameters(texts) == made


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--hidden-size", "0"], "hidden_size: Input should be greater than 0, but is '0'"),
        (["--epochs", "many"], "epochs: .*but is 'many'"),
        (["--learning-rate", "nan"], "learning_rate"),
        (["--max-seconds", "inf"], "max_seconds"),
        (["--layer", "2"], "layer is unknown"),
        (["--network", "x"], "network is unknown"),
        (["--kind", "gru"], "kind is unknown"),
        (["--architecture", "cnn"], "architecture must be one of lstm, gru, transformer, but is 'cnn'"),
        (
            ["--architecture", "transformer", "--hidden-size", "30"],
            "heads: .* divide its hidden_size, 30, but is 4",
        ),
        (["--seed", str(2**63)], "seed: Input should be less than"),
        (["--epochs"], "'--epochs' must be --name followed by a value"),
        (["epochs", "3"], "'epochs' must be --name followed by a value"),
    ],
    ids=str,
)
def test_says_which_hyperparameter_makes_no_sense(arguments: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=f"hyperparameters: {message}"):
        read_hyperparameters(arguments)
