"""Serves one model over HTTP, as the PyTorch inference toolkit does in SageMaker's container.

Started by the stand-in, by path: ``serve.py MODEL_DIRECTORY PROGRAM PORT_FILE``. The program is a script in the model's
``code`` folder that gives ``model_fn(model_dir)``, ``input_fn(body, content_type)``, ``predict_fn(data, model)`` and
``output_fn(prediction, accept)``; the last one gives a body, or a body and its content type. As in the toolkit, a JSON
or CSV body reaches ``input_fn`` as text and any other as bytes, and an Accept that is missing or ``*/*`` becomes
``application/json``. What a hook raises is answered with 500, or with the status that the toolkit's own error names,
and with the stack trace, as there.

Two things differ from the container. ``code/requirements.txt`` is not installed: the script runs with the packages of
the local cloud. And there is one worker: ``predict_fn`` is called by one request at a time.
"""

from __future__ import annotations

import importlib.util
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

_JSON = "application/json"
_TEXT_TYPES = frozenset({_JSON, "text/csv"})
_CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
_HOOKS = ("model_fn", "input_fn", "predict_fn", "output_fn")


@dataclass(frozen=True)
class Hooks:
    """The four functions of an inference script."""

    model_fn: Callable[[str], Any]
    input_fn: Callable[[str | bytes, str], Any]
    predict_fn: Callable[[Any, Any], Any]
    output_fn: Callable[[Any, str], Any]


class BaseInferenceToolkitError(Exception):
    """What a hook raises to choose the status of its answer; `sagemaker_inference.errors` in the container.

    Attributes:
        status_code: HTTP status.
        message: What the body begins with.
        phrase: Reason phrase of the status line.
    """

    def __init__(self, status_code: int, message: str, phrase: str) -> None:
        super().__init__(status_code, message, phrase)
        self.status_code, self.message, self.phrase = status_code, message, phrase


def offer_toolkit() -> None:
    """Let a script import the container's error as it does there."""
    toolkit, errors = ModuleType("sagemaker_inference"), ModuleType("sagemaker_inference.errors")
    vars(errors)["BaseInferenceToolkitError"] = BaseInferenceToolkitError
    sys.modules |= {toolkit.__name__: toolkit, errors.__name__: errors}


class ScriptError(RuntimeError):
    """An inference script that cannot be used."""


def load_hooks(script: Path) -> Hooks:
    """Import an inference script and give its hooks.

    Raises:
        ScriptError: There is no such script, or it lacks a hook.
    """
    spec = importlib.util.spec_from_file_location(script.stem, script) if script.is_file() else None
    if spec is None or spec.loader is None:
        raise ScriptError(f"the model archive has no script {script.parent.name}/{script.name}")
    sys.path.insert(0, str(script.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[script.stem] = module
    spec.loader.exec_module(module)
    missing = [name for name in _HOOKS if not callable(getattr(module, name, None))]
    if missing:
        raise ScriptError(f"{script.name} lacks {', '.join(missing)}")
    return Hooks(**{name: getattr(module, name) for name in _HOOKS})


class Predictor:
    """A loaded model and the hooks around it."""

    def __init__(self, hooks: Hooks, model_directory: Path) -> None:
        self._hooks = hooks
        self._model = hooks.model_fn(str(model_directory))
        self._one_at_a_time = threading.Lock()

    def __call__(self, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        """Answer one invocation; gives the body and its content type."""
        wanted = _JSON if accept in {"", "*/*"} else accept
        given = body.decode("utf-8") if content_type.split(";", maxsplit=1)[0].strip() in _TEXT_TYPES else body
        data = self._hooks.input_fn(given, content_type)
        with self._one_at_a_time:
            prediction = self._hooks.predict_fn(data, self._model)
        answer = self._hooks.output_fn(prediction, wanted)
        answer, answered_type = answer if isinstance(answer, tuple) else (answer, wanted)
        return (answer.encode("utf-8") if isinstance(answer, str) else bytes(answer)), answered_type


def handler(predict: Predictor) -> type[BaseHTTPRequestHandler]:
    """Give the request handler of a predictor: ``GET /ping`` and ``POST /invocations``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: written apart, the second waits 40 ms for the first's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:  # the standard library's name
            self._answer(200 if self.path == "/ping" else 404, b"", _JSON)

        def do_POST(self) -> None:  # the standard library's name
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/invocations":
                self._answer(404, b"", _JSON)
                return
            try:
                answer, kind = predict(body, self.headers.get("Content-Type", ""), self.headers.get("Accept", ""))
            except Exception as error:  # noqa: BLE001  # the edge: whatever a script raises is an answer with its trace
                status, message = 500, str(error)
                if isinstance(error, BaseInferenceToolkitError):
                    status, message = error.status_code, error.message
                trace = traceback.format_exc()
                print(trace, file=sys.stderr, flush=True)  # the container's log is its output
                self._answer(status, f"{message}\n{trace}".encode(), "text/plain")
                return
            self._answer(200, answer, kind)

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            if _CUSTOM_ATTRIBUTES in self.headers:
                self.send_header(_CUSTOM_ATTRIBUTES, self.headers[_CUSTOM_ATTRIBUTES])
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Keep the pings out of the log."""
            if self.path != "/ping":
                super().log_request(getattr(code, "value", code), size)  # type: ignore[arg-type]  # as the parent takes it

    return Handler


class Server(ThreadingHTTPServer):
    """A server that finishes what it answers before it ends."""

    daemon_threads = False
    request_queue_size = 128


def main(model_directory: Path, program: str, port_file: Path) -> None:
    """Load the model, then serve on a free port of the loopback, which is written to the port file."""
    offer_toolkit()
    predictor = Predictor(load_hooks(model_directory / "code" / program), model_directory)
    server = Server(("127.0.0.1", 0), handler(predictor))
    # shutdown() waits for serve_forever to return, so it must not run in the thread that serves.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    scratch = port_file.with_suffix(".new")
    scratch.write_text(str(server.server_port), encoding="ascii")
    scratch.replace(port_file)
    server.serve_forever(poll_interval=0.05)
    server.server_close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
