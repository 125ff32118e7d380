"""What a wage costs (缴费基数与比例): the base between floor and ceiling, and the shares of unit and employee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from domain.decisions.consulting import Consultation
from domain.vocabulary import Fen, RegionCode


@dataclass(frozen=True, slots=True)
class Rates:
    """Floor and ceiling of the base in fen, and the rates that are paid of it, of one place in one month."""

    floor_fen: Fen
    ceiling_fen: Fen
    unit: Decimal
    personal: Decimal
    maternity: Decimal
    personal_is_credited: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """One person's month in fen. `credit_fen` is what its payment puts into the personal account."""

    base_fen: Fen
    unit_fen: Fen
    personal_fen: Fen
    maternity_fen: Fen
    credit_fen: Fen


def less(after: Shares, before: Shares) -> Shares:
    """What the one is more than the other, share by share; the base is that of the first."""
    return Shares(
        base_fen=after.base_fen,
        unit_fen=Fen(after.unit_fen - before.unit_fen),
        personal_fen=Fen(after.personal_fen - before.personal_fen),
        maternity_fen=Fen(after.maternity_fen - before.maternity_fen),
        credit_fen=Fen(after.credit_fen - before.credit_fen),
    )


def more(after: Shares, before: Shares) -> Shares:
    """Both together, share by share; the base is that of the first."""
    return Shares(
        base_fen=after.base_fen,
        unit_fen=Fen(after.unit_fen + before.unit_fen),
        personal_fen=Fen(after.personal_fen + before.personal_fen),
        maternity_fen=Fen(after.maternity_fen + before.maternity_fen),
        credit_fen=Fen(after.credit_fen + before.credit_fen),
    )


def first_day(month: int) -> date:
    """The first day of a month that is written year × 100 + month."""
    return date(month // 100, month % 100, 1)


def month_of(day: date) -> int:
    """The month of a day, written year × 100 + month."""
    return day.year * 100 + day.month


def to_the_fen(amount: Decimal) -> Fen:
    """An exact amount in fen, halves rounded up (四舍五入到分)."""
    return Fen(int(amount.quantize(Decimal(1), ROUND_HALF_UP)))


def rates(consultation: Consultation, area: RegionCode) -> Rates:
    """The rates of a place in the consultation's month. Raises PolicyUnknown."""
    average = Decimal(consultation.fact("averageWage", area, "employee_contribution.average_wage").fen)
    floor = consultation.fact("base", area, "employee_contribution.floor_percent").count
    ceiling = consultation.fact("base", area, "employee_contribution.ceiling_percent").count
    return Rates(
        floor_fen=to_the_fen(average * floor / 100),
        ceiling_fen=to_the_fen(average * ceiling / 100),
        unit=consultation.fact("rate", area, "employee_contribution.unit_rate").ratio,
        personal=consultation.fact("rate", area, "employee_contribution.personal_rate").ratio,
        maternity=consultation.fact("rate", area, "employee_contribution.maternity_rate").ratio,
        personal_is_credited=consultation.fact("credit", area, "employee_contribution.personal_share_is_credited").flag,
    )


def base(found: Rates, wage_fen: Fen) -> Fen:
    """The wage held between floor and ceiling (缴费基数)."""
    return min(max(wage_fen, found.floor_fen), found.ceiling_fen)


def shares(found: Rates, wage_fen: Fen) -> Shares:
    """What a month at this wage costs, each share rounded on its own."""
    of = base(found, wage_fen)
    personal = to_the_fen(of * found.personal)
    return Shares(
        base_fen=of,
        unit_fen=to_the_fen(of * found.unit),
        personal_fen=personal,
        maternity_fen=to_the_fen(of * found.maternity),
        credit_fen=personal if found.personal_is_credited else Fen(0),
    )


def flexible_shares(consultation: Consultation, area: RegionCode, chosen_fen: Fen) -> Shares:
    """What a month costs a flexible worker who pays alone, on the base that they choose. Raises PolicyUnknown."""
    of = base(rates(consultation, area), chosen_fen)
    rate = consultation.fact("rate", area, "employee_contribution.flexible_rate").ratio
    credited = consultation.fact("credit", area, "employee_contribution.flexible_share_credited").ratio
    return Shares(
        base_fen=of,
        unit_fen=Fen(0),
        personal_fen=to_the_fen(of * rate),
        maternity_fen=Fen(0),
        credit_fen=to_the_fen(of * credited),
    )
