"""Everything that deciding on a contribution needs, in one statement for a whole batch (缴费资格查询).

One row per order, in order: payer and account, insured person, binding, payee, enrolments, what is paid, what was
insured before, and the first answer to the order's idempotency key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
)

from domain.decisions.collecting import CollectionMatter
from domain.decisions.records import (
    Insured,
    PaidContribution,
    PaidYear,
    PlaceOfEnrolment,
    Standing,
    Submitted,
)
from domain.store.answers import StoredAnswer, first_answer
from domain.store.engine import Connection, Row
from domain.store.given import given
from domain.store.literals import written
from domain.store.persons import HOLDER_COLUMNS, holder
from domain.store.statements import Statement
from domain.store.tables import (
    enrolments,
    family_bindings,
    payees,
    personal_accounts,
    persons,
    resident_contributions,
)
from domain.vocabulary import (
    BindingStatus,
    ContributionStatus,
    EnrolmentStatus,
    Fen,
    Id,
    Instant,
    PaymentChannel,
    PaymentKind,
    RegionCode,
    Relation,
    Scheme,
    SpecialGroup,
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What one order is about. `standing` is None where the actor is no person of this world.

    `contribution` is the one that an order to pay names, whosever it is, or the latest that the actor of an order to
    submit has open for the same person and year.
    """

    standing: Standing | None
    contribution: Submitted | None
    first_answer: StoredAnswer | None


_STANDING_WIDTH = 28
_ANSWER_WIDTH = 2
_MEMBER_WIDTH = 2

_insured = persons.alias("insured")
_resident = enrolments.alias("resident")
_employee = enrolments.alias("employee")
_paid = resident_contributions.alias("paid")
_named = resident_contributions.alias("named")
_NAMED_COLUMNS = (
    _named.c.id,
    _named.c.person_id,
    _named.c.payer_id,
    _named.c.enrolment_id,
    _named.c.coverage_year,
    _named.c.status,
    _named.c.channel,
    _named.c.kind,
    _named.c.amount_fen,
    _named.c.grade,
    _named.c.repair_years,
    _named.c.unit_id,
)


def enrolment_in_force(person_id: ColumnElement[int], scheme: Scheme) -> ColumnElement[int]:
    """The latest active enrolment of a scheme; several at once are the agencies' to sort out."""
    one = enrolments.alias()
    return (
        select(func.max(one.c.id))
        .where(
            one.c.person_id == person_id,
            one.c.scheme == written(scheme),
            one.c.status == written(EnrolmentStatus.ACTIVE),
        )
        .scalar_subquery()
    )


def _is_paid(contribution: FromClause) -> ColumnElement[bool]:
    """The contribution is paid, and was not given back."""
    return contribution.c.status.in_([written(ContributionStatus.PAID), written(ContributionStatus.FINISHED)])


def _payment_under_way(person_id: ColumnElement[int], coverage_year: ColumnElement[int]) -> ColumnElement[int]:
    """The contribution for that year whose payment is on its way; there is one at most."""
    one = resident_contributions.alias()
    return (
        select(one.c.id)
        .where(
            one.c.person_id == person_id,
            one.c.coverage_year == coverage_year,
            one.c.status == written(ContributionStatus.PAYING),
        )
        .scalar_subquery()
    )


def _last_paid(
    person_id: ColumnElement[int], before: ColumnElement[int]
) -> tuple[ColumnElement[int], ColumnElement[date]]:
    """The last year before that one that was paid for, and on which day."""
    one = resident_contributions.alias()
    last = (
        select(one)
        .where(
            one.c.person_id == person_id,
            one.c.coverage_year < before,
            _is_paid(one),
        )
        .order_by(one.c.coverage_year.desc())
        .limit(literal_column("1"))
    )
    return (
        last.with_only_columns(one.c.coverage_year).scalar_subquery(),
        last.with_only_columns(one.c.paid_on).scalar_subquery(),
    )


