"""Text in the file: people and other programs can read it, whatever the language."""

import json

import pytest


@pytest.mark.parametrize(
    "text",
    ["Grüße aus Köln", "日本語", "Здравствуй", "שלום", "e\u0301 and \u00e9", "\U0001f600", "∑ ≠ ½"],
)
async def test_every_language_is_readable(file_store, text):
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


async def test_a_row_is_one_line_of_valid_json(file_store):
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
        *[
            ({"a": text}, f'{{"a":"{text}"}}')
            for text in ["'", "/", "<b>", "&amp;", "a\u00a0b", "\u2028", "\x7f"]
        ],
        ({"a": "é\ud800"}, '{"a":"é\\ud800"}'),
        ({"\udfffé": 1}, '{"\\udfffé":1}'),
        ({"a": "\udc00\ud800"}, '{"a":"\\udc00\\ud800"}'),
        ({"a": "\\\ud800"}, '{"a":"\\\\\\ud800"}'),
        ({"a": "\\ud800"}, '{"a":"\\\\ud800"}'),
    ],
)
async def test_only_what_must_be_is_escaped(our_file, item, stored):
    session = our_file.open()
    await session.add_items([item])
    assert our_file.texts() == [stored]
    assert await session.get_items() == [item]
