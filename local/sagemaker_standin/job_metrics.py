"""What a training job's output says of its metrics."""

import re

from local.sagemaker_standin.state import Document, now


class JobMetrics:
    """The last value of each metric that a job's regular expressions find in its output."""

    def __init__(self, definitions: list[Document]) -> None:
        self._patterns = [(definition["Name"], re.compile(definition["Regex"])) for definition in definitions]
        self.last: dict[str, Document] = {}

    def read(self, line: str) -> None:
        """Take what a line of the output says."""
        for name, pattern in self._patterns:
            for match in pattern.finditer(line):
                try:
                    value = float(match.group(1))
                except (IndexError, ValueError):
                    continue
                self.last[name] = {"MetricName": name, "Value": value, "Timestamp": now()}
