"""A MiniStack with the SageMaker stand-in, for these tests alone: ``serve_cloud.py PORT STATE_DIR``.

Writes STATE_DIR/ready once it serves and has restored its endpoints.
"""

import os
import socket
import sys
import threading
import time
from pathlib import Path


def main(port: str, state_dir: Path) -> None:
    os.environ.update(
        GATEWAY_PORT=port,
        BIND_HOST="127.0.0.1",
        AUTH="true",
        PERSIST_STATE="1",
        S3_PERSIST="1",
        STATE_DIR=str(state_dir / "ministack"),
        S3_DATA_DIR=str(state_dir / "s3"),
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
    )
    from ministack import app
    from ministack.core import persistence

    from local import sagemaker_standin

    url = f"http://127.0.0.1:{port}"
    limits = sagemaker_standin.Limits(stop_grace=1.0, invocation=1.5, health_check=20.0)
    sagemaker_standin.install(state_dir / "sagemaker", url, limits)

    def finish_start() -> None:
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(port))).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        sagemaker_standin.restore()
        (state_dir / "ready").touch()
        # What the local cloud's launcher does every 30 s, here often enough for a test that kills.
        while True:
            time.sleep(0.5)
            persistence.save_all(app._build_persistence_save_dict())

    threading.Thread(target=finish_start, daemon=True).start()
    sys.argv = sys.argv[:1]
    try:
        app.main()
    finally:
        sagemaker_standin.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
