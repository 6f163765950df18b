"""OpenAI's client, for a server on this machine."""

import openai


class _Client(openai.AsyncOpenAI):
    # OpenAI's own (3.56.0) adds what OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS
    # say, and fails where that is not valid in a header.
    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        return {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
            "Connection": "close",  # the next call may come from another event loop
        }


def loopback_client(base_url: str) -> openai.AsyncOpenAI:
    """Make a client that talks to this machine only, whatever the environment says.

    No environment variable has an effect on it: no proxy, no certificates, and no key,
    organization, project or headers that are meant for OpenAI.

    Args:
        base_url: Where the server is, such as ``http://127.0.0.1:8000/v1``.

    Returns:
        The client. Close it with ``await client.close()``, or use it in ``async with``.
    """
    return _Client(
        base_url=base_url,
        api_key="none needed",
        http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
    )
