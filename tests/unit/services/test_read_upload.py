"""How the layout of an upload is told, and where its mapping is looked for."""

import pytest

from geoclimate.domain.errors import UnreadableFile
from geoclimate.services.read_upload import FoundMapping, Recognition, find_mapping
from tests.openaq_archive import HEADER


def no_mapping() -> FoundMapping | None:
    return None


def test_prefers_the_mapping_of_the_file_to_that_of_its_folder() -> None:
    kept = {"city/a.csv.mapping.json": b"own", "city/mapping.json": b"folder"}
    assert find_mapping("city/a.csv", kept.get) == FoundMapping("city/a.csv.mapping.json", b"own")
    assert find_mapping("city/b.csv", kept.get) == FoundMapping("city/mapping.json", b"folder")


def test_looks_for_the_folders_mapping_in_no_other_folder() -> None:
    kept = {"mapping.json": b"top", "city/mapping.json": b"city"}
    assert find_mapping("a.csv", kept.get) == FoundMapping("mapping.json", b"top")
    assert find_mapping("city/north/a.csv", kept.get) is None


def test_does_not_ask_for_a_mapping_where_the_header_is_known() -> None:
    def asked() -> FoundMapping | None:
        raise AssertionError("a known header needs no mapping")

    recognition = Recognition(asked)
    recognition(1, ",".join(HEADER))
    assert recognition.format == "OpenAQ archive"


def test_an_unknown_header_without_mapping_stays_unknown() -> None:
    recognition = Recognition(no_mapping)
    with pytest.raises(UnreadableFile) as refused:
        recognition(1, "time,PM2.5")
    assert (refused.value.rule, recognition.format) == ("header", None)


def test_says_which_mapping_is_broken_and_remembers_it() -> None:
    recognition = Recognition(lambda: FoundMapping("mapping.json", b"{"))
    with pytest.raises(UnreadableFile) as refused:
        recognition(1, "time,PM2.5")
    assert refused.value.rule == "mapping"
    assert recognition.mapping is not None
