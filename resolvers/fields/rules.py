"""Who may see which rows (行级可见规则), once per type, as flat predicates over indexed columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.store.tables import personal_accounts
from domain.vocabulary import DataType, Role
from resolvers.plan.sources import NOBODY, Alias, Rule, Scope, Sql

STARS = "'******************************'"


def everybody(row: Alias, scope: Scope) -> str | None:
    """Public: anybody may see it."""
    return None


def by_role(rules: Mapping[Role, Sql | None]) -> Rule:
    """A rule per role: SQL that must hold, None for no restriction; a role that is not named sees nothing."""

    def rule(row: Alias, scope: Scope) -> str | None:
        if scope.role not in rules:
            return NOBODY
        predicate = rules[scope.role]
        return None if predicate is None else predicate(row, scope)

    return rule


def in_clerks_region(column: str = "region_code") -> Sql:
    """The row lies in the region of the clerk's agency."""
    return lambda row, scope: scope.in_viewers_region(row[column])


def listed_in_clerks_region(row: Alias, scope: Scope) -> str:
    """The same of rows that never leave the province which their id begins with (the auditor looks).

    A list in the order of ids, of a region that no one code stands for, begins with the first id of the province and
    not with the first of all. Accounts and enrolments can move, and no root list holds them.
    """
    inside = scope.in_viewers_region(row.region_code)
    return inside if scope.county else f"{inside} AND {row.id} BETWEEN {scope.id_low} AND {scope.id_high}"


def in_own_circle(column: str) -> Sql:
    """The column names the viewer, or a family member whom the viewer has bound."""

    def rule(row: Alias, scope: Scope) -> str:
        bound = f"SELECT member_id FROM family_bindings WHERE holder_id = {scope.viewer_id} AND status = 'ACTIVE'"
        return f"{row[column]} = {scope.viewer_id} OR {scope.one_of(row[column], bound)}"

    return rule


def own(column: str) -> Sql:
    """The column names the viewer."""
    return lambda row, scope: f"{row[column]} = {scope.viewer_id}"


def of_own_unit(column: str = "unit_id") -> Sql:
    """The column names the unit that the viewer acts for."""
    return lambda row, scope: f"{row[column]} = {scope.unit_id}"


def enrolled_by_own_unit(column: str) -> Sql:
    """The column names somebody who is or was enrolled by the unit that the viewer acts for."""
    return lambda row, scope: f"{row[column]} IN (SELECT person_id FROM enrolments WHERE unit_id = {scope.unit_id})"


def of_own_client(column: str = "client_id") -> Sql:
    """The column names the partner's app that asks."""
    return lambda row, scope: f"{row[column]} = {scope.client_id}"


# ---- partners: what was granted to the app, of those who let it see that -------------------------------------------


def _province(region: str) -> str:
    return f"substr({region}, 1, 2) || '0000'"


def consented(data_type: DataType, *columns: str, region: str = "region_code") -> Sql:
    """Each column names somebody who lets the viewer's app see data of this type, which it was granted in the province.

    Those who consented lead to the rows, through the index of their column: what is read grows with the app's consents
    and not with the population.
    """

    def rule(row: Alias, scope: Scope) -> str:
        of_type = f"client_id = {scope.client_id} AND data_type = '{data_type.name}'"
        persons = f"SELECT person_id FROM consents WHERE {of_type} AND ended_at IS NULL"
        return " AND ".join(
            (
                *(scope.one_of(row[column], persons) for column in columns),
                scope.one_of(_province(row[region]), f"SELECT region_code FROM client_grants WHERE {of_type}"),
            )
        )

    return rule


def consented_to(column: str, data_type: Sql | None = None, *, region: str = "region_code") -> Sql:
    """As `consented`, for the type of data that the row says it is of; for any type where none is given."""

    def rule(row: Alias, scope: Scope) -> str:
        of_type = "" if data_type is None else f" AND given.data_type = {data_type(row, scope)}"
        persons = f"SELECT person_id FROM consents WHERE client_id = {scope.client_id} AND ended_at IS NULL"
        return (
            f"{scope.one_of(row[column], persons)} AND EXISTS (SELECT 1 FROM consents given JOIN client_grants granted"
            " ON granted.client_id = given.client_id AND granted.data_type = given.data_type"
            f" WHERE given.client_id = {scope.client_id} AND given.person_id = {row[column]}"
            f" AND given.ended_at IS NULL{of_type} AND granted.region_code = {_province(row[region])})"
        )

    return rule


