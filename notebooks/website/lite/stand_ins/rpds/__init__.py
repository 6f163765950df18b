"""In place of rpds-py: the classes that `referencing` and `jsonschema` use, without its speed.

Each change makes a copy, where rpds-py shares what stays the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


class HashTrieMap(Mapping[Any, Any]):
    """A mapping that is never changed."""

    def __init__(self, value: Any = (), **more: Any) -> None:
        self._values = dict(value, **more)

    def __getitem__(self, key: Any) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    @classmethod
    def convert(cls, value: Any) -> "HashTrieMap":
        """Return `value` as one of these."""
        return value if isinstance(value, cls) else cls(value)

    def insert(self, key: Any, value: Any) -> "HashTrieMap":
        """Return a mapping that has this, too."""
        return HashTrieMap({**self._values, key: value})

    def update(self, *others: Any) -> "HashTrieMap":
        """Return a mapping that has what these have, too."""
        values = dict(self._values)
        for other in others:
            values.update(other)
        return HashTrieMap(values)

    def remove(self, key: Any) -> "HashTrieMap":
        """Return a mapping without this key, which is there."""
        values = dict(self._values)
        del values[key]
        return HashTrieMap(values)

    def discard(self, key: Any) -> "HashTrieMap":
        """Return a mapping without this key."""
        return self.remove(key) if key in self._values else self


class HashTrieSet(frozenset[Any]):
    """A set that is never changed."""

    def insert(self, value: Any) -> "HashTrieSet":
        """Return a set that has this, too."""
        return HashTrieSet(self | {value})

    def update(self, *others: Iterable[Any]) -> "HashTrieSet":
        """Return a set that has what these have, too."""
        return HashTrieSet(self.union(*others))

    def remove(self, value: Any) -> "HashTrieSet":
        """Return a set without this, which is there."""
        if value not in self:
            raise KeyError(value)
        return self.discard(value)

    def discard(self, value: Any) -> "HashTrieSet":
        """Return a set without this."""
        return HashTrieSet(self - {value})


class List(tuple[Any, ...]):
    """A list that is never changed, and grows at its front."""

    def push_front(self, value: Any) -> "List":
        """Return a list that begins with this."""
        return List((value, *self))

    def drop_first(self) -> "List":
        """Return a list without the first of this one."""
        if not self:
            raise IndexError("empty list")
        return List(self[1:])
