"""Programs that are ended as soon as they reach for the network: proof that none of ours does.

Python imports a module named `sitecustomize` when it starts, and the folder with ours comes first
on PYTHONPATH. So the programs that a program starts are watched as well.
"""

import os
from pathlib import Path

from tests.helpers.guard.sitecustomize import ENDED as ENDED

KEY = "not-a-key-but-in-its-place"
"""What is set for a key, so that whatever would send something has what it needs for that."""


def guarded(folder: Path) -> dict[str, str]:
    """Return an environment for the programs to be guarded, whose log is in `folder`."""
    here = Path(__file__).parent
    # What would keep the SDK from sending anything, whatever the library does.
    unset = {"OPENAI_AGENTS_DISABLE_TRACING", "SESSION_LIB_MODEL"}
    return {name: value for name, value in os.environ.items() if name not in unset} | {
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parents[2])]),
        "PYTHONUTF8": "1",
        "OPENAI_API_KEY": KEY,
        "NETWORK_LOG": str(folder / "network.log"),
    }


def reached(folder: Path) -> list[str]:
    """What the guarded programs reached for: a line for each that was ended."""
    path = folder / "network.log"
    return path.read_text("utf-8").splitlines() if path.exists() else []
