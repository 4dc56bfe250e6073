"""Set up what the project needs on this machine: the virtual environment and the pinned CDK command line.

Run by `make` with the system's Python and nothing installed, so it is standard library only, and it parses on an old
Python so that it can say that the Python is too old. What is already there and unchanged is left alone.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOGS = os.path.join(ROOT, ".local", "logs")
MINIMUM_PYTHON = (3, 11)
MINIMUM_NODE = 20


def fail(message: str) -> "NoReturn":
    """Say what is wrong and what to do, and leave with exit 1."""
    sys.stderr.write("error: " + message + "\n")
    sys.exit(1)


def check_python() -> None:
    """Refuse a Python that is too old or cannot make virtual environments."""
    if sys.version_info[:2] < MINIMUM_PYTHON:
        fail(
            "Python %d.%d or newer is needed, and %s is %d.%d. Install one, or name it: make PYTHON=python3.12 ..."
            % (MINIMUM_PYTHON + (sys.executable,) + sys.version_info[:2])
        )
    try:
        import ensurepip  # noqa: F401 - only whether it is there
        import venv  # noqa: F401 - only whether it is there
    except ImportError:
        fail("this Python cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv")


def check_node() -> None:
    """Refuse a Node that is missing or too old; the CDK needs it."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            fail("%s is not on the PATH; install Node.js %d or newer (the CDK needs it)" % (program, MINIMUM_NODE))
    version = subprocess.check_output(["node", "--version"]).decode().strip()
    if int(version.lstrip("v").split(".")[0]) < MINIMUM_NODE:
        fail("Node.js %d or newer is needed, and `node` is %s" % (MINIMUM_NODE, version))


def digest_of(*names: str) -> str:
    """One digest over the content of files of the repository, and the interpreter's version."""
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read_stamp(path: str) -> "str | None":
    """The digest that was recorded when the thing was last made, or None."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def run(label: str, command: "list[str]", log: str) -> None:
    """Run a command with its output in the log, and show that it is alive."""
    with open(log, "ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        done = threading.Event()
        # A daemon: an interrupted set-up is not to wait for the one that tells of it.
        ticker = threading.Thread(target=show_progress, args=(label, done), daemon=True)
        ticker.start()
        code = process.wait()
        done.set()
        ticker.join()
    if code != 0:
        with open(log, "rb") as file:
            tail = file.read()[-2000:].decode("utf-8", "replace")
        fail("%s failed (exit %d). The end of %s:\n%s" % (label, code, os.path.relpath(log, ROOT), tail))


def show_progress(label: str, done: threading.Event) -> None:
    """A line that counts the seconds; on a terminal it is rewritten, elsewhere a new one comes every 15 s."""
    start = time.time()
    terminal = sys.stdout.isatty()
    sys.stdout.write("%s ..." % label + ("" if terminal else "\n"))
    sys.stdout.flush()
    period = 1 if terminal else 15
    while not done.wait(period):
        line = "%s ... %d s" % (label, time.time() - start)
        sys.stdout.write("\r" + line if terminal else "  " + line + "\n")
        sys.stdout.flush()
    line = "%s: done in %d s" % (label, time.time() - start)
    sys.stdout.write("\r" + line + "\n" if terminal else line + "\n")
    sys.stdout.flush()


def made_elsewhere() -> bool:
    """Whether the virtual environment was made in another folder, to which its scripts and our package still lead."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg")) as file:
            lines = file.read().splitlines()
    except OSError:
        return False
    return any(line.startswith("command = ") and not line.endswith(" " + VENV) for line in lines)


def main() -> None:
    """Check the machine, then make what is missing or out of date."""
    check_python()
    check_node()
    if not os.path.isdir(LOGS):
        os.makedirs(LOGS)
    log = os.path.join(LOGS, "setup.log")
    python = os.path.join(VENV, "bin", "python")

    stamp = os.path.join(VENV, ".geoclimate-stamp")
    wanted = digest_of("requirements.lock", "pyproject.toml")
    made = None if made_elsewhere() else read_stamp(stamp)
    if made != wanted:
        if os.path.exists(stamp):
            os.remove(stamp)
        # Without a stamp it is new, or was left half made or half removed, which pip would take for installed.
        clear = ["--clear"] if made is None else []
        run("Making the virtual environment", [sys.executable, "-m", "venv"] + clear + [VENV], log)
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        run("Installing the locked Python packages", pip + ["-r", "requirements.lock"], log)
        run(
            "Installing geoclimate itself, editable",
            pip + ["--no-deps", "--no-build-isolation", "-e", "."],
            log,
        )
        with open(stamp, "w") as file:
            file.write(wanted)

    stamp = os.path.join(ROOT, "cdk", "node_modules", ".geoclimate-stamp")
    wanted = digest_of("cdk/package-lock.json")
    if read_stamp(stamp) != wanted:
        run("Installing the pinned CDK command line", ["npm", "ci", "--prefix", "cdk"], log)
        with open(stamp, "w") as file:
            file.write(wanted)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; the same command again continues\n")
        sys.exit(130)
