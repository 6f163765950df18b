"""Tests with the Agents SDK. Failed assertions of scenarios are explained like those of tests."""

import pytest

pytest.register_assert_rewrite("tests.sdk.scenarios")
