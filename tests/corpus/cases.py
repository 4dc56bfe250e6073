"""The corpus: each file with what its report must say."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geoclimate.contracts.report import MAPPING_SUFFIX
from tests.corpus.recipes import RECIPES

FOLDER: Final = Path(__file__).parent
EXPECTED_SUFFIX: Final = ".expected.json"


@dataclass(frozen=True)
class Case:
    """One file of the corpus.

    Attributes:
        name: Its path in the corpus, which is also its key in the bucket.
        expected: What `<name>.expected.json` says.
    """

    name: str
    expected: dict[str, Any]

    @property
    def content(self) -> bytes:
        """The file's bytes, made by its recipe where it is too large to be kept."""
        recipe = RECIPES.get(self.name)
        return (FOLDER / self.name).read_bytes() if recipe is None else recipe()

    @property
    def objects(self) -> dict[str, bytes]:
        """What the provider puts into the bucket: the file, and the mapping that lies beside a wide one."""
        mapping = FOLDER / (self.name + MAPPING_SUFFIX)
        beside = {self.name + MAPPING_SUFFIX: mapping.read_bytes()} if mapping.exists() else {}
        return {self.name: self.content, **beside}


def all_cases() -> list[Case]:
    """Every file of the corpus, ordered by name."""
    return [
        Case(str(file.relative_to(FOLDER)).removesuffix(EXPECTED_SUFFIX), json.loads(file.read_text()))
        for file in sorted(FOLDER.rglob("*" + EXPECTED_SUFFIX))
    ]


def all_files() -> set[str]:
    """The name of every file that is no expectation and no part of the corpus's own code, and of every recipe."""
    own = {FOLDER / name for name in ("README.md", "cases.py", "make_binary.py", "make_parquet.py", "recipes.py")}
    kept = {
        str(file.relative_to(FOLDER))
        for file in FOLDER.rglob("*")
        if file.is_file()
        and file not in own
        and file.parent.name != "__pycache__"
        and not file.name.endswith((EXPECTED_SUFFIX, MAPPING_SUFFIX))
    }
    return kept | set(RECIPES)
