"""Widgets that narrow a category down by its metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from common.assembly import Services
from common.categories import Category
from common.records import AnyOf, Between, Condition, FacetValue, FieldType, Filter
from common.vectors.base import GenerationManifest
from common.vectors.conditions import NUMERIC
from interactive.session import Session
from interactive.text import plain, shown
from interactive.views.facts import field_label

_VALUES_OFFERED = 200
_NOT_OFFERED = frozenset({"file", "label"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A field to filter by.

    Attributes:
        field: of the index.
        label: what people call it, with its unit.
        type: of the field.
        values: that it has, most frequent first; empty for numbers, which have ranges.
    """

    field: str
    label: str
    type: FieldType
    values: Sequence[FacetValue] = ()


def render(
    live: Services, category: Category, session: Session, manifest: GenerationManifest
) -> Filter:
    """Show the filters in a popover; return what they let pass."""
    choices = session.choices(
        f"{category.name}/{manifest.generation}", lambda: read_choices(live, category, manifest)
    )
    with st.popover(
        "Filters", icon=":material/filter_list:", key="filter_popover", disabled=not choices
    ):
        conditions = [condition for choice in choices for condition in _ask(session, choice)]
        st.button(
            "Clear filters",
            key="clear_filters",
            icon=":material/filter_list_off:",
            on_click=session.clear_filters,
            disabled=not conditions,
        )
    return Filter(must=tuple(conditions))


def read_choices(live: Services, category: Category, manifest: GenerationManifest) -> list[Choice]:
    """Return the fields worth filtering by; one whose values are all different is not."""
    index = live.search.index(category.name)
    choices = []
    for field, type_ in manifest.spec.fields.items():
        if field in _NOT_OFFERED or type_ == "link":
            continue
        described = category.manifest.fields.get(field)
        unit = f" ({described.unit})" if described and described.unit else ""
        label = field_label(category, field) + unit
        if type_ in NUMERIC:
            choices.append(Choice(field, label, type_))
            continue
        values = index.facet(field, limit=_VALUES_OFFERED)
        if values and (values[0].count > 1 or manifest.count == 1):
            choices.append(Choice(field, label, type_, values))
    return choices


def told(category: Category, filter: Filter) -> str:
    """Return what a filter made here lets pass, as text for people; empty for everything."""
    parts = []
    for condition in filter.must:
        label = field_label(category, condition.field)
        if isinstance(condition, AnyOf):
            parts.append(f"{label}: {' or '.join(shown(value) for value in condition.values)}")
        elif condition.minimum is None:
            parts.append(f"{label} up to {shown(condition.maximum)}")
        elif condition.maximum is None:
            parts.append(f"{label} from {shown(condition.minimum)}")
        else:
            parts.append(f"{label} {shown(condition.minimum)} to {shown(condition.maximum)}")
    return " · ".join(parts)


def _ask(session: Session, choice: Choice) -> list[Condition]:
    if choice.type in NUMERIC:
        low, high = st.columns(2)
        minimum = _ask_bound(low, session, choice, "from")
        maximum = _ask_bound(high, session, choice, "to")
        bounded = minimum is not None or maximum is not None
        return [Between(choice.field, minimum, maximum)] if bounded else []
    counts = {value.value: value.count for value in choice.values}
    wanted = st.multiselect(
        plain(choice.label),
        list(counts),
        format_func=lambda value: f"{shown(value)} ({counts.get(value, 0):,})",
        key=f"filter_{session.filters}_{choice.field}",
        on_change=session.leaf_to_start,
        persist_state="session",
        placeholder="Any",
    )
    values = tuple(value for value in wanted if not isinstance(value, float))
    return [AnyOf(choice.field, values)] if values else []


def _ask_bound(place: DeltaGenerator, session: Session, choice: Choice, side: str) -> float | None:
    whole = choice.type == "integer"
    return place.number_input(
        plain(f"{choice.label} {side}"),
        value=None,
        step=1 if whole else 1.0,
        format="%d" if whole else "%g",
        key=f"filter_{session.filters}_{choice.field}_{side}",
        on_change=session.leaf_to_start,
        persist_state="session",
        placeholder="any",
    )
