"""A progress bar on stderr where something takes longer, if tqdm is installed."""

from typing import Any


def progress_bar(**options: Any) -> Any:
    """Draw a progress bar.

    Args:
        **options: Those of `tqdm.tqdm`.

    Returns:
        The bar, or ``None`` if tqdm is not installed.
    """
    try:
        from tqdm import tqdm  # type: ignore  # which error that is depends on what is installed
    except ModuleNotFoundError:
        return None
    return tqdm(**options)
