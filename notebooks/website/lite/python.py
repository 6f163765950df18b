"""Python for the browser: Pyodide, and wheels of all packages that the notebooks need.

PyPI has most of these wheels. A few are in Pyodide's own distribution only, which is asked where
there is a network. What is missing in the end is said, and the rest works without it.
"""

import hashlib
import json
import re
import shutil
import sysconfig
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, cast

from exercises.wheels import download, environment, locked, needed_by
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from website.npm import package

STAND_INS = Path(__file__).parent / "stand_ins"
"""What takes the place of packages that are missing, and that the Agents SDK imports."""

PATIENCE = 10.0
"""Seconds until a host that does not answer is given up."""

_RUNTIME = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
_CACHE = Path(__file__).parents[1] / "node_modules" / ".wheels"
# Of these only the part for JupyterLab is needed, and the site has it.
_LEFT_OUT = {"jupyterlab-widgets", "widgetsnbextension"}

Entry = dict[str, Any]
"""What Pyodide is told about a package."""


def gather(folder: Path, more: Sequence[Callable[[Path], Path]]) -> tuple[list[str], list[str]]:
    """Put Python for the browser into a folder, with its packages.

    Args:
        folder: The folder, which is made.
        more: Each is called with the folder, and returns a wheel that it has made there.

    Returns:
        The packages that are there, and those that are missing.

    Raises:
        OSError: npm, uv or pip is missing, or fails.
    """
    folder.mkdir(parents=True)
    pyodide = package("pyodide")
    for name in _RUNTIME:
        shutil.copy2(pyodide / name, folder)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
    info = lock["info"]
    system, release = f"pyemscripten_{info['abi_version']}-wasm32", str(info["python"])
    lacking = _from_pypi(folder, system, release)
    missing = from_pyodide(folder, _address(pyodide), lock["packages"], lacking)
    for path in _kernels_own():
        shutil.copy2(path, folder)
    for make in more:
        make(folder)
    for name in sorted(missing):
        _stand_in(name, folder)
    made = [_entry(path, system, release) for path in sorted(folder.glob("*.whl"))]
    lock["packages"] = {entry["name"]: entry for entry in made}
    for entry in made:
        entry["depends"] = [name for name in entry["depends"] if name in lock["packages"]]
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return sorted(lock["packages"]), sorted(missing)


def from_pyodide(
    folder: Path, address: str, known: dict[str, Entry], lacking: set[str]
) -> set[str]:
    """Put wheels of Pyodide's distribution into a folder, with those that they need.

    Args:
        folder: Where they come. What is there is not asked for.
        address: Where the distribution is.
        known: What is in it, by the names of the packages.
        lacking: The packages to get.

    Returns:
        The packages that are not in it, or that cannot be had.

    Raises:
        RuntimeError: It gives another file than is known.
    """
    missing, asked, answers = set(), set(), True
    waiting = sorted(lacking)
    there = {parse_wheel_filename(path.name)[0] for path in folder.glob("*.whl")}
    while waiting:
        name = waiting.pop()
        if name in asked or name in there:
            continue
        asked.add(name)
        entry = known.get(name)
        try:
            found = answers and entry is not None and _fetch(address, entry, folder)
        except OSError:  # nobody answers: there is no need to ask for the others
            found = answers = False
        if entry is not None and found:
            waiting += entry["depends"]
        else:
            missing.add(name)
    return missing


def _from_pypi(folder: Path, system: str, release: str) -> set[str]:
    """Put the wheels that PyPI has into a folder. Return the packages of which it has none."""
    lacking = set()
    wheels = []
    for name, wheel in needed_by(locked("--only-group", "lite"), system, release):
        if wheel is None:
            lacking.add(name)
        elif name not in _LEFT_OUT:
            wheels.append(wheel)
    _CACHE.mkdir(parents=True, exist_ok=True)
    if new := [one for one in wheels if not (_CACHE / one.file).exists()]:
        download(new, _CACHE, system, release)
    for one in wheels:
        shutil.copy2(_CACHE / one.file, folder)
    return lacking


def _address(pyodide: Path) -> str:
    """Return where Pyodide's distribution is, which its npm package says."""
    text = (pyodide / "pyodide.mjs").read_text(encoding="utf-8")
    version = json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]
    found = re.search(r"`(https://[^`$]+)\$\{\w+\}(/[^`$]*)`", text)
    if found is None:
        raise RuntimeError("Pyodide's npm package does not say where its distribution is.")
    return f"{found[1]}{version}{found[2]}"


def _fetch(address: str, entry: Entry, folder: Path) -> bool:
    """Download a wheel, if it was not before. Return whether it is there."""
    cached = _CACHE / entry["file_name"]
    if not cached.exists():
        address += entry["file_name"]
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                content = answer.read()
        except urllib.error.HTTPError:
            return False
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise RuntimeError(f"{address} is not the file that Pyodide's list names")
        partial = cached.with_suffix(".partial")
        partial.write_bytes(content)
        partial.replace(cached)
    shutil.copy2(cached, folder)
    return True


def _kernels_own() -> Iterator[Path]:
    """Give the wheels that come with the kernel."""
    share = Path(sysconfig.get_path("data"), "share", "jupyter", "labextensions", "@jupyterlite")
    names = ("ipykernel", "piplite", "pyodide_kernel")
    for path in sorted(share.glob("pyodide-kernel-extension/static/pypi/*.whl")):
        if path.name.partition("-")[0] in names:
            yield path


def _stand_in(name: str, folder: Path) -> None:
    """Put a stand-in for a package into a folder, if there is one and it is needed."""
    module = {"rpds-py": "rpds", "cryptography": "cryptography"}.get(name)
    if module is None:
        return
    short = f"{name.replace('-', '_')}-0"
    with zipfile.ZipFile(folder / f"{short}-py3-none-any.whl", "w") as files:
        files.write(STAND_INS / module / "__init__.py", f"{module}/__init__.py")
        files.writestr(
            f"{short}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n"
        )
        files.writestr(f"{short}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        files.writestr(f"{short}.dist-info/RECORD", "")


def _entry(wheel: Path, system: str, release: str) -> Entry:
    """Return what Pyodide is told about the package in a wheel."""
    name, version, _, _ = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        (metadata,) = [one for one in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", one)]
        asked = HeaderParser().parsestr(files.read(metadata).decode()).get_all("Requires-Dist", [])
    where = cast(dict[str, str], environment(system, release))
    needed = [Requirement(line) for line in asked]
    return {
        "name": name,
        "version": str(version),
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "imports": sorted(_modules(names)),
        "depends": sorted(
            {
                canonicalize_name(one.name)
                for one in needed
                if not one.marker or one.marker.evaluate(where)
            }
        ),
        "unvendored_tests": False,
    }


def _modules(names: list[str]) -> set[str]:
    """Return the names that can be imported from a wheel with these files."""
    found = {re.match(r"(\w+)(/.*)?(\.[\w-]+)*\.(py|so)$", name) for name in names}
    return {one[1] for one in found if one}
