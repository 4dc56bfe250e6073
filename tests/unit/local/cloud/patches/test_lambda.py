import queue

from local.cloud.patches.lambda_ import read_to_mark


def lines(*texts: str) -> "queue.Queue[str]":
    filled: queue.Queue[str] = queue.Queue()
    for text in texts:
        filled.put(text)
    return filled


def test_reads_a_calls_lines_and_leaves_the_next_calls() -> None:
    waiting = lines("one", "two", "\x00end", "next")
    assert read_to_mark(waiting) == "one\ntwo"
    assert waiting.get_nowait() == "next"


def test_a_call_without_lines_has_an_empty_log() -> None:
    assert read_to_mark(lines("\x00end")) == ""


def test_keeps_what_was_printed_without_a_line_break() -> None:
    assert read_to_mark(lines("one", "half\x00end")) == "one\nhalf"


def test_gives_what_is_there_where_the_process_died_before_its_mark() -> None:
    assert read_to_mark(lines("one")) == "one"
