"""How fast the sessions are, side by side with those that people use today.

Run it with ``python -m tests.benchmarks``. README.md beside this file says what is measured.
"""
