"""Command line of the local cloud."""

import argparse
import os
import sys
from pathlib import Path

from local.cloud.background import start, status, stop
from local.cloud.settings import DEFAULT_STATE_DIR, CloudError, Settings, default_port, ministack_environment


def main(arguments: list[str]) -> int:
    """Do what the command line says; 1 with a message where it cannot be done."""
    try:
        return _run(_parser().parse_args(arguments))
    except CloudError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cloud", description="AWS on this machine, for GeoClimate")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("serve", "run the server in the foreground"),
        ("start", "run the server in the background and wait until it answers"),
        ("stop", "stop the server and all that it runs, its state saved"),
        ("status", "say whether it runs; exit 1 where it does not"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("--state-dir", type=Path, default=DEFAULT_STATE_DIR, help="where the state is kept")
        if name in {"serve", "start"}:
            command.add_argument("--port", type=int, default=default_port(), help="port on 127.0.0.1")
            command.add_argument("--auth", action="store_true", help="enforce IAM policies")
            command.add_argument("--without", action="append", default=[], help="leave out a patch (for its test)")
        if name == "start":
            command.add_argument("--log", type=Path, help="file for the server's output")
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.command == "serve":
        return _serve(Settings(options.port, options.state_dir.absolute(), options.auth, frozenset(options.without)))
    if options.command == "start":
        log = options.log or options.state_dir.parent / "logs" / "cloud.log"
        running = start(options.port, options.state_dir, log, auth=options.auth, without=frozenset(options.without))
        print(f"the local cloud answers at {running.url} (pid {running.pid}, log {log})")
        return 0
    if options.command == "stop":
        print("stopped; the state is kept" if stop(options.state_dir) else "nothing was running")
        return 0
    running_now = status(options.state_dir)
    if running_now is None:
        print("the local cloud does not run")
        return 1
    print(f"the local cloud answers at {running_now.url} (pid {running_now.pid}, IAM enforced: {running_now.auth})")
    return 0


def _serve(settings: Settings) -> int:
    environment = ministack_environment(settings, os.environ)
    os.environ.clear()
    os.environ.update(environment)
    # MiniStack reads its environment while it is imported, so this must come after.
    from local.cloud.server import UnsupportedVersionError, serve  # noqa: PLC0415

    try:
        serve(settings)
    except UnsupportedVersionError as error:
        raise CloudError(str(error)) from error
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
