"""What every command of ``collab`` is wrapped in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from collab.app import make_context
from collab.config import load
from collab.errors import CollabError


def command(run: Callable[..., None]) -> Callable[..., None]:
    """Give ``run`` a context first; a failure is one clear line and exit status 1."""

    @wraps(run)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        with plain_failures():
            run(make_context(load()), *args, **kwargs)

    return wrapped


@contextmanager
def plain_failures() -> Iterator[None]:
    """A failure that has a reason is one clear line and exit status 1, and no traceback."""
    try:
        yield
    except (CollabError, OSError) as error:
        raise click.ClickException(str(error) or type(error).__name__) from error
    except SQLAlchemyError as error:
        raise click.ClickException(
            f"The database refused: {getattr(error, 'orig', None) or error}"
        ) from error
