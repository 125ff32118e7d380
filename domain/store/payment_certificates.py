"""Payment certificates (缴费证明): what a person had paid, as it stood when it was certified; never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import orjson
from sqlalchemy import BigInteger, Text, bindparam, insert, select

from domain.decisions.certifying import CertifiedPayment
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import payment_certificates, persons, resident_contributions
from domain.vocabulary import (
    ContributionStatus,
    Fen,
    Id,
    Instant,
    PaymentChannel,
    PaymentKind,
    RegionCode,
)


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate that is issued now."""

    id: Id
    person_id: Id
    region: RegionCode
    number: str
    first_year: int
    last_year: int
    issued_at: Instant
    payments: tuple[CertifiedPayment, ...]


@dataclass(frozen=True, slots=True)
class CertificateOnFile:
    """A certificate as it is verified: `refunded` are those of its payments that were given back since."""

    number: str
    person_id: Id
    name: str
    first_year: int
    last_year: int
    issued_at: Instant
    payments: tuple[CertifiedPayment, ...]
    refunded: frozenset[Id]


_paid = resident_contributions.c
_PAYMENTS = Statement(
    select(
        _paid.person_id,
        _paid.id,
        _paid.region_code,
        _paid.coverage_year,
        _paid.channel,
        _paid.kind,
        _paid.amount_fen,
        _paid.paid_on,
        _paid.coverage_from,
        _paid.coverage_until,
    )
    .where(
        among(_paid.person_id, "ids"),
        _paid.status.in_([written(ContributionStatus.PAID), written(ContributionStatus.FINISHED)]),
        _paid.record_visible_at <= bindparam("now", type_=BigInteger()),
    )
    .order_by(_paid.person_id, _paid.coverage_year)
)

_ISSUE = Statement(insert(payment_certificates).inline())

_ON_FILE = Statement(
    select(
        payment_certificates.c.number,
        payment_certificates.c.person_id,
        persons.c.name,
        payment_certificates.c.first_year,
        payment_certificates.c.last_year,
        payment_certificates.c.issued_at,
        payment_certificates.c.content,
    )
    .select_from(payment_certificates.join(persons, persons.c.id == payment_certificates.c.person_id))
    .where(payment_certificates.c.number == bindparam("number", type_=Text()))
)

_REFUNDED = Statement(
    select(_paid.id).where(among(_paid.id, "ids"), _paid.status == written(ContributionStatus.REFUNDED))
)


async def payments_of(connection: Connection, ids: Iterable[Id], now: Instant) -> dict[Id, list[CertifiedPayment]]:
    """What has been paid for each person, through whatever channel, and can be looked up by now; by year of cover."""
    rows = await connection.fetch_all(_PAYMENTS, {"ids": sorted(set(ids)), "now": now})
    found: dict[Id, list[CertifiedPayment]] = {}
    for person_id, contribution_id, region, year, channel, kind, amount_fen, paid_on, first, until in rows:
        found.setdefault(Id(person_id), []).append(
            CertifiedPayment(
                Id(contribution_id),
                RegionCode(region),
                year,
                PaymentChannel[channel],
                PaymentKind[kind],
                Fen(amount_fen),
                paid_on,
                first,
                until,
            )
        )
    return found


async def issue(connection: Connection, new: Sequence[NewCertificate]) -> None:
    """The certificates are issued. A unique index refuses a number that another one has."""
    if new:
        await connection.execute_many(
            _ISSUE,
            [
                {
                    "id": one.id,
                    "person_id": one.person_id,
                    "region_code": one.region,
                    "number": one.number,
                    "first_year": one.first_year,
                    "last_year": one.last_year,
                    "issued_at": one.issued_at,
                    "content": orjson.dumps([_written(payment) for payment in one.payments]).decode(),
                }
                for one in new
            ],
        )


async def on_file(connection: Connection, number: str) -> CertificateOnFile | None:
    """The certificate of that number; None where there is none."""
    row = await connection.fetch_one(_ON_FILE, {"number": number})
    if row is None:
        return None
    number, person_id, name, first_year, last_year, issued_at, content = row
    payments = tuple(map(_read, orjson.loads(content) if isinstance(content, str) else content))
    refunded = await connection.fetch_all(_REFUNDED, {"ids": [one.contribution_id for one in payments]})
    return CertificateOnFile(
        number,
        Id(person_id),
        name,
        first_year,
        last_year,
        Instant(issued_at),
        payments,
        frozenset(Id(one) for (one,) in refunded),
    )


def _written(payment: CertifiedPayment) -> dict[str, object]:
    return asdict(payment) | {"channel": payment.channel.name, "kind": payment.kind.name}


def _read(content: dict[str, object]) -> CertifiedPayment:
    days = {name: date.fromisoformat(str(content[name])) for name in ("paid_on", "coverage_from", "coverage_until")}
    words = {"channel": PaymentChannel[str(content["channel"])], "kind": PaymentKind[str(content["kind"])]}
    return CertifiedPayment(**(content | days | words))  # type: ignore[arg-type]
