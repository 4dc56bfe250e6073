import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud.processes import end_group, group_lives, identity, wait_until_gone

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# A leader that starts a child in its own group, says so, and waits.
FAMILY_CODE = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
# A process whose first thread has ended, a zombie from then on, while another goes on and still holds what it opened.
HALF_ENDED_CODE = """
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
print("ready", flush=True)
ctypes.CDLL(None).pthread_exit(None)
"""


@pytest.fixture
def leader() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY_CODE], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    yield process
    process.kill()
    process.wait()
    end_group(process.pid, 5)
    assert process.stdout is not None
    process.stdout.close()


def test_a_process_keeps_its_identity() -> None:
    assert identity(os.getpid()) is not None
    assert identity(os.getpid()) == identity(os.getpid())


def test_two_processes_have_two_identities(leader: subprocess.Popen[str]) -> None:
    assert identity(leader.pid) != identity(os.getpid())


def test_an_ended_process_has_none_even_before_it_is_collected() -> None:
    process = subprocess.Popen(SLEEP)
    who = identity(process.pid)
    process.kill()
    assert who is not None
    assert wait_until_gone(process.pid, who, 5)
    assert identity(process.pid) is None
    process.wait()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="threads are read from /proc, which only Linux has")
def test_a_process_whose_other_threads_go_on_has_not_ended() -> None:
    """Seen after a kill: the server's first thread is gone, and for a moment the others still hold its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALF_ENDED_CODE], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline()
        deadline = time.monotonic() + 5
        while _state(process.pid) != "Z" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _state(process.pid) == "Z"
        assert identity(process.pid) is not None
        assert group_lives(process.pid)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    assert identity(process.pid) is None


def test_does_not_wait_for_ever_for_a_process_that_stays() -> None:
    who = identity(os.getpid())
    assert who is not None
    assert not wait_until_gone(os.getpid(), who, 0)


def test_ends_what_a_dead_leader_left(leader: subprocess.Popen[str]) -> None:
    assert leader.stdout is not None
    child = int(leader.stdout.readline())
    leader.kill()
    leader.wait()
    assert group_lives(leader.pid)
    assert end_group(leader.pid, 5)
    assert identity(child) is None


def test_leaves_a_group_whose_number_is_a_living_process(leader: subprocess.Popen[str]) -> None:
    assert leader.stdout is not None
    leader.stdout.readline()
    assert end_group(leader.pid, 5)
    assert identity(leader.pid) is not None
