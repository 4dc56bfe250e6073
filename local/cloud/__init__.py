"""The local cloud: MiniStack, mended where it differs from AWS in what this platform relies on.

`python -m local.cloud serve|start|stop|status`, or the functions below. See docs/local-cloud.md.
"""

from local.cloud.background import start, status, stop
from local.cloud.pid_file import Running
from local.cloud.settings import CloudError, Settings

__all__ = ["CloudError", "Running", "Settings", "start", "status", "stop"]
