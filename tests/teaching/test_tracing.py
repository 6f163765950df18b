"""The SDK's tracing: off, on again when somebody wants it, and never another's replaced."""

import agents
import pytest
from agents.tracing import setup
from agents.tracing.provider import DefaultTraceProvider

from session_lib.teaching.tracing import turn_tracing_off


@pytest.fixture(autouse=True)
def no_provider(monkeypatch):
    monkeypatch.setattr(setup, "GLOBAL_TRACE_PROVIDER", None)


def recorded():
    with agents.trace("a lesson") as trace:
        return trace.export() is not None


def test_off_and_on_again(monkeypatch):
    made = []

    class Exporter(agents.tracing.TracingProcessor):
        def __init__(self):
            made.append(self)
            self.traces = 0

        def on_trace_start(self, trace):
            self.traces += 1

        on_trace_end = on_span_start = on_span_end = on_trace_start = on_trace_start

        def shutdown(self): ...

        force_flush = shutdown

    monkeypatch.setattr("session_lib.teaching.tracing.default_processor", Exporter)
    turn_tracing_off()
    assert not recorded()
    assert made == []
    for _ in range(2):
        agents.set_tracing_disabled(False)
        assert recorded()
    (exporter,) = made
    assert exporter.traces == 4  # begins and ends
    turn_tracing_off()
    assert not recorded()


def test_a_provider_of_yours_stays():
    yours = DefaultTraceProvider()
    agents.set_trace_provider(yours)
    assert recorded()
    turn_tracing_off()
    assert not recorded()
    assert setup.get_trace_provider() is yours
