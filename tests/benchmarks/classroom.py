"""What a class needs of one machine: ``python -m tests.benchmarks.classroom``.

Everybody starts at the same moment: first a JupyterLab each, as on a JupyterHub, then a kernel
each, which runs a notebook from top to bottom. Memory is measured when all have come to its end.
It is the proportional set size: what processes share, such as Python's own code, is divided among
them, so the sum is what the machine needs.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import nbformat
import psutil  # type: ignore[import-untyped]
from exercises.copies import fill
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from tests.benchmarks.machine import machine

PAGE = Path(__file__).parents[2] / "notebooks" / "teaching" / "jupyterhub.md"
MARKS = ("<!-- measured: begin -->\n", "<!-- measured: end -->\n")
LIMIT = 900.0
"""Seconds after which whoever is not done has failed."""


class Figures(NamedTuple):
    """What was measured with a number of learners: seconds and bytes, one for each of them.

    Attributes:
        page: Until their JupyterLab answered.
        first: From the start of the kernel until a first cell had printed something.
        all_cells: From the start of the kernel until the last cell was done.
        work: What a processor has done for them until the first result, whoever else was waiting.
        jupyterlab: The memory of their JupyterLab.
        kernel: The memory of their kernel, and of what it has started.
    """

    page: list[float]
    first: list[float]
    all_cells: list[float]
    work: list[float]
    jupyterlab: list[int]
    kernel: list[int]


async def measure(learners: int, number: str, folder: Path) -> Figures:
    """Let a class run a notebook.

    Args:
        learners: How many there are.
        number: The notebook's number, such as "01".
        folder: Where each has a folder of their own.

    Returns:
        What it took.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell has failed. Then no time counts.
        ChildProcessError: A JupyterLab or a kernel has ended too early.
        TimeoutError: It has taken more than `LIMIT` seconds.
    """
    homes = [folder / f"learner_{each}" for each in range(learners)]
    for home in homes:
        fill(home / "my_notebooks")
    async with asyncio.timeout(LIMIT), AsyncExitStack() as stack:
        servers = await asyncio.gather(*(_jupyterlab(home, stack) for home in homes))
        kernels = await asyncio.gather(*(_kernel(home, number, stack) for home in homes))
        return Figures(
            [seconds for seconds, _, _ in servers],
            [first for first, _, _, _ in kernels],
            [end for _, end, _, _ in kernels],
            [s + k for (_, s, _), (_, _, k, _) in zip(servers, kernels, strict=True)],
            [_memory(pid) for *_, pid in servers],
            [_memory(pid) for *_, pid in kernels],
        )


async def _jupyterlab(home: Path, stack: AsyncExitStack) -> tuple[float, float, int]:
    """Start JupyterLab.

    Returns:
        The seconds until it answers, those that a processor has worked, and the process.
    """
    socket = home / "socket"
    options = ["--no-browser", f"--ServerApp.root_dir={home}", f"--ServerApp.sock={socket}"]
    start = perf_counter()
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "jupyterlab", *options),
        env=_environment(home) | {"JUPYTER_TOKEN": secrets.token_hex()},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # as a hub does: the system shares its cores among sessions
    )
    stack.push_async_callback(_end, server)
    while not await _answers(socket):
        if server.returncode is not None:
            raise ChildProcessError(f"JupyterLab has ended with {server.returncode}")
        await asyncio.sleep(0.05)
    return perf_counter() - start, _work(server.pid), server.pid


async def _answers(socket: Path) -> bool:
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.write(b"GET /login HTTP/1.0\r\nHost: localhost\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return b" 200 " in line


async def _end(server: asyncio.subprocess.Process) -> None:
    server.terminate()
    await server.wait()


async def _kernel(
    home: Path, number: str, stack: AsyncExitStack
) -> tuple[float, float, float, int]:
    """Run a notebook in a new kernel.

    Returns:
        The seconds until a first cell had printed something and until the end, those that a
        processor has worked until the first, and the process.
    """
    copies = home / "my_notebooks"
    [path] = copies.glob(f"{number}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    first: list[tuple[float, float]] = []

    def look(cell: Any, **_: Any) -> None:
        if cell.get("outputs") and not first:
            first.append((perf_counter() - start, _work(provisioner.pid)))

    start = perf_counter()
    # Ports that many look for at once are found twice.
    manager = AsyncKernelManager(transport="ipc", ip=str(home / "kernel"))
    await manager.start_kernel(cwd=str(copies), env=_environment(home))
    stack.push_async_callback(manager.shutdown_kernel, now=True)
    provisioner: Any = manager.provisioner
    client = NotebookClient(
        notebook, km=manager, timeout=int(LIMIT), startup_timeout=LIMIT, on_cell_executed=look
    )
    try:
        await client.async_execute()
    except DeadKernelError as error:
        code = await provisioner.poll()
        raise ChildProcessError(f"a kernel has ended with {code}") from error
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    (seconds, work), *_ = first
    return seconds, perf_counter() - start, work, provisioner.pid


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"MY_NOTEBOOKS": str(home / "my_notebooks"), "PYTHONUNBUFFERED": "1"}


def _work(pid: int) -> float:
    """Return the seconds that a processor has worked for a process, and for its children."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    times = [one.cpu_times() for one in processes]
    return float(sum(t.user + t.system + t.children_user + t.children_system for t in times))


def _memory(pid: int) -> int:
    """Return the memory of a process and of those that it has started."""
    process = psutil.Process(pid)
    return sum(one.memory_full_info().pss for one in [process, *process.children(recursive=True)])


def table(rows: Sequence[tuple[int, str, Figures]]) -> str:
    """Return what was measured as a table in Markdown.

    Args:
        rows: The number of learners, the notebook, and the figures.
    """
    lines = [
        "| learners | notebook | JupyterLab answers | first result | all cells | work of a core "
        "| JupyterLab | kernel | memory in all |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for learners, number, each in rows:
        times = [
            f"{median(s):.1f} / {max(s):.1f} s" for s in (each.page, each.first, each.all_cells)
        ]
        times.append(f"{median(each.work):.1f} s")
        sizes = [median(each.jupyterlab), median(each.kernel), sum(each.jupyterlab + each.kernel)]
        cells = [str(learners), number, *times, *(f"{size / 1e6:,.0f} MB" for size in sizes)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0. What fails ends the command with its error.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.classroom",
        description="Measure the memory and the time that a class needs on one machine.",
    )
    parser.add_argument("--learners", default="1,10,30", help="how many (default: %(default)s)")
    parser.add_argument("--notebooks", default="01", help="which (default: %(default)s)")
    parser.add_argument("--save", action="store_true", help=f"put the result into {PAGE.name}")
    options = parser.parse_args(arguments)
    if sys.platform != "linux":
        parser.error("only Linux says how much memory is shared")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        described = machine(Path(folder))
        for number in options.notebooks.split(","):
            for learners in map(int, options.learners.split(",")):
                print(f"{learners} learners, notebook {number} ...", file=sys.stderr, flush=True)
                place = Path(folder, f"{number}-{learners}")
                rows.append((learners, number, asyncio.run(measure(learners, number, place))))
                print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    said = (
        f"{table(rows)}\n{described['cpu']}, {described['cores']} cores, "
        f"{described['memory_gib']} GiB, {described['os']}, Python {described['python']}. "
        f"The load before was {described['load']}.\n"
    )
    print(said, end="")
    if options.save:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        text = f"{before}{MARKS[0]}\n{said}\n{MARKS[1]}{after}"
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
