"""Starting, finding and stopping a local cloud."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local import cloud
from local.cloud import pid_file
from local.cloud.pid_file import Running
from tests.integration.local.cloud.servers import Server, Start, free_port

ROOT = Path(__file__).resolve().parents[4]


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.cloud", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_second_start_finds_the_first(server: Server) -> None:
    first = pid_file.read(server.state_dir)
    assert cloud.start(server.port, server.state_dir, server.log, auth=True) == first


def test_refuses_to_serve_one_state_on_two_ports(server: Server, tmp_path: Path) -> None:
    with pytest.raises(cloud.CloudError, match=f"on port {server.port}; stop it first"):
        cloud.start(server.port + 1, server.state_dir, tmp_path / "log", auth=True)


def test_refuses_to_go_on_with_other_rules_than_it_was_started_with(server: Server, tmp_path: Path) -> None:
    with pytest.raises(cloud.CloudError, match="auth=True; stop it first"):
        cloud.start(server.port, server.state_dir, tmp_path / "log", auth=False)


def test_names_the_port_that_is_taken_and_how_to_choose_another(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = command("start", "--port", str(port), "--state-dir", str(tmp_path / "state"))
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr
    assert f"GEOCLIMATE_PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_listens_on_the_loopback_only(server: Server) -> None:
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.2", server.port), timeout=2):
        pass


def test_never_ends_a_process_that_only_has_the_same_pid(tmp_path: Path) -> None:
    tmp_path.joinpath("state").mkdir()
    state = tmp_path / "state"
    pid_file.write(state, Running(os.getpid(), "of another boot", 4566, auth=True, ready=True))
    assert cloud.stop(state) is False
    assert pid_file.read(state) is None


def test_says_what_the_server_said_where_it_does_not_start(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "sagemaker.json").write_text("{")
    with pytest.raises(cloud.CloudError, match="the end of"):
        cloud.start(free_port(), state, tmp_path / "log", auth=True)


def test_refuses_an_unknown_patch(tmp_path: Path) -> None:
    with pytest.raises(cloud.CloudError, match="no such patch: nonsense"):
        cloud.start(free_port(), tmp_path / "state", tmp_path / "log", auth=True, without=frozenset({"nonsense"}))


def test_the_commands_say_whether_it_runs(server: Server) -> None:
    up = command("status", "--state-dir", str(server.state_dir))
    assert (up.returncode, server.url in up.stdout) == (0, True)


def test_the_commands_say_that_nothing_runs(tmp_path: Path) -> None:
    assert command("status", "--state-dir", str(tmp_path)).returncode == 1
    assert command("stop", "--state-dir", str(tmp_path)).stdout == "nothing was running\n"


def test_an_operators_environment_does_not_reach_the_functions(
    start_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as operator:
        operator.setenv("AWS_SESSION_TOKEN", "of-a-real-account")
        operator.setenv("AWS_PROFILE", "production")
        operator.setenv("PYTHONPATH", "elsewhere")
        server = start_server()
    server.function("look", "import os\ndef handler(event, context): return dict(os.environ)", server.role("look"))
    seen, _ = server.invoke("look")
    assert not {"AWS_PROFILE", "PYTHONPATH"} & seen.keys()
    assert "of-a-real-account" not in json.dumps(seen)
    assert seen["AWS_ENDPOINT_URL"] == server.url
