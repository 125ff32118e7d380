"""Refusals as GraphQL prints them (拒绝办理): one GraphQL type per class, its facts from the class's own fields."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from typing import Any, get_type_hints

from domain.policy import PolicyBook
from domain.refusals import PRECEDENCE, Refusal
from domain.vocabulary import Fen, Id, Instant
from resolvers.plan.sources import ComputedField, ComputedSource, Form, Nested, Plain, ToRow

LINKS = {
    "binding_id": ("binding", "FamilyBinding"),
    "enrolment_id": ("enrolment", "Enrolment"),
    "contribution_id": ("contribution", "ResidentContribution"),
    "refund_id": ("refund", "Refund"),
    "payee_id": ("payee", "Payee"),
    "consent_id": ("consent", "Consent"),
    "unit_id": ("unit", "Unit"),
    "transfer_id": ("transfer", "EnrolmentTransfer"),
}
"""Fields that name a row, and the link that the API shows instead."""


_FORMS = {
    date: Form.DATE,
    date | None: Form.DATE,
    int: Form.INTEGER,
    int | None: Form.INTEGER,
    bool: Form.BOOLEAN,
    tuple[int, ...]: Form.INTEGER,
    Instant: Form.INSTANT,
    Instant | None: Form.INSTANT,
}


def camel(name: str) -> str:
    """snake_case as GraphQL writes it: camelCase."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def _fact(name: str, annotation: Any) -> tuple[str, ComputedField]:
    if name in LINKS:
        link, target = LINKS[name]
        return link, ToRow(target, lambda refusal: getattr(refusal, name))
    if annotation is Fen:
        return camel(name.removesuffix("_fen")), Plain(lambda refusal, arguments: getattr(refusal, name), Form.YUAN)
    assert annotation is not Id, f"{name} needs a link"
    form = _FORMS.get(annotation, Form.TEXT)
    return camel(name), Plain(lambda refusal, arguments: getattr(refusal, name), form)


def _source(class_: type[Refusal], book: PolicyBook) -> ComputedSource:
    hints = get_type_hints(class_)
    own = [field.name for field in dataclasses.fields(class_) if field.name not in ("path", "basis")]
    return ComputedSource(
        class_.__name__,
        class_,
        {
            "code": Plain(lambda refusal, arguments: refusal.code),
            "message": Plain(
                lambda refusal, arguments: refusal.en(book) if arguments["language"].name == "EN" else refusal.zh(book)
            ),
            "path": Plain(lambda refusal, arguments: refusal.path),
            "retryable": Plain(lambda refusal, arguments: refusal.retryable, Form.BOOLEAN),
            "basis": Nested(lambda refusal: None if refusal.basis is None else book.by_key(refusal.basis)),
            **dict(_fact(name, hints[name]) for name in own),
        },
    )


def refusal_sources(book: PolicyBook) -> tuple[ComputedSource, ...]:
    """A source for every refusal there is."""
    return tuple(_source(class_, book) for class_ in PRECEDENCE)
