"""What callbacks of a loop raise, told to it under what holds them."""

from __future__ import annotations

from asyncio import events, format_helpers
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def tell(callback: Callable[..., Any], args: tuple[Any, ...], error: BaseException) -> None:
    """
    Tell the loop that runs here, as the callback's handle would afterwards, where the callback's scopes are off.

    Naming the callback, and showing the exception, runs code of whoever made them.
    """
    shown = format_helpers._format_callback_source(callback, args)
    what = {"message": f"Exception in callback {shown}", "exception": error}
    events.get_running_loop().call_exception_handler(what)
