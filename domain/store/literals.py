"""Words written out in a statement (语句中的固定词)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, literal_column

from domain.vocabulary import Word


def written(word: Word) -> ColumnElement[str]:
    """The word as text of the statement rather than as a value: only so is a partial index found for it."""
    return literal_column(f"'{word.name}'")