def _last_year_employed(person_id: ColumnElement[int], before: ColumnElement[int]) -> ColumnElement[int]:
    """The last year before that one in which an employee enrolment was in force on some day."""
    one = enrolments.alias()
    year_before = before - 1
    ended = cast(extract("year", one.c.ended_on), Integer)
    return (
        select(func.max(case((ended < year_before, ended), else_=year_before)))
        .where(
            one.c.person_id == person_id,
            one.c.scheme == written(Scheme.EMPLOYEE),
            cast(extract("year", one.c.started_on), Integer) <= year_before,
            or_(one.c.ended_on.is_not(None), one.c.status == written(EnrolmentStatus.ACTIVE)),
        )
        .scalar_subquery()
    )


def _standings(
    orders: FromClause,
    wanted: FromClause,
    person_id: ColumnElement[int],
    coverage_year: ColumnElement[int],
    *more: ColumnElement[Any],
) -> Select[tuple[Any, ...]]:
    """`wanted` is the orders, joined to what says for whom and for which year of cover they are."""
    joined = (
        wanted.outerjoin(persons, persons.c.id == orders.c.actor_id)
        .outerjoin(personal_accounts, personal_accounts.c.person_id == orders.c.actor_id)
        .outerjoin(_insured, _insured.c.id == person_id)
        .outerjoin(
            family_bindings,
            and_(
                family_bindings.c.holder_id == orders.c.actor_id,
                family_bindings.c.member_id == person_id,
                family_bindings.c.status == written(BindingStatus.ACTIVE),
            ),
        )
        .outerjoin(
            payees,
            and_(
                payees.c.owner_id == orders.c.actor_id,
                payees.c.person_id == person_id,
                payees.c.removed_at.is_(None),
            ),
        )
        .outerjoin(_resident, _resident.c.id == enrolment_in_force(person_id, Scheme.RESIDENT))
        .outerjoin(_employee, _employee.c.id == enrolment_in_force(person_id, Scheme.EMPLOYEE))
        .outerjoin(
            _paid,
            and_(
                _paid.c.person_id == person_id,
                _paid.c.coverage_year == coverage_year,
                _is_paid(_paid),
            ),
        )
    )
    return (
        select(
            *HOLDER_COLUMNS,
            _insured.c.id,
            _insured.c.id_number,
            _insured.c.birth_date,
            _insured.c.special_group,
            _insured.c.died_on,
            coverage_year,
            family_bindings.c.relation,
            payees.c.id,
            _resident.c.id,
            _resident.c.region_code,
            _employee.c.id,
            _employee.c.region_code,
            _paid.c.id,
            _paid.c.payer_id,
            _resident.c.visible_to_tax_at,
            _payment_under_way(person_id, coverage_year),
            *_last_paid(person_id, coverage_year),
            _last_year_employed(person_id, coverage_year),
            *more,
        )
        .select_from(joined)
        .order_by(orders.c.position)
    )


def _open_contribution(orders: FromClause, unit_id: ColumnElement[int] | None = None) -> ColumnElement[int]:
    """The latest contribution that the actor has submitted for the person and year, by a channel, and not paid.

    `unit_id` is the unit for which the actor did so, None where for none.
    """
    one = resident_contributions.alias()
    return (
        select(func.max(one.c.id))
        .where(
            one.c.person_id == orders.c.person_id,
            one.c.coverage_year == orders.c.coverage_year,
            one.c.payer_id == orders.c.actor_id,
            one.c.status == written(ContributionStatus.SUBMITTED),
            one.c.channel == orders.c.channel,
            one.c.unit_id.is_(None) if unit_id is None else one.c.unit_id == unit_id,
        )
        .scalar_subquery()
    )


def _first_answer_to(orders: FromClause) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return first_answer(orders.c.actor_id, orders.c.mutation, orders.c.key)


