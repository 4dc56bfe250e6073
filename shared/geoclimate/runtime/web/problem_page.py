"""The page that explains every kind of problem, made from the one table of them."""

from html import escape
from typing import Final

from geoclimate.contracts.gateway_problems import all_problems
from geoclimate.contracts.problems import ProblemType

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>GeoClimate API: problems</title>
  <link rel="icon" href="data:,">
  <style>
    body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
    h2 {{ margin: 2rem 0 .25rem; font-size: 1.1rem; }}
    code {{ background: #f2f2f2; color: #222; padding: .1rem .3rem; border-radius: .2rem; }}
    :target {{ background: #fff6d0; color: #222; }}
  </style>
</head>
<body>
  <h1>Problems</h1>
  <p>Every error answer is <code>application/problem+json</code> (RFC 9457). Decide by <code>type</code>, which never
  changes. <code>detail</code> tells of the one occurrence, <code>errors</code> names everything that is wrong with a
  pointer to it, and <code>request_id</code> leads the operator to the logs. <a href="../docs">The reference</a> lists
  the paths.</p>
{sections}
</body>
</html>
"""


def problem_page() -> str:
    """A page with a section for each code; the section's anchor is the code."""
    return _PAGE.format(sections="\n".join(map(_section, all_problems())))


def _section(problem: ProblemType) -> str:
    status = "as sent" if problem.status is None else str(problem.status)
    sentences = [problem.detail, *([] if problem.hint is None else [problem.hint])]
    return (
        f'  <section id="{escape(problem.code)}">\n'
        f"    <h2>{escape(problem.title)}</h2>\n"
        f"    <p><code>{escape(problem.uri)}</code>, status {status}</p>\n"
        + "\n".join(f"    <p>{escape(sentence)}</p>" for sentence in sentences)
        + "\n  </section>"
    )