def _of_a_consented_account(row: Alias, scope: Scope) -> str:
    visible = consented(DataType.ACCOUNT, "person_id")(Alias(personal_accounts, "held"), scope)
    return f"EXISTS (SELECT 1 FROM personal_accounts held WHERE held.id = {row.account_id} AND {visible})"


of_a_known_account = by_role(
    {
        Role.CITIZEN: lambda row, scope: (
            f"{row.account_id} IN (SELECT id FROM personal_accounts WHERE person_id = {scope.viewer_id})"
        ),
        Role.CLERK: lambda row, scope: (
            f"EXISTS (SELECT 1 FROM personal_accounts held WHERE held.id = {row.account_id}"
            f" AND held.region_code BETWEEN {scope.region_low} AND {scope.region_high})"
        ),
        Role.PARTNER: _of_a_consented_account,
        Role.OPERATOR: None,
    }
)
"""The row belongs to a personal account of the viewer, of the clerk's region, or of who lets the app see it."""


def of_account_holder(row: Alias, scope: Scope) -> Sequence[str]:
    """The row tells of whoever holds its personal account; citizens reach no account but their own."""
    if scope.role is Role.CITIZEN:
        return ()
    return [f"(SELECT held.person_id FROM personal_accounts held WHERE held.id = {row.account_id})"]


MAY_KNOW = by_role({Role.CITIZEN: in_own_circle("id"), Role.CLERK: in_clerks_region()})
"""Of whom the viewer may know more than who it is: oneself, whom one has bound, and whoever lives in a clerk's region.

Others are reached through links (who paid, who is bound by whom, who was bound) or run the platform. To them a birth
date would complete the masked identity number, and the rest is none of their business.
"""


# ---- masking --------------------------------------------------------------------------------------------------------


def unless_own(value: str, masked: str, owner: str, scope: Scope) -> str:
    """The full value for its owner, the masked one for everybody else."""
    if scope.role is not Role.CITIZEN:
        return masked
    return f"CASE WHEN {owner} = {scope.viewer_id} THEN {value} ELSE {masked} END"


def known(value: Sql) -> Sql:
    """What is told of a person to those who may know it, null to everybody else."""
    return lambda row, scope: f"CASE WHEN {MAY_KNOW(row, scope)} THEN {value(row, scope)} END"


def to_oneself(column: str) -> Sql:
    """What is told of a person to that person alone, null to everybody else."""
    return lambda row, scope: unless_own(row[column], "NULL", row.id, scope)


def masked_text(name: str) -> str:
    """张*: the first character."""
    return f"substr({name}, 1, 1) || substr({STARS}, 1, length({name}) - 1)"


def masked_number(number: str) -> str:
    """The first three and last four characters of an identity number."""
    hidden = f"substr({STARS}, 1, length({number}) - 7)"
    ends = f"substr({number}, 1, 3) || {hidden} || substr({number}, length({number}) - 3)"
    return f"CASE WHEN length({number}) > 7 THEN {ends} ELSE substr({STARS}, 1, length({number})) END"


def masked_telephone(phone: str) -> str:
    """138****5678."""
    return f"substr({phone}, 1, 3) || '****' || substr({phone}, length({phone}) - 3)"


def masked_name(row: Alias, scope: Scope) -> str:
    """张* for everybody but the person, clerks of the region and the officer of their unit, who need the name."""
    masked = masked_text(row.name)
    if scope.role is Role.CLERK:
        return f"CASE WHEN {in_clerks_region()(row, scope)} THEN {row.name} ELSE {masked} END"
    if scope.role is Role.UNIT_OFFICER:
        return f"CASE WHEN {enrolled_by_own_unit('id')(row, scope)} THEN {row.name} ELSE {masked} END"
    return unless_own(row.name, masked, row.id, scope)


def masked_id_number(row: Alias, scope: Scope) -> str:
    """The first three and last four characters, for everybody but the person."""
    return unless_own(row.id_number, masked_number(row.id_number), row.id, scope)


def masked_phone(row: Alias, scope: Scope) -> str:
    """138****5678 for everybody but the person; nothing at all for citizens who have not bound the person."""
    masked = masked_telephone(row.phone)
    if scope.role is Role.CITIZEN:
        masked = known(lambda row, scope: masked)(row, scope)
    return unless_own(row.phone, masked, row.id, scope)
