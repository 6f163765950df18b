"""The machine that the figures come from: what affects them, and nothing that identifies it."""

import os
import platform
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any


def machine(folder: Path) -> dict[str, Any]:
    """Describe this machine and the file system of `folder`.

    Returns:
        ``cpu``, ``cores``, ``memory_gib``, ``os``, ``python``, ``sqlite``, ``file_system``,
        ``flush`` (seconds for a small write and its flush to disk), ``synchronous`` (SQLite's own
        default in WAL mode) and ``load`` (of the last minute, None on Windows).
    """
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
        "os": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "file_system": _file_system(folder),
        "flush": _flush(folder / "flush"),
        "synchronous": _synchronous(folder / "synchronous.db"),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _cpu() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return platform.processor() or platform.machine()


def _memory() -> int | None:
    if not hasattr(os, "sysconf"):
        return None
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _file_system(folder: Path) -> str:
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return "file system unknown"
    found = {}
    for line in mounts.read_text().splitlines():
        _, point, kind, *_ = line.split()
        found[point] = kind  # a later mount hides an earlier one
    place = folder.resolve()
    return next(found[str(p)] for p in (place, *place.parents) if str(p) in found)


def _flush(path: Path) -> float:
    times = []
    with path.open("wb", buffering=0) as file:
        for _ in range(50):
            start = perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            times.append(perf_counter() - start)
    return median(times)


def _synchronous(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE something (id)")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM something")
        [(level,)] = connection.execute("PRAGMA synchronous")
    return ("OFF", "NORMAL", "FULL", "EXTRA")[level]
