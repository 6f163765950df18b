"""What JupyterLab does when it starts: make the learner's copies.

``notebooks/jupyter/exercises.json`` names this module as an extension of the server.
"""

from typing import Any

from exercises import copies


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "exercises.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Make the copies before the first page opens. JupyterLab starts even if that fails."""
    try:
        for said in copies.fill():
            server.log.warning(said)
    except OSError as error:
        server.log.error(f"your copies of the notebooks cannot be made: {error}")