_quoting = given({"actor_id": BigInteger(), "person_id": BigInteger(), "coverage_year": BigInteger()})
_TO_QUOTE = Statement(_standings(_quoting, _quoting, _quoting.c.person_id, _quoting.c.coverage_year))

_submitting = given(
    {
        "actor_id": BigInteger(),
        "mutation": Text(),
        "key": Text(),
        "person_id": BigInteger(),
        "coverage_year": BigInteger(),
        "channel": Text(),
    }
)
_TO_SUBMIT = Statement(
    _standings(
        _submitting,
        _submitting.outerjoin(_named, _named.c.id == _open_contribution(_submitting)),
        _submitting.c.person_id,
        _submitting.c.coverage_year,
        *_first_answer_to(_submitting),
        *_NAMED_COLUMNS,
    )
)

_collecting = given(
    {
        "actor_id": BigInteger(),
        "unit_id": BigInteger(),
        "person_id": BigInteger(),
        "coverage_year": BigInteger(),
        "channel": Text(),
    }
)
_TO_COLLECT = Statement(
    _standings(
        _collecting,
        _collecting.outerjoin(_named, _named.c.id == _open_contribution(_collecting, _collecting.c.unit_id)),
        _collecting.c.person_id,
        _collecting.c.coverage_year,
        _resident.c.unit_id,
        _insured.c.name,
        *_NAMED_COLUMNS,
    )
)

_paying = given({"actor_id": BigInteger(), "mutation": Text(), "key": Text(), "contribution_id": BigInteger()})
_TO_PAY = Statement(
    _standings(
        _paying,
        _paying.outerjoin(_named, _named.c.id == _paying.c.contribution_id),
        _named.c.person_id,
        _named.c.coverage_year,
        *_first_answer_to(_paying),
        *_NAMED_COLUMNS,
    )
)


async def standings_to_quote(connection: Connection, wanted: Sequence[tuple[Id, Id, int]]) -> list[Standing | None]:
    """For each (payer, person, year of cover) how they stand; None where the payer is no person of this world."""
    rows = await connection.fetch_all(
        _TO_QUOTE,
        {
            "actor_id": [payer for payer, _, _ in wanted],
            "person_id": [person for _, person, _ in wanted],
            "coverage_year": [year for _, _, year in wanted],
        },
    )
    return [_standing(row) for row in rows]


async def matters_to_submit(
    connection: Connection, asked: Sequence[tuple[Id, str, str]], wanted: Sequence[tuple[Id, int, PaymentChannel]]
) -> list[Matter]:
    """For each (actor, mutation, key) and (person, year of cover, channel) what submitting needs."""
    rows = await connection.fetch_all(
        _TO_SUBMIT,
        {
            "actor_id": [actor for actor, _, _ in asked],
            "mutation": [mutation for _, mutation, _ in asked],
            "key": [key for _, _, key in asked],
            "person_id": [person for person, _, _ in wanted],
            "coverage_year": [year for _, year, _ in wanted],
            "channel": [channel.name for _, _, channel in wanted],
        },
    )
    return [
        Matter(_standing(row), _submitted(row[_STANDING_WIDTH + _ANSWER_WIDTH :]), _first_answer(row)) for row in rows
    ]


async def matters_to_collect(
    connection: Connection, wanted: Sequence[tuple[Id, Id, Id, int, PaymentChannel]]
) -> list[CollectionMatter]:
    """For each (officer, unit, person, year of cover, channel) what collecting needs; the officer is a person."""
    rows = await connection.fetch_all(
        _TO_COLLECT,
        {
            "actor_id": [actor for actor, _, _, _, _ in wanted],
            "unit_id": [unit for _, unit, _, _, _ in wanted],
            "person_id": [person for _, _, person, _, _ in wanted],
            "coverage_year": [year for _, _, _, year, _ in wanted],
            "channel": [channel.name for _, _, _, _, channel in wanted],
        },
    )
    return [_collection_matter(row) for row in rows]


