"""The learner's own copies of the notebooks, in ``my_notebooks``.

JupyterLab calls `fill` when it starts. A copy has no outputs and no solutions: what it shows comes
from running it. A copy that was not changed follows the kit. One that was changed stays as it is,
and what is new comes beside it. Nothing is ever merged.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from exercises.paths import COPIES, series


def fill(folder: Path = COPIES) -> list[str]:
    """Make the copies that are missing, and bring those up to date that were not changed.

    Args:
        folder: Where the copies are. It is made if it is not there.

    Returns:
        A sentence for each changed copy that has got a new version beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = _Made(folder)
    said = []
    for original in series():
        kit = for_a_learner(original)
        copy = folder / original.name
        if copy.exists() and made.has_seen(copy, kit):
            continue
        if not copy.exists() or made.unchanged(copy):
            made.write(copy, kit)
            continue
        if _typed(copy) != _typed_in(kit):
            beside = next(p for p in _names(copy, "new") if not p.exists() or made.unchanged(p))
            made.write(beside, kit)
            said.append(f"{copy.name} was changed by you and in the kit: see {beside.name}.")
        made.saw(copy, kit)
    made.save()
    return said


def reset(number: str, folder: Path = COPIES) -> str:
    """Make a fresh copy of one notebook, and keep the old one under another name.

    Args:
        number: The number of the notebook, such as "03".
        folder: Where the copies are.

    Returns:
        A sentence that says what was done.

    Raises:
        ValueError: There is no notebook with this number.
    """
    originals = [path for path in series() if path.name.startswith(f"{number:0>2}_")]
    if not originals:
        numbers = ", ".join(path.name[:2] for path in series())
        raise ValueError(f"there is no notebook {number!r}, but {numbers}")
    copy = folder / originals[0].name
    kept = None
    if copy.exists():
        kept = next(path for path in _names(copy, "old") if not path.exists())
        copy.rename(kept)
    fill(folder)
    return f"{copy.name} is fresh." + (f" The old one is {kept.name}." if kept else "")


def for_a_learner(original: Path) -> str:
    """Return a notebook without outputs, and without the solutions: the checks show them.

    Args:
        original: The notebook's file.
    """
    notebook = json.loads(original.read_text(encoding="utf-8"))
    notebook["cells"] = [
        cell for cell in notebook["cells"] if not cell.get("id", "").endswith("-solution")
    ]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


class _Made:
    """What was written into the folder, to tell later what the learner has changed.

    For each file there are two digests: of what was in its cells, and of the version of the kit
    that the learner has got, in this file or beside it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".made.json"
        self.digests: dict[str, tuple[str, str]] = {}
        with suppress(OSError, msgspec.MsgspecError):
            written = self.path.read_bytes()
            self.digests = msgspec.json.decode(written, type=dict[str, tuple[str, str]])

    def unchanged(self, copy: Path) -> bool:
        return copy.name in self.digests and self.digests[copy.name][0] == _typed(copy)

    def has_seen(self, copy: Path, kit: str) -> bool:
        return copy.name in self.digests and self.digests[copy.name][1] == _digest(kit)

    def saw(self, copy: Path, kit: str) -> None:
        written, _ = self.digests.get(copy.name, ("", ""))
        self.digests[copy.name] = written, _digest(kit)

    def write(self, copy: Path, kit: str) -> None:
        _write(copy, kit)
        self.digests[copy.name] = _typed_in(kit), _digest(kit)

    def save(self) -> None:
        _write(self.path, json.dumps(self.digests, indent=1))


def _names(copy: Path, word: str) -> Iterator[Path]:
    """Names beside that of `copy`: with "new", with "new-2", and so on."""
    yield copy.with_suffix(f".{word}.ipynb")
    for number in range(2, 1000):
        yield copy.with_suffix(f".{word}-{number}.ipynb")


def _write(path: Path, text: str) -> None:
    """Write a file as a whole: a reader finds the old text or the new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)


def _typed(copy: Path) -> str | None:
    """A digest of what a person may have typed. Running or folding a cell does not change it."""
    try:
        return _typed_in(copy.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _typed_in(notebook: str) -> str:
    cells = json.loads(notebook)["cells"]
    return _digest(json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
