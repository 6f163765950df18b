"""The JSON of items: what `session_lib.items` says of bad ones, and how it reads many at once."""

import enum
import json
from collections import OrderedDict, defaultdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_lib.items import decode_item, decode_items, encode_items


@pytest.mark.parametrize(
    ("items", "error", "message"),
    [
        ([5], TypeError, "items[0] is a int; an item is a dict"),
        ([{}, None], TypeError, "items[1] is a NoneType; an item is a dict"),
        ([{"a": {1}}], TypeError, "items[0]['a'] is a set; "),
        ([{"a": [0, {"b": (1,)}]}], TypeError, "items[0]['a'][1]['b'] is a tuple; "),
        ([{}, {}, {"": [[b""]]}], TypeError, "items[2][''][0][0] is a bytes; "),
        ([{1: 2}], TypeError, "items[0] has the key 1; "),
        ([{"a": [{None: 2}]}], TypeError, "items[0]['a'][0] has the key None; "),
        ([{"a": float("nan")}], ValueError, "items[0]['a'] is nan, "),
        ([{"a": [1.5, float("-inf")]}], ValueError, "items[0]['a'][1] is -inf, "),
        ([{"it's": object()}], TypeError, """items[0]["it's"] is a object; """),
        ([{"good": 1}, {"z": object(), "a": {2}}], TypeError, "items[1]['z'] is a object; "),
        ([object(), {1: 2}], TypeError, "items[0] is a object; "),
    ],
)
def test_the_message_names_the_index_and_the_place_in_the_item(
    items: list[Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        encode_items(items)

    assert str(caught.value).startswith(message)


def test_the_error_is_raised_by_itself() -> None:
    # A chain of the encoder's own errors would only hide the message.
    with pytest.raises(TypeError) as caught:
        encode_items([{"a": object()}])

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_each_item_becomes_a_text_without_blanks() -> None:
    item = {"role": "user", "content": ["a, b: c"], "n": 1}

    assert encode_items([item, {}]) == ['{"role":"user","content":["a, b: c"],"n":1}', "{}"]


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


@pytest.mark.parametrize(
    "item",
    [
        OrderedDict(b=1, a=2),
        defaultdict(list, a=[1]),
        {"a": OrderedDict(b=1)},
        {"a": type("List", (list,), {})([1, 2])},
        {"a": Colour.RED, Colour.RED: "a", "size": Size.LARGE, "float": type("F", (float,), {})(2)},
    ],
)
def test_a_value_of_a_subclass_is_stored_as_its_equal(item: Any) -> None:
    assert [json.loads(text) for text in encode_items([item])] == [item]


@pytest.mark.parametrize("depth", [1, 100, 400])
def test_an_item_may_be_nested_deeply(depth: int) -> None:
    item: dict[str, Any] = {}
    for level in range(depth):
        item = {"a": [item]} if level % 2 else {"b": item}

    (text,) = encode_items([item])

    assert decode_items([text]) == [decode_item(text)] == [item]


def test_an_item_nested_too_deeply_is_refused() -> None:
    item: dict[str, Any] = {}
    for _ in range(100_000):
        item = {"a": item}

    with pytest.raises(ValueError, match=r"^items\[1\] is nested too deeply"):
        encode_items([{}, item])


def test_no_items_are_no_texts() -> None:
    assert encode_items([]) == []
    assert decode_items([]) == []


def test_items_are_checked_and_read_in_order() -> None:
    items = [{"n": n} for n in range(1_000)]

    assert [json.loads(text) for text in encode_items(iter(items))] == items
    assert decode_items(f'{{"n": {n}}}' for n in range(1_000)) == items


NO_OBJECTS = ["", "[]", "5", "null", "{", "{} {}", "\ufeff{}", "[" * 100_000]


@pytest.mark.parametrize("text", NO_OBJECTS, ids=range(len(NO_OBJECTS)))
def test_a_text_that_is_no_object_has_no_item(text: str) -> None:
    assert decode_item(text) is None
    for texts in ([text], ["{}", text], [text, "{}"]):
        with pytest.raises((TypeError, ValueError, RecursionError)):
            decode_items(texts)


@pytest.mark.parametrize("stored", [None, 5, 1.5, b"", b"\xff", b"[1]", b'"a"'])
def test_what_is_no_text_at_all_has_no_item(stored: Any) -> None:
    assert decode_item(stored) is None


# What cut and pasted rows may hold: pieces that mean something else beside one another.
PIECES = [
    "{}",
    '{"a":[1',
    "2]}",
    '"b":1}',
    '{"a":1,',
    '{"x":1},{"y":2}',
    '"',
    "",
    " ",
    ",",
    "[",
    "]",
]


@example(["2]}", '{"a":[1', '{"x":1},{"y":2}'][::-1])
@example(['{"a":[1', "2]}", '{"x":1},{"y":2}'])
@given(st.lists(st.sampled_from(PIECES) | st.text('{}[]",:a1 ', max_size=6), max_size=5))
def test_reading_many_texts_is_reading_each(texts: list[str]) -> None:
    each = [decode_item(text) for text in texts]

    if None in each:
        with pytest.raises((TypeError, ValueError, RecursionError)):
            decode_items(texts)
    else:
        assert decode_items(texts) == each


def _survives_json(item: Any) -> bool:
    try:
        return repr(json.loads(json.dumps(item, allow_nan=False))) == repr(item)
    except (TypeError, ValueError):
        return False


TEXT = st.text(st.characters(exclude_categories=()), max_size=5)  # lone surrogates too
KEYS = TEXT | st.integers() | st.none() | st.booleans() | st.binary(max_size=2)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.sets(st.integers(), max_size=2)
        | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES | st.dictionaries(KEYS, VALUES, max_size=3))
def test_an_item_comes_back_equal_or_is_refused(item: Any) -> None:
    if isinstance(item, dict) and _survives_json(item):
        (text,) = encode_items([item])
        assert repr(json.loads(text.encode())) == repr(item)
    else:
        with pytest.raises((TypeError, ValueError), match=r"^items\[1\]"):
            encode_items([{}, item])