def _collection_matter(row: Row) -> CollectionMatter:
    standing = _standing(row, collected=True)
    assert standing is not None, "whoever acts for a unit is a person"
    member_of, name = row[_STANDING_WIDTH : _STANDING_WIDTH + _MEMBER_WIDTH]
    return CollectionMatter(
        standing,
        None if member_of is None else Id(member_of),
        name,
        _submitted(row[_STANDING_WIDTH + _MEMBER_WIDTH :]),
    )


async def matters_to_pay(
    connection: Connection, asked: Sequence[tuple[Id, str, str]], contributions: Sequence[Id]
) -> list[Matter]:
    """For each (actor, mutation, key) and contribution what paying needs."""
    rows = await connection.fetch_all(
        _TO_PAY,
        {
            "actor_id": [actor for actor, _, _ in asked],
            "mutation": [mutation for _, mutation, _ in asked],
            "key": [key for _, _, key in asked],
            "contribution_id": contributions,
        },
    )
    return [
        Matter(_standing(row), _submitted(row[_STANDING_WIDTH + _ANSWER_WIDTH :]), _first_answer(row)) for row in rows
    ]


def _standing(row: Row, *, collected: bool = False) -> Standing | None:
    if row[0] is None:
        return None
    (
        insured_id,
        id_number,
        birth_date,
        special_group,
        died_on,
        coverage_year,
        relation,
        payee_id,
        resident_id,
        resident_region,
        employee_id,
        employee_region,
        paid_id,
        paid_by,
        visible_to_tax_at,
        paying,
        year_paid,
        paid_on,
        year_employed,
    ) = row[len(HOLDER_COLUMNS) : _STANDING_WIDTH]
    group = None if special_group is None else SpecialGroup[special_group]
    return Standing(
        holder=holder(row[: len(HOLDER_COLUMNS)]),
        insured=None if insured_id is None else Insured(Id(insured_id), id_number, birth_date, group, died_on),
        coverage_year=0 if coverage_year is None else coverage_year,
        relation=None if relation is None else Relation[relation],
        enrolment=_place(resident_id, resident_region, Scheme.RESIDENT, visible_to_tax_at),
        elsewhere=_place(employee_id, employee_region, Scheme.EMPLOYEE),
        paid=None if paid_id is None else PaidContribution(Id(paid_id), Id(paid_by)),
        last_paid=None if year_paid is None else PaidYear(year_paid, paid_on),
        last_year_employed=year_employed,
        paying=paying is not None,
        is_payee=payee_id is not None,
        collected=collected,
    )


def _place(
    enrolment_id: int | None, region: str, scheme: Scheme, visible_to_tax_at: int | None = None
) -> PlaceOfEnrolment | None:
    if enrolment_id is None:
        return None
    visible = None if visible_to_tax_at is None else Instant(visible_to_tax_at)
    return PlaceOfEnrolment(Id(enrolment_id), RegionCode(region), scheme, visible)


def _first_answer(row: Row) -> StoredAnswer | None:
    content_hash, answer = row[_STANDING_WIDTH : _STANDING_WIDTH + _ANSWER_WIDTH]
    return None if content_hash is None else StoredAnswer(content_hash, answer)


def _submitted(row: Row) -> Submitted | None:
    (
        contribution_id,
        person_id,
        payer_id,
        enrolment_id,
        coverage_year,
        status,
        channel,
        kind,
        amount_fen,
        grade,
        repair_years,
        unit_id,
    ) = row
    if contribution_id is None:
        return None
    return Submitted(
        id=Id(contribution_id),
        person_id=Id(person_id),
        payer_id=Id(payer_id),
        enrolment_id=Id(enrolment_id),
        coverage_year=coverage_year,
        status=ContributionStatus[status],
        channel=PaymentChannel[channel],
        kind=PaymentKind[kind],
        amount_fen=Fen(amount_fen),
        grade=grade,
        repair_years=repair_years,
        for_unit=unit_id is not None,
    )
