"""What a browser and a person see: the tags and the text of HTML, and whether all of it shows."""

import re
import unicodedata
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

_FORMATS_WITH_A_GLYPH = {
    *map(chr, range(0x600, 0x606)),
    *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd",
    *map(chr, range(0x13430, 0x13440)),
}
_FILLERS = {*"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"}
_FLAGS = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{5}\U000e007f")


class Page(HTMLParser):
    """The tags of some HTML as they follow each other, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[Any] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    handle_decl = handle_pi = unknown_decl = handle_comment  # type: ignore[assignment]


@lru_cache(10_000)
def is_invisible(character: str) -> bool:
    """Whether a character controls what is shown, or is not shown itself."""
    return character not in {"\n", "\t"} | _FORMATS_WITH_A_GLYPH and (
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        or character in _FILLERS
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


def shows_all(text: str) -> bool:
    """Whether a terminal or a browser shows all of `text`, and obeys none of it but line breaks.

    One joiner or variation selector may follow a character that is seen and not a Latin letter.
    """
    text = _FLAGS.sub("", text)
    for index, character in enumerate(text):
        before = text[index - 1 : index].replace("\ufe0f", text[max(index - 2, 0) : index - 1])
        if is_invisible(character) and (
            not before
            or is_invisible(before)
            or re.match("[ -/:-~\xa0]|[^\\W\\d_]", before, re.ASCII)
            or not (character in "\u200c\u200d" or "SELECTOR" in unicodedata.name(character, ""))
        ):
            return False
    return True
