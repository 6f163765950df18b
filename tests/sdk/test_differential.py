"""Our SQLiteSession beside the SDK's class of that name (0.24.0), in every scenario.

What a run returns and raises, what is stored and what the models are given must be equal.
"""

import importlib
import pkgutil
from pathlib import Path

import pytest

from tests.helpers.processes import finish, start
from tests.helpers.sessions import OURS_IN_MEMORY, OURS_ON_A_FILE, THE_SDKS
from tests.helpers.trial import PROGRAM, SCENARIOS, perform
from tests.sdk import scenarios

for module in pkgutil.iter_modules(scenarios.__path__, f"{scenarios.__name__}."):
    importlib.import_module(module.name)

TRIALS = [(name, way) for name, scenario in SCENARIOS.items() for way in scenario.ways]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Another process, in which scenarios go on."""
    program = start(tmp_path_factory.mktemp("program"), PROGRAM, Path(__file__).parents[2])
    yield program
    assert finish(program) == (0, "", "")


# Python 3.14 warns of a function that the SDK's run_sync calls.
@pytest.mark.filterwarnings("ignore:.*get_event_loop_policy:DeprecationWarning")
@pytest.mark.parametrize(("name", "way"), TRIALS, ids=["-".join(trial) for trial in TRIALS])
async def test_ours_does_as_theirs(name, way, program, tmp_path):
    scenario = SCENARIOS[name]
    theirs = await perform(scenario, THE_SDKS, way, tmp_path / "theirs", program)
    ours = await perform(scenario, OURS_ON_A_FILE, way, tmp_path / "ours", program)
    if scenario.differs:
        assert ours != theirs, f"no longer differs: {scenario.differs}"
        return
    for one, other in zip(ours, theirs, strict=True):
        assert one.splitlines() == other.splitlines()
    if scenario.in_memory:
        facts, _ = await perform(scenario, OURS_IN_MEMORY, way, tmp_path / "memory", program)
        assert facts.splitlines() == theirs[0].splitlines()
