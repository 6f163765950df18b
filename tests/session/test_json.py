"""Items as JSON: msgspec reads and writes them, and Python's own module what msgspec does not."""

import enum
import json
import math
import sys
from collections import OrderedDict, defaultdict
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from session_lib.items import decode_item, decode_items, encode_items
from tests.helpers.strange_values import ANY_ITEMS, ANY_TEXT, JSON_ITEMS, json_holds, nested

pytestmark = pytest.mark.usefixtures("no_collection")


@given(ANY_ITEMS)
def test_equal_or_refused(item):
    if json_holds(item):
        (text,) = encode_items([item])
        assert repr(decode_item(text)) == repr(json.loads(text.encode())) == repr(item)
    else:
        with pytest.raises((TypeError, ValueError), match=r"^items\[1\]"):
            encode_items([{}, item])


def test_a_text_has_no_blanks():
    item = {"role": "user", "content": ["a, b: c"], "n": 1}
    assert encode_items([item, {}]) == ['{"role":"user","content":["a, b: c"],"n":1}', "{}"]


def test_order_is_kept():
    items = [{"n": n} for n in range(1_000)]
    assert [json.loads(text) for text in encode_items(iter(items))] == items
    assert decode_items([f'{{"n": {n}}}' for n in range(1_000)]) == items
    assert encode_items([]) == []
    assert decode_items([]) == []


# What is equal to a value of JSON, though of another type.


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


class Base(int, enum.Enum):
    HEXADECIMAL = ("10", 16)  # what int() is called with


def _with_value(kind: Any, content: Any, value: Any) -> Any:
    """A member of an enum whose value is not what the member is equal to."""

    def new(cls: Any, content: Any) -> Any:
        member = kind.__new__(cls, *([] if kind in (list, dict) else [content]))
        member._value_ = value
        return member

    namespace = enum.EnumMeta.__prepare__("Odd", (kind, enum.Enum))
    namespace.update({"__new__": new, "MEMBER": content})
    return enum.EnumMeta("Odd", (kind, enum.Enum), namespace).MEMBER  # type: ignore[attr-defined]


class Text(str):
    def __str__(self) -> str:
        return "another"

    __repr__ = __str__


class Number(int):
    def __repr__(self) -> str:
        return "99"

    __str__ = __repr__


SUBCLASSES: dict[str, Any] = {
    "OrderedDict": OrderedDict(b=1, a=2),
    "defaultdict": defaultdict(list, a=[1]),
    "dict in it": {"a": OrderedDict(b=1)},
    "list": {"a": type("List", (list,), {})([1, 2])},
    "float": {"a": type("Float", (float,), {})(2)},
    "text": {"a": Text("b"), Text("c"): [Text("\ud800")]},
    "integer": {"a": [Number(5), Number(2**70)]},
    "StrEnum": {"a": Colour.RED, Colour.RED: "a"},
    "IntEnum": {"a": [Size.LARGE]},
    "enum of a call": {"a": Base.HEXADECIMAL},
    "int enum": {"a": _with_value(int, 3, (3, "three"))},
    "str enum": {"a": _with_value(str, "b", 7), _with_value(str, "c", "d"): 1},
    "float enum": {"a": {"b": _with_value(float, 1.5, "x")}},
    "list enum": {"a": _with_value(list, [1, 2], "x")},
    "dict enum": {"a": _with_value(dict, {"b": 1}, "x")},
}


@pytest.mark.parametrize("name", SUBCLASSES)
def test_a_subclass_is_stored_as_its_equal(name):
    item = SUBCLASSES[name]
    (text,) = encode_items([item])
    assert (json.loads(text) == item) and (decode_item(text) == item)


# Numbers.


@given(st.integers(1, 1_200), st.integers(-2, 2), st.sampled_from([1, -1]))
def test_integers_of_any_size_are_exact(bits, offset, sign):
    item = {"a": [sign * (2**bits + offset)]}
    (text,) = encode_items([item])
    assert repr(decode_item(text)) == repr(json.loads(text)) == repr(item)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_longest_integer(sign):
    most = sys.get_int_max_str_digits()
    longest = sign * (10**most - 1)
    (text,) = encode_items([{"a": longest}])
    assert decode_item(text) == {"a": longest}
    for item in ({"a": longest + sign}, {"a": [longest * 10]}, {"a": {"b": longest**3}}):
        with pytest.raises(ValueError, match=r"^items\[1\].*digits") as caught:
            encode_items([{}, item])
        assert len(str(caught.value)) < 200


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(5e-324)
@example(-sys.float_info.min)
@example(sys.float_info.max)
@example(-0.0)
@example(1e16)
def test_floats_are_exact(number):
    (text,) = encode_items([{"a": number}])
    assert repr(decode_item(text)) == repr(json.loads(text)) == repr({"a": number})
    # As others may write it, with more digits than are needed.
    assert repr(decode_item(f'{{"a": {number:.25e}}}')) == repr({"a": number})


@pytest.mark.parametrize(
    ("text", "number"), [("NaN", math.nan), ("Infinity", math.inf), ("-Infinity", -math.inf)]
)
def test_not_a_number_and_infinity(text, number):
    # The SDK stores these. Other readers of the file refuse them.
    assert repr(decode_item(f'{{"a": [{text}], "b": 1}}')) == repr({"a": [number], "b": 1})


# Nesting.


@pytest.mark.parametrize("innermost", ["a", "\ud800"], ids=["fast", "slow"])
@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}])
def test_deep_items(wrap, innermost):
    depths = [1, 100, 400, 800, *range(850, 1_010, 3)]
    for depth in depths:
        item = {"a": [innermost, nested(depth, wrap)]}
        try:
            (text,) = encode_items([item])
        except ValueError as error:
            assert str(error) == "items[0] is nested too deeply to be stored"
            assert depth > 800
        else:
            assert repr(decode_items([text])) == repr([decode_item(text)]) == repr([item])


def test_an_item_nested_too_deeply():
    item = nested(100_000, lambda inner: {"a": inner})
    with pytest.raises(ValueError, match=r"^items\[1\] is nested too deeply"):
        encode_items([{}, item])


# What is in the file may be from anybody.


@given(JSON_ITEMS, st.booleans(), st.sampled_from([None, 0, 2]), st.sampled_from(["", " ", "\r\n"]))
def test_json_is_read_however_it_is_written(item, ascii_only, indent, around):
    text = around + json.dumps(item, ensure_ascii=ascii_only, indent=indent) + around
    assert repr(decode_item(text)) == repr(json.loads(text))


@given(ANY_TEXT, st.lists(st.integers(), min_size=2, max_size=4))
def test_of_equal_keys_the_last_one_counts(key, numbers):
    pairs = ", ".join(f"{json.dumps(key)}: {number}" for number in numbers)
    assert decode_item(f"{{{pairs}}}") == {key: numbers[-1]}


# What cut and pasted rows may hold: pieces that mean something else beside one another.
PIECES = ["{}", '{"a":[1', "2]}", '"b":1}', '{"a":1,', '{"x":1},{"y":2}', *'"[], ', ""]


@example(["2]}", '{"a":[1', '{"x":1},{"y":2}'][::-1])
@example(['{"a":[1', "2]}", '{"x":1},{"y":2}'])
@given(st.lists(st.sampled_from(PIECES) | st.text('{}[]",:a1 ', max_size=6), max_size=5))
def test_many_texts_are_read_each_by_itself(texts):
    each = [decode_item(text) for text in texts]
    if None in each:
        with pytest.raises(ValueError):
            decode_items(texts)
    else:
        assert decode_items(texts) == each
