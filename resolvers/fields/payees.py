"""Payees: added, removed, and what their owner sees of them (缴费对象)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.operations.add_payee import AddPayeeOrder, PayeeAdded, add_payees
from domain.operations.remove_payee import PayeeRemoved, RemovePayeeOrder, remove_payees
from domain.store.tables import payees, persons
from domain.vocabulary import Id, Prefix, Role
from resolvers.fields.journey import batched, named
from resolvers.fields.rules import by_role, masked_id_number, masked_name, own
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Alias,
    Arguments,
    ComputedSource,
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    Scope,
    Sql,
    ToRow,
    moment,
    of_persons,
    text,
)


def _of_person(value: Callable[[Alias, Scope], str]) -> Sql:
    """What is told of the person, whom the row alone leads to."""
    return lambda row, scope: (
        f"(SELECT {value(Alias(persons, 'meant'), scope)} FROM persons meant WHERE meant.id = {row.person_id})"
    )


PAYEE = RowSource(
    "Payee",
    payees,
    key=("id",),
    prefix=Prefix.PAYEE,
    rule=by_role({Role.CITIZEN: own("owner_id"), Role.OPERATOR: None}),
    subjects=of_persons("owner_id", "person_id"),
    fields={
        "id": Identifier(Prefix.PAYEE, lambda row, scope: row.id),
        "personId": Identifier(Prefix.PERSON, lambda row, scope: row.person_id),
        "name": text(_of_person(masked_name)),
        "idType": text(_of_person(lambda person, scope: person.id_type)),
        "idNumber": text(_of_person(masked_id_number)),
        "addedAt": moment("added_at"),
        "removedAt": moment("removed_at", nullable=True),
    },
)

OUTCOMES = tuple(
    ComputedSource(kind.__name__, kind, {"payee": ToRow("Payee", lambda outcome: outcome.payee_id)})
    for kind in (PayeeAdded, PayeeRemoved)
)

QUERIES: Mapping[str, QueryRoot] = {
    "payees": Many("Payee", restrict=lambda row, scope: f"{row.removed_at} IS NULL"),
}


def _add(actor_id: Id, key: str, cause: str, given: Arguments) -> AddPayeeOrder:
    return AddPayeeOrder(actor_id, key, cause, given["name"], given["idType"], given["idNumber"])


def _remove(actor_id: Id, key: str, cause: str, given: Arguments) -> RemovePayeeOrder:
    return RemovePayeeOrder(actor_id, key, cause, named(given, "payeeId", Prefix.PAYEE))


MUTATIONS: Mapping[str, MutationSource] = {
    "addPayee": batched(add_payees, _add),
    "removePayee": batched(remove_payees, _remove),
}
