"""Two processes on gloo train what one process with the same batch trains."""

import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from geoclimate.domain.errors import InvalidInput
from geoclimate_ml.fitting.distributed import joined

from .processes import ended, losses, start

pytestmark = pytest.mark.slow
# Dropout and noise differ between one process and two, the gradient must not.
PLAIN = {
    "epochs": "3",
    "dropout": "0",
    "encoder-dropout": "0",
    "input-noise": "0",
    "weather-dropout": "0",
    "level-spread": "0",
    "learning-rate": "0.001",
}


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def launched(path: Path, hyperparameters: dict[str, str]) -> list[subprocess.Popen[str]]:
    """Two processes with the variables that torchrun sets."""
    port = free_port()
    return [
        start(
            path / f"of {rank}",
            hyperparameters,
            {
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": "2",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
                "GEOCLIMATE_CHECKPOINTS": str(path / f"checkpoints of {rank}"),
            },
        )
        for rank in range(2)
    ]


def test_two_processes_train_what_one_trains(tmp_path: Path) -> None:
    processes = launched(tmp_path, PLAIN)
    first, second = (ended(process) for process in processes)
    alone = losses(ended(start(tmp_path / "alone", PLAIN, {})))
    assert losses(second) == {}, "only the first process reports"
    assert not (tmp_path / "checkpoints of 1").exists(), "only the first process writes"
    assert (tmp_path / "checkpoints of 0" / "epoch-00003.safetensors").is_file()
    for number, loss in losses(first).items():
        assert float(loss) == pytest.approx(float(alone[number]), rel=1e-3)
    one, two = load_file(tmp_path / "alone"), load_file(tmp_path / "of 0")
    moved = max(float(tensor.abs().max()) for name, tensor in one.items() if name.startswith("head.all_leads"))
    apart = max(float((tensor - two[name]).abs().max()) for name, tensor in one.items())
    assert apart < 0.02 * moved


@pytest.mark.parametrize("rank", [0, 1])
def test_a_process_that_loses_another_ends_at_once_and_says_so(tmp_path: Path, rank: int) -> None:
    endless = {**PLAIN, "epochs": "400", "patience": "400"}
    processes = launched(tmp_path, endless)
    leader = processes[0].stdout
    assert leader is not None
    while "epoch 1:" not in (line := leader.readline()):
        assert line, "the training ended before its first epoch"
    processes[rank].send_signal(signal.SIGKILL)
    processes[rank].communicate(timeout=30)
    said, _ = processes[1 - rank].communicate(timeout=60)
    assert processes[1 - rank].returncode == 1
    assert f"Unavailable: process {1 - rank} of 2 lost one of the others" in said
    assert not (tmp_path / "of 0").exists()


def test_the_toolkit_s_launcher_starts_what_finds_each_other(tmp_path: Path) -> None:
    """The command line of sagemaker-training-toolkit's `torch_distributed.py` for hosts without a GPU."""
    torchrun = ["-m", "torch.distributed.run", "--nnodes", "2", "--nproc_per_node", "1"]
    torchrun += ["--master_addr", "127.0.0.1", "--master_port", free_port()]
    hosts = [
        start(
            tmp_path / f"of {rank}",
            PLAIN,
            {"SM_NETWORK_INTERFACE_NAME": "lo", "LOGLEVEL": "INFO", "TMPDIR": str(tmp_path)},
            [*torchrun, "--node_rank", str(rank)],
        )
        for rank in range(2)
    ]
    first, second = (_until_its_training_ended_well(host) for host in hosts)
    # The launchers then wait for each other; now and then one misses that the other has come, and waits five minutes.
    for host in hosts:
        host.terminate()
        host.communicate(timeout=60)
    assert sorted(losses(first)) == [1, 2, 3]
    assert losses(second) == {}
    assert (tmp_path / "of 0").is_file()
    assert not (tmp_path / "of 1").exists()


def _until_its_training_ended_well(launcher: subprocess.Popen[str]) -> str:
    assert launcher.stdout is not None
    printed = ""
    while "Local worker group finished (WorkerState.SUCCEEDED)" not in (line := launcher.stdout.readline()):
        assert line, printed
        printed += line
    return printed


def test_hosts_without_a_launcher_find_each_other_by_name() -> None:
    hosts = {"SM_HOSTS": json.dumps(["algo-1"]), "SM_CURRENT_HOST": "algo-1"}
    with joined(hosts) as world:
        assert (world.rank, world.size, world.leads) == (0, 1, True)


@pytest.mark.parametrize(
    "environment",
    [
        {"WORLD_SIZE": "2"},
        {"WORLD_SIZE": "two", "RANK": "0", "MASTER_ADDR": "127.0.0.1"},
        {"WORLD_SIZE": "2", "RANK": "2", "MASTER_ADDR": "127.0.0.1"},
        {"SM_HOSTS": '["algo-1", "algo-2"]', "SM_CURRENT_HOST": "algo-3"},
        {"SM_HOSTS": "algo-1"},
    ],
    ids=str,
)
def test_says_that_the_launchers_variables_make_no_sense(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=r"launcher's variables|RANK is 2"), joined(environment):
        pass


def test_a_tensor_sums_over_one_process_to_itself() -> None:
    with joined({}) as world:
        assert world.sum(torch.tensor(3.0)).item() == 3.0
        assert world.from_first(b"bytes") == b"bytes"
