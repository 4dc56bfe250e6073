"""One deployed local stack for all end-to-end tests: its own port, its own state, IAM enforced."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import cloud
from local.consumer import Consumer, api_url, create_user, plan_key, sign_in
from local.demo.make_files import FILES
from local.deployment import deploy
from local.place import Place
from local.uploads import drop_files
from local.workflow import run_workflow
from tests import beijing
from tests.free_port import free_port

_YEARS = ("2013", "2014")
_PASSWORD = "End-to-end-9-password"
_TOKEN_SECONDS = 900


@dataclass(frozen=True)
class Stack:
    """The deployed stack, and what a test needs to reach it."""

    place: Place
    outputs: dict[str, str]
    _tokens: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        # The stubs of boto3 know a client for each literal name; here the name is a variable.
        make: Any = self.place.session().client
        return make(service, endpoint_url=self.place.url, config=self.place.config())

    @property
    def token(self) -> str:
        """A token that is good for some minutes more: tokens live half an hour, and a slow machine's session longer."""
        if time.monotonic() > self._tokens.get("until", 0.0):
            create_user(self.place, self.outputs, "tester@example.org", _PASSWORD)
            self._tokens["token"] = sign_in(self.place, self.outputs, "tester@example.org", _PASSWORD)
            self._tokens["until"] = time.monotonic() + _TOKEN_SECONDS
        return str(self._tokens["token"])

    def consumer(self, plan: str = "Enterprise") -> Consumer:
        return Consumer(self.token, plan_key(self.place, self.outputs, plan))

    def get(
        self, path: str, *, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """GET through the gateway, by default with a token and the enterprise plan's key."""
        return httpx.get(
            api_url(self.place, self.outputs) + path,
            params=query,
            headers=self.consumer().headers() if headers is None else dict(headers),
            timeout=30,
            trust_env=False,
        )


@dataclass(frozen=True)
class Caller:
    """Somebody who is signed in, with the enterprise plan's key."""

    stack: Stack
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """A request through the gateway."""
        consumer = Consumer(self.token, plan_key(self.stack.place, self.stack.outputs, "Enterprise"))
        url = api_url(self.stack.place, self.stack.outputs) + path
        sent = consumer.headers() | headers
        return httpx.request(method, url, json=body, headers=sent, timeout=60, trust_env=False)

    def until(self, path: str, state: str, *, patience_s: float = 120) -> dict[str, Any]:
        """What lies at a path, once its `state` is no longer this one."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            answer = self.ask("GET", path)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            if found["state"] != state:
                return found
            time.sleep(0.5)
        message = f"{path} is still {state} after {patience_s:g} s"
        raise AssertionError(message)


def caller(stack: Stack, name: str, *roles: str) -> Caller:
    """Somebody new with these roles beside that of a consumer."""
    create_user(stack.place, stack.outputs, name, _PASSWORD)
    for role in roles:
        stack.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=stack.outputs["UserPoolId"], Username=name, GroupName=role
        )
    return Caller(stack, sign_in(stack.place, stack.outputs, name, _PASSWORD))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    place = Place(port=free_port(), folder=tmp_path_factory.mktemp("e2e"))
    cloud.start(port=place.port, state_dir=place.state, log=place.logs / "cloud.log", auth=True)
    try:
        yield Stack(place, deploy(place))
    finally:
        cloud.stop(state_dir=place.state)


@pytest.fixture(scope="session")
def beijing_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four winter months of two real stations, as a provider would drop them; skips where the data are not here."""
    if not beijing.THERE:
        pytest.skip(f"needs the Beijing multi-site data: {beijing.DATA} is not here")
    folder = tmp_path_factory.mktemp("beijing")
    command = [sys.executable, str(beijing.WRITER), str(folder), "--from", "2014-11-01", "--to", "2015-02-28"]
    subprocess.run([*command, "--station", "Aotizhongxin", "--station", "Dongsi"], check=True)
    return folder


def quiet(*_: object) -> None:
    """No progress is shown in a test."""


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of the demo station: enough for a model that beats persistence by more than chance."""
    folder = tmp_path_factory.mktemp("demo")
    for year in _YEARS:
        for file in (FILES / "records/csv.gz/locationid=900001" / f"year={year}").glob("*/*.gz"):
            target = folder / file.relative_to(FILES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return folder


@pytest.fixture(scope="session")
def demo_taken(stack: Stack, demo_files: Path) -> list[dict[str, Any]]:
    return drop_files(stack.place, stack.outputs, demo_files, quiet, 120)


@pytest.fixture(scope="session")
def trained(stack: Stack, demo_taken: list[dict[str, Any]]) -> dict[str, Any]:
    assert demo_taken
    return run_workflow(
        stack.place, stack.outputs["TrainingStateMachineArn"], "e2e-train", {"target": "pm25"}, quiet, 900
    )
