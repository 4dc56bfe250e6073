"""The page that explains every kind of problem."""

import re
from html.parser import HTMLParser

from geoclimate.contracts.gateway_problems import all_problems
from geoclimate.runtime.web.problem_page import problem_page


class Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section":
            self.anchors.append(given["id"] or "")
        self.addresses += [str(given[name]) for name in ("href", "src") if name in given]
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read() -> Read:
    page = Read()
    page.feed(problem_page())
    assert page.open == []
    return page


def test_every_code_has_a_section_of_its_own_that_can_be_linked_to() -> None:
    assert read().anchors == [problem.code for problem in all_problems()]


def test_a_section_says_type_status_meaning_and_what_to_do() -> None:
    page = problem_page()
    for problem in all_problems():
        section = page.split(f'<section id="{problem.code}">')[1].split("</section>")[0]
        assert problem.uri in section
        assert ("as sent" if problem.status is None else str(problem.status)) in section
        assert section.count("<p>") == 2 + (problem.hint is not None)


def test_it_needs_nothing_from_the_internet_and_no_script() -> None:
    assert [address for address in read().addresses if not address.startswith(("data:", "../docs"))] == []
    assert re.search(r"<script|https?://|@import|url\(", problem_page()) is None
