"""Ends the program that it is loaded into as soon as that reaches for the network.

An audit hook sees what Python's own sockets do, asyncio's among them, in any thread. It cannot be
taken away again. It does not see what code in C does without them, nor, on Windows, where asyncio
connects to: only the name that is looked up for it.
"""

import ipaddress
import os
import socket
import sys
from typing import Any

ENDED = 86
"""The exit code of a program that was ended."""


def _is_here(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or host in ("", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):  # there are many others
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if arguments[0].family not in (socket.AF_INET, socket.AF_INET6) or arguments[1] is None:
            return
        host = arguments[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    elif event == "socket.getnameinfo":
        host = arguments[0][0]
    else:
        return
    if not _is_here(host):
        line = f"{event} {host}\n"
        with open(os.environ["NETWORK_LOG"], "a", encoding="utf-8") as log:
            log.write(line)
        os.write(2, f"ENDED: {line}".encode())
        os._exit(ENDED)


if __name__ == "sitecustomize":  # and not where a test looks up what is here
    sys.addaudithook(_watch)
