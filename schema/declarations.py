"""How a field with arguments is declared (字段声明): a method without a body, typed as written.

Nothing in this package answers a field. The plan executor compiles documents against these declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import strawberry

Declaration = TypeVar("Declaration", bound=Callable[..., object])


def declared(description: str) -> Callable[[Declaration], Declaration]:
    """A decorator that publishes a method as a field of its object type; the signature gives type and arguments."""

    def publish(declaration: Declaration) -> Declaration:
        published: Declaration = strawberry.field(description=description)(declaration)
        return published

    return publish


def streamed(description: str) -> Callable[[Declaration], Declaration]:
    """A decorator that publishes an async method as a subscription field; it declares what one event is."""

    def publish(declaration: Declaration) -> Declaration:
        published: Declaration = strawberry.subscription(description=description)(declaration)
        return published

    return publish
