"""A Jupyter kernel, with a client that runs cells in it as a notebook does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SOON = 20.0
"""Seconds in which an interrupt, a restart or a cell is done, on a busy machine. One is usual."""


class Kernel:
    """A kernel, which `new_kernel` starts and ends."""

    def __init__(self, folder: Path, errors: Any) -> None:
        self._manager = KernelManager()
        self._manager.start_kernel(cwd=str(folder), stderr=errors)
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def begin(self, code: str) -> str:
        """Start a cell, and return when it has printed something."""
        cell = str(self._client.execute(code))
        for content in self._contents(cell):
            assert "text" in content or content.get("execution_state") != "idle", content
            if "text" in content:
                break
        return cell

    def finish(self, cell: str) -> tuple[str, str]:
        """Wait for the end of a cell: the name of its error, if any, and what it printed."""
        error = text = ""
        for content in self._contents(cell):
            text += content.get("text", "")
            error = content.get("ename", error)
            if content.get("execution_state") == "idle":
                break
        reply: dict[str, Any] = {}
        while reply.get("msg_id") != cell:  # an old reply must not pass for one after a restart
            reply = self._client.get_shell_msg(timeout=SOON)["parent_header"]
        return error, text

    def run(self, code: str) -> Any:
        """Run a cell that must not fail. Return what it printed, as JSON."""
        error, text = self.finish(str(self._client.execute(code)))
        assert error == "", (error, text)
        return json.loads(text or "null")

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def restart(self, *, now: bool) -> None:
        process = self._process()
        self._manager.restart_kernel(now=now)
        self._client.wait_for_ready(timeout=SOON)
        assert process.poll() is not None

    def shut_down(self) -> None:
        process = self._process()
        self._manager.shutdown_kernel()
        assert process.poll() is not None

    def end(self) -> None:
        """End it whatever it does."""
        self._client.stop_channels()
        if self._manager.has_kernel:
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()

    def _process(self) -> Any:
        provisioner: Any = self._manager.provisioner
        return provisioner.process

    def _contents(self, cell: str) -> Iterator[dict[str, Any]]:
        """Give what the kernel says of a cell."""
        while True:
            message = self._client.get_iopub_msg(timeout=SOON)
            if message["parent_header"].get("msg_id") == cell:
                yield message["content"]


@contextmanager
def new_kernel(folder: Path) -> Iterator[Kernel]:
    """Start a kernel, which may not have complained of a session when it ends."""
    log = folder / "stderr.txt"
    with log.open("w") as errors:
        kernel = Kernel(folder, errors)
        try:
            yield kernel
        finally:
            kernel.end()
    # When it ends in the middle of a cell, ipykernel itself has something to say.
    complaints = log.read_text()
    for name in ("session_lib", "aiosqlite", "sqlite3"):
        assert name not in complaints, complaints
