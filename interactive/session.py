"""What one visitor has chosen and asked: every session key, and every transition between them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from uuid import uuid4

from common.records import Answer, Point

DEFAULT_K = 9
MAX_K = 100
_HISTORY_KEPT = 20
_HISTORY_BYTES = 50_000_000  # pictures stay in memory as long as the visitor does

_Made = TypeVar("_Made")
QueryKind = Literal["upload", "camera", "example", "random", "result"]


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A picture that was asked with.

    Attributes:
        kind: where it came from.
        title: what to call it.
        picture: the image file's bytes, in any accepted format.
        record: id of the record it is, None for a picture from outside the index.
        token: distinguishes it from every other query.
    """

    kind: QueryKind
    title: str
    picture: bytes
    record: str | None = None
    token: str = field(default_factory=lambda: uuid4().hex)


class Session:
    """A typed view of Streamlit's session state.

    Args:
        state: ``st.session_state``, or a plain dictionary in tests.
    """

    def __init__(self, state: MutableMapping[Any, Any]) -> None:
        self._state = state

    @property
    def category(self) -> str | None:
        """Name of the chosen category."""
        return self._state.get("category")

    @property
    def query(self) -> PageQuery | None:
        """The picture that is asked with at present."""
        return self._state.get("query")

    @property
    def can_go_back(self) -> bool:
        """Whether there was a query before the present one."""
        return bool(self._state.get("history"))

    @property
    def epoch(self) -> int:
        """Part of the keys of input widgets: counting it up empties them all."""
        return int(self._state.get("epoch", 0))

    @property
    def intake(self) -> int:
        """Part of the keys of the form that takes in images: counting it up empties it."""
        return int(self._state.get("intake", 0))

    def empty_intake(self) -> None:
        """Empty the form that takes in images: what was in it is handed in."""
        self._state["intake"] = self.intake + 1

    @property
    def leafed_to(self) -> int:
        """The page of a category's listing that is looked at, from 1."""
        return int(self._state.get("leafed_to", 1))

    @leafed_to.setter
    def leafed_to(self, page: int) -> None:
        self._state["leafed_to"] = page

    def leaf_to_start(self) -> None:
        """Look at the listing from its start again: what it holds changes."""
        self.leafed_to = 1

    @property
    def filters(self) -> int:
        """Part of the keys of filter widgets: counting it up empties them."""
        return int(self._state.get("filters", 0))

    def clear_filters(self) -> None:
        """Let everything pass again."""
        self._state["filters"] = self.filters + 1
        self.leaf_to_start()

    def choices(self, generation: str, read: Callable[[], _Made]) -> _Made:
        """Return what can be filtered by, read only once while it is the present generation."""
        return self._made_once("choices", generation, read)

    def large_picture(self, version: str, make: Callable[[], bytes]) -> bytes:
        """Return a record's large picture, made only once while it is looked at."""
        return self._made_once("large_picture", version, make)

    @property
    def in_dialog(self) -> bool:
        """Whether a dialog is open over the page: running the page again would close it."""
        return bool(self._state.get("in_dialog"))

    @in_dialog.setter
    def in_dialog(self, is_open: bool) -> None:
        self._state["in_dialog"] = is_open

    def tell(self, notice: str) -> None:
        """Keep a sentence on what was just done for the page's next run."""
        self._state["notice"] = notice

    def take_notice(self) -> str:
        """Return the sentence that is to be told, once; empty where there is none."""
        return str(self._state.pop("notice", ""))

    def choose_category(self, name: str | None) -> None:
        """Turn to another category; what belonged to the old one goes."""
        if name != self.category:
            self.reset()
            self._state["category"] = name

    def ask(self, query: PageQuery) -> None:
        """Ask with a picture; the query before can be gone back to."""
        if self.query is not None:
            history: list[PageQuery] = self._state.setdefault("history", [])
            history.append(self.query)
            del history[:-_HISTORY_KEPT]
            while sum(len(earlier.picture) for earlier in history) > _HISTORY_BYTES:
                del history[0]
        self._state["query"] = query

    def go_back(self) -> None:
        """Return to the query before; does nothing when there was none."""
        history: list[PageQuery] = self._state.get("history", [])
        if history:
            self._state["query"] = history.pop()

    def reset(self) -> None:
        """Forget the query, its history and answer, and empty the input widgets."""
        for key in ("query", "history", "answer", "preview", "random", "glimpse", "choices"):
            self._state.pop(key, None)
        self.clear_filters()
        self._state["epoch"] = self.epoch + 1

    def cached_answer(self, key: tuple[Any, ...]) -> Answer | None:
        """Return the last answer if it was for just this question."""
        last = self._state.get("answer")
        return last[1] if last is not None and last[0] == key else None

    def keep_answer(self, key: tuple[Any, ...], answer: Answer) -> None:
        """Keep an answer so that other widgets do not cause another search."""
        self._state["answer"] = (key, answer)

    def preview(self, query: PageQuery, make: Callable[[], bytes]) -> bytes:
        """Return the small picture of a query, made only once while it is the present one."""
        return self._made_once("preview", query.token, make)

    def glimpse(self, generation: str, draw: Callable[[], list[Point]]) -> list[Point]:
        """Return a few records of a generation, drawn only once while it is the present one."""
        return self._made_once("glimpse", generation, draw)

    def _made_once(self, name: str, key: str, make: Callable[[], _Made]) -> _Made:
        last: tuple[str, _Made] | None = self._state.get(name)
        if last is None or last[0] != key:
            last = self._state[name] = (key, make())
        return last[1]

    @property
    def random_records(self) -> list[Point] | None:
        """Records drawn from the category, None when none were drawn yet."""
        return self._state.get("random")

    @random_records.setter
    def random_records(self, records: list[Point] | None) -> None:
        self._state["random"] = records
