"""Figures of skill as answers show them."""

from typing import Any

from geoclimate.contracts.skill import BaselineAnswer, CoverageAnswer, PinballAnswer
from geoclimate.domain.skill import Skill


def figures(skill: Skill, levels: tuple[float, ...]) -> dict[str, Any]:
    """The members of a `SkillAnswer`."""
    return {
        "hours": skill.hours,
        "mae": skill.mae,
        "rmse": skill.rmse,
        "crps": skill.crps,
        "pinball": tuple(
            PinballAnswer(level=level, loss=loss) for level, loss in zip(levels, skill.pinball, strict=True)
        ),
        "coverage": tuple(CoverageAnswer(interval=share, share=found) for share, found in skill.coverage.items()),
        "baselines": tuple(
            BaselineAnswer(
                name=name,
                hours=baseline.hours,
                mae=baseline.mae,
                rmse=baseline.rmse,
                crps=baseline.crps,
                mae_skill=baseline.mae_skill,
                crps_skill=baseline.crps_skill,
            )
            for name, baseline in skill.baselines.items()
        ),
    }
