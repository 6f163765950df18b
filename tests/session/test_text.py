"""Text in the file: people can read it, whatever the language, and it comes back unchanged."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.sessions import Store

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**40), max_value=10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text",
    ["Grüße aus Köln", "日本語", "Здравствуй", "שלום", "e\u0301 and \u00e9", "\U0001f600", "∑ ≠ ½"],
)
async def test_letters_of_any_language_are_readable_in_the_file(
    file_store: Store, text: str
) -> None:
    await file_store.open().add_items([{"content": text, text: 1}])
    await file_store.close()

    (stored,) = file_store.texts()

    assert (text.encode() in file_store.path.read_bytes()) == file_store.ours
    if file_store.ours:
        assert text in stored
        assert "\\" not in stored
    else:
        # The SDK escapes all that is not ASCII: \\u00fc for each ü. Ours can be searched with
        # LIKE or grep, and takes a third of the room for Japanese.
        assert text not in stored
        assert "\\u" in stored


@pytest.mark.parametrize("text", ["'", "/", "<b>", "&amp;", "a\u00a0b", "\u2028", "\x7f"])
async def test_what_json_need_not_escape_is_not_escaped(our_file: Store, text: str) -> None:
    await our_file.open().add_items([{"content": text}])

    assert our_file.texts() == [f'{{"content":"{text}"}}']


async def test_a_stored_row_is_one_line_of_json_text(file_store: Store) -> None:
    item = {"content": 'one\ntwo\r\n"three"\t\0', "list": [1, 2]}
    await file_store.open().add_items([item])

    query = "SELECT message_data, typeof(message_data), json_valid(message_data) FROM {}"
    ((text, kind, valid),) = file_store.execute(query.format("agent_messages"))

    assert (kind, valid) == ("text", 1)
    assert "\n" not in text and "\0" not in text
    assert json.loads(text) == item


@pytest.mark.parametrize(
    ("item", "stored"),
    [
        ({"a": "é\ud800"}, '{"a":"é\\ud800"}'),
        ({"\udfffé": 1}, '{"\\udfffé":1}'),
        ({"a": "\udc00\ud800"}, '{"a":"\\udc00\\ud800"}'),
        ({"a": "\\\ud800"}, '{"a":"\\\\\\ud800"}'),
        ({"a": "\\ud800"}, '{"a":"\\\\ud800"}'),
    ],
)
async def test_of_a_text_with_lone_surrogates_only_these_are_escaped(
    our_file: Store, item: dict[str, Any], stored: str
) -> None:
    session = our_file.open()
    await session.add_items([item])

    assert our_file.texts() == [stored]
    assert await session.get_items() == [item]


@given(items=st.lists(st.dictionaries(ANY_TEXT, JSON, max_size=5), max_size=4))
@settings(
    max_examples=25,
    # The examples share the session: each clears it first.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_whatever_json_can_hold_comes_back_unchanged(
    store: Store, session: Any, items: list[dict[str, Any]]
) -> None:
    await session.clear_session()
    expected = json.loads(json.dumps(items))
    if store.ours and expected != items:
        # Only two surrogates that make a pair do this: to JSON they are one character.
        with pytest.raises(ValueError, match="surrogates"):
            await session.add_items(items)
        expected = []
    else:
        await session.add_items(items)

    assert repr(await session.get_items()) == repr(expected)
