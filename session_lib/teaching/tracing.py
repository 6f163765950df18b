"""The SDK's tracing, switched off without touching the network or any setting of it."""

import agents
from agents.tracing import setup
from agents.tracing.processors import default_processor
from agents.tracing.provider import DefaultTraceProvider


def turn_tracing_off() -> None:
    """Turn the SDK's tracing off for this program. `agents.set_tracing_disabled` turns it on again.

    By itself the SDK (0.24.0) makes the HTTP client that sends traces even to turn tracing off.
    That client reads proxies and certificates from the environment, and fails if one is not valid.
    """
    if setup.GLOBAL_TRACE_PROVIDER is None:
        agents.set_trace_provider(_TraceProvider())
    agents.set_tracing_disabled(True)


class _TraceProvider(DefaultTraceProvider):
    """The SDK's own, except that it makes what sends the traces only when tracing is turned on."""

    _can_send = False

    def set_disabled(self, disabled: bool) -> None:
        if not disabled and not self._can_send:
            self.register_processor(default_processor())
            self._can_send = True
        super().set_disabled(disabled)
