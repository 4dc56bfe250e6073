"""What the light model's interval covers is measured on the file that is served."""

from pathlib import Path

import numpy as np
import pytest

from geoclimate_ml.light_model import light_coverage
from geoclimate_ml.samples import Samples
from tests.light_models import LEVELS, contract_for, light_model
from tests.made_samples import made, small_spec


@pytest.fixture(scope="module")
def samples() -> Samples:
    return made(small_spec(6, history_hours=24), hours=900, stations=2).samples


@pytest.mark.parametrize("issue_times", [40, 1000])
def test_it_is_the_share_of_what_was_observed_between_the_tenth_and_the_ninetieth(
    samples: Samples, tmp_path: Path, issue_times: int
) -> None:
    """The file expects the newest value, 0.4 to either side for each hour ahead."""
    spec = samples.archive.spec
    (tmp_path / "light.onnx").write_bytes(light_model(contract_for(spec)))
    issued = samples.only(np.arange(len(samples)) < issue_times)
    change = issued.observed(np.arange(len(issued))) - issued.inputs(np.arange(len(issued))).history[:, -1, :1]
    known = ~np.isnan(change)
    inside = np.abs(change[known]) <= 0.4 * np.broadcast_to(spec.lead_hours, change.shape)[known]
    covered = light_coverage(tmp_path / "light.onnx", issued, LEVELS)
    assert 0 < covered < 1
    assert covered == pytest.approx(inside.mean(), abs=1e-3)
