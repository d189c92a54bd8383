"""A cloud for tests: the embedded node with a clock that a test sets, and a memory of what it was asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from zsiso import mock_node
from zsiso.config.secrets import Secret
from zsiso.mock_node.cloud import Accepts, Answer, Asked, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "hunter22-päss wörd"
KEY_SECRET = "topsecret-key-value"


@dataclass
class Watched:
    """The cloud's address, its clock's advance over ours, and what it was asked and answered."""

    cloud: Cloud
    url: str = ""
    ahead: timedelta = timedelta()
    calls: list[tuple[str, int]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def methods(self) -> str:
        """Return the first letters of the methods of all calls since the last time, as ``PGG``."""
        letters = "".join(method[0] for method, _ in self.calls)
        self.calls.clear()
        return letters


@contextmanager
def running_cloud(accepts: Accepts | None = None) -> Iterator[Watched]:
    """Run a cloud that lets in account admin with ``PASSWORD``, unless told otherwise."""
    accepts = accepts or Accepts(account="admin", password=Secret(PASSWORD), session=Secret("the-only-one"))

    class Watching(Cloud):
        def answer(self, asked: Asked) -> Answer:
            answer = super().answer(asked)
            watched.asked.append(asked)
            watched.calls.append((asked.method, answer.status))
            return answer

    cloud = Watching(mock_node.example_inventory(), accepts, lambda: datetime.now(timezone.utc) + watched.ahead)
    watched = Watched(cloud)
    with mock_node.serve(cloud) as watched.url:
        yield watched
