"""In place of cryptography: the names that `mcp` imports, none of which can be used.

The Agents SDK imports `mcp`, and the notebooks use no part of it that encrypts.
"""

import sys
from types import ModuleType
from typing import Any, NoReturn


class _Missing:
    def __init__(self, *arguments: Any, **settings: Any) -> NoReturn:
        raise NotImplementedError("the package cryptography is not in this site")


class InvalidTag(Exception):
    """Is never raised."""


def _add_module(name: str, **values: Any) -> None:
    module = sys.modules[f"{__name__}.{name}"] = ModuleType(f"{__name__}.{name}")
    module.__path__ = []
    vars(module).update(values)


_add_module("exceptions", InvalidTag=InvalidTag)
_add_module("hazmat")
_add_module("hazmat.primitives")
_add_module("hazmat.primitives.ciphers")
_add_module("hazmat.primitives.ciphers.aead", AESGCM=_Missing)
_add_module("hazmat.primitives.hashes", SHA256=_Missing)
_add_module("hazmat.primitives.kdf")
_add_module("hazmat.primitives.kdf.hkdf", HKDF=_Missing)
