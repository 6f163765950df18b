"""What `close` returns: something to wait for, for those who want to wait."""

import asyncio
import inspect
from collections.abc import Coroutine, Generator
from typing import Any

from session_lib.worker import OpenFile


class Closing(Coroutine[Any, Any, None]):
    """A file on its way to being closed. Nobody has to wait for that, but anybody can.

    It can be awaited, handed to `asyncio.run`, or left alone: a coroutine without a warning.

    Args:
        open_file: What is being closed, or ``None`` if there is nothing to wait for.
    """

    def __init__(self, open_file: OpenFile | None = None) -> None:
        self._open_file = open_file
        self._steps = self._wait()

    def _wait(self) -> Generator[Any, Any, None]:
        if self._open_file is not None:
            yield from asyncio.wrap_future(self._open_file.closed).__await__()
            self._open_file.join()

    def __await__(self) -> Generator[Any, Any, None]:
        """Wait until the file is closed."""
        return self._wait()

    def send(self, value: Any) -> Any:
        """Go on, as the protocol of coroutines asks. After its end, wait anew."""
        if inspect.getgeneratorstate(self._steps) == inspect.GEN_CLOSED:
            self._steps = self._wait()
        return self._steps.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an error where it waits, as the protocol of coroutines asks."""
        return self._steps.throw(*error)

    def close(self) -> None:
        """Do not wait any longer. The file is closed all the same."""
        self._steps.close()
