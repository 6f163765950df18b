"""Any line of a file is loaded, or named wherever it is, and nothing of the file is loaded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_lib.loader import load_sessions
from tests.helpers.strange_values import assert_clear

GOOD = b'{"session_id": "alice", "created_at": "2026-03-02T09:14:05Z", "item": {"n": 1}}'
BAD: dict[str, bytes] = {
    "text": b"hello",
    "a comma too many": GOOD + b",",
    "the rest of one": GOOD[30:],
    "Python": b"{'session_id': 'alice', 'item': {}}",
    "a comment": b"# hello",
    "a number": b"5",
    "NaN": b"NaN",
    "a session that is null": b'{"session_id": null, "item": {}}',
    "an item that is null": b'{"session_id": "alice", "item": null}',
    "a long time": b'{"session_id": "alice", "created_at": "' + b"x" * 9_999 + b'", "item": {}}',
    "lists": b"[" * 100_000,
    "UTF-16": GOOD.decode().encode("utf-16-le"),
    "half a letter": GOOD.replace(b"alice", b"\xc3"),
    "a surrogate in UTF-8": GOOD.replace(b"alice", b"\xed\xa0\x80"),
    "an overlong NUL": GOOD.replace(b"alice", b"\xc0\x80"),
    "a NUL": GOOD.replace(b"alice", b"a\0b"),
    "a NUL after it": GOOD + b"\0",
    "a carriage return in it": GOOD.replace(b": {", b":\r{\r").replace(b"alice", b"a\rb"),
    "a long line": b"a" * 1_000_000,
    "a long string cut off": b'{"session_id": "' + b"a" * 1_000_000,
}


@pytest.fixture
def load(tmp_path):
    """Loads a file with a line at a place in it, and tells whether it was a good one after all."""
    source, path = tmp_path / "lines.jsonl", tmp_path / "x.db"

    async def load(line: bytes, number: int, count: int, end: bytes) -> bool:
        lines = [GOOD] * count
        lines[number - 1] = line
        source.write_bytes(end.join(lines) + end)
        try:
            loaded = await load_sessions(source, path)
        except Exception as error:
            assert_clear(error, f"{source}, line {number}:")
            assert not path.exists()
            return False
        assert loaded.items == count
        path.unlink()
        return True

    return load


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
async def test_a_bad_line_is_named(load, line):
    for number, count in ((1, 1), (1, 3), (2, 3), (3, 3)):
        for end in (b"\n", b"\r\n"):
            assert not await load(line, number, count, end)


LINES = st.builds(
    lambda place, cut, new: GOOD[:place] + new + GOOD[place + cut :],
    st.integers(0, len(GOOD)),
    st.integers(0, 10),
    st.binary(max_size=5),
) | st.binary(max_size=60)


@given(st.lists(LINES.map(lambda line: line.replace(b"\n", b"")), min_size=12, max_size=12))
async def test_any_line_is_loaded_or_named(load, lines):
    for number, line in enumerate(lines):
        await load(line, number % 3 + 1, 3, b"\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        GOOD,
        GOOD + b"\n",
        GOOD + b"\r\n",
        b"\xef\xbb\xbf" + GOOD + b"\n",
        GOOD + b"\n" + GOOD.replace(b'"n": 1', b'"n": "' + b"x" * 3_000_000 + b'"'),
    ],
    ids=["empty", "no line break at the end", "a line", "Windows", "a mark at the start", "3 MB"],
)
async def test_what_only_looks_strange_is_loaded(content, tmp_path):
    source = tmp_path / "lines.jsonl"
    source.write_bytes(content)
    loaded = await load_sessions(source, tmp_path / "x.db")
    assert loaded.items == len(content.splitlines())
