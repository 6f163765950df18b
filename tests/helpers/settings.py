"""Environment variables that would change how a program reaches the network, set to harm it.

They are those that httpx2, OpenSSL, requests, uvicorn, OpenAI's client (3.56.0) and the Agents SDK
(0.24.0) read. Where two hide each other, they are in different sets.
"""

_OPENAI = {
    "OPENAI_ADMIN_KEY": "nö key",
    "OPENAI_AGENTS_DISABLE_TRACING": "false",
    "OPENAI_AGENTS_DONT_LOG_MODEL_DATA": "perhaps",
    "OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA": "perhaps",
    "OPENAI_AGENT_HARNESS_ID": "härness",
    "OPENAI_API_KEY": "nö key",
    "OPENAI_API_TYPE": "azure",
    "OPENAI_API_VERSION": "never",
    "OPENAI_BASE_URL": "https://[::1",
    "OPENAI_DEFAULT_MODEL": "gpt-nö",
    "OPENAI_ORG_ID": "örg",
    "OPENAI_PROJECT_ID": "two\nlines",
    "OPENAI_WEBSOCKET_BASE_URL": "https://[::1",
}
_SERVER = {"WEB_CONCURRENCY": "many", "FORWARDED_ALLOW_IPS": "*"}


def hostile(folder: str) -> list[dict[str, str]]:
    """The sets of variables. What is named in them is in `folder`, where nothing is."""
    malformed = {"HTTP_PROXY": "http://[::1", "HTTPS_PROXY": "//", "ALL_PROXY": ":::"}
    dead = {"all_proxy": "socks5://127.0.0.1:9", "http_proxy": "socks4://127.0.0.1:9"}
    files = {"SSL_CERT_FILE": f"{folder}/none.pem", "SSLKEYLOGFILE": f"{folder}/keys.log"}
    others = {"REQUESTS_CA_BUNDLE": f"{folder}/none.pem", "SSL_CERT_DIR": f"{folder}/none"}
    return [
        _OPENAI | _SERVER | malformed | files | {"OPENAI_CUSTOM_HEADERS": "Content-Length: 5"},
        dead | others | {"no_proxy": "[::1,//,é", "OPENAI_CUSTOM_HEADERS": "Bäd header: x"},
    ]
