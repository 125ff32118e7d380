"""How years of insurance in a row raise the cap of critical illness insurance (连续参保激励、零报销激励)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation, QuotedFact
from domain.decisions.objections import noting
from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.decisions.records import Standing
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, InputProblem, NotEnrolled, NotOfYourFamily, Refusal, first_told
from domain.vocabulary import Fen, Id, RegionCode

__all__ = ["Continuity", "continuity", "in_a_row"]


@dataclass(frozen=True, slots=True)
class Continuity:
    """What a person's years of insurance are worth in a year of cover (连续参保).

    `consecutive_years` end with that year. `cap_fen` is None where the person has none: what would raise it is nothing.
    """

    person_id: Id
    region: RegionCode
    coverage_year: int
    consecutive_years: int
    continuity_steps: int
    zero_claim_steps: int
    raise_fen: Fen
    cap_fen: Fen | None
    facts: tuple[QuotedFact, ...]

    @property
    def raised_cap_fen(self) -> Fen | None:
        """The cap with the rewards; None where there is no cap."""
        return None if self.cap_fen is None else Fen(self.cap_fen + self.raise_fen)


def in_a_row(years: Iterable[int]) -> list[range]:
    """The years as stretches without a gap, in order."""
    stretches: list[range] = []
    for year in sorted(set(years)):
        if stretches and stretches[-1].stop == year:
            stretches[-1] = range(stretches[-1].start, year + 1)
        else:
            stretches.append(range(year, year + 1))
    return stretches


def continuity(
    book: PolicyBook,
    on: date,
    standing: Standing,
    years_paid: Collection[int],
    *,
    paid: Mapping[int, Fen],
) -> Continuity | Refusal:
    """The rewards of the year that is asked about. Years paid for as a resident count, employee years do not.

    `paid` is what critical illness insurance has paid by year of cover; the funds together have paid nothing in a year
    that is missing.
    """
    year = standing.coverage_year
    consultation = Consultation(book, on, year)
    insured, enrolment, holder = standing.insured, standing.enrolment, standing.holder
    objections: list[Refusal] = []
    if not FIRST_COVERAGE_YEAR <= year <= on.year + 2:
        objections.append(InputNotAcceptable(field="coverageYear", problem=InputProblem.YEAR))
    if insured is None or (standing.relation is None and insured.id != holder.id):
        objections.append(NotOfYourFamily())
    elif enrolment is None:
        objections.append(NotEnrolled(basis=consultation.basis(holder.area, "enrolment.required_before_payment")))
    else:
        with noting(objections):
            region = enrolment.region
            counted_from = consultation.fact("years", region, "continuity_reward.counted_from").day.year
            counted = [one for one in years_paid if counted_from <= one <= year]
            stretches = in_a_row(counted)
            full = consultation.fact("years", region, "continuity_reward.full_years").years
            keeps = consultation.fact("years", region, "continuity_reward.gap_keeps_earned").flag
            last = stretches[-1:] if stretches and year in stretches[-1] else []
            steps = sum(max(0, len(stretch) - full) for stretch in (stretches if keeps else last))
            claimless = _claimless_steps(consultation, region, counted, paid, year)
            step = consultation.fact("step", region, "continuity_reward.step").fen
            uncapped = consultation.fact("cap", region, "critical_illness.uncapped_groups").special_groups
            cap: Fen | None = None
            gained = 0
            if insured.special_group not in uncapped:
                cap = consultation.fact("cap", region, "critical_illness.annual_cap").fen
                share = consultation.fact("most", region, "continuity_reward.most_share_of_cap").ratio
                # A limit that the rewards must not pass is cut to whole fen.
                gained = min((steps + claimless) * step, int(cap * share))
            return Continuity(
                person_id=insured.id,
                region=region,
                coverage_year=year,
                consecutive_years=len(last[0]) if last else 0,
                continuity_steps=steps,
                zero_claim_steps=claimless,
                raise_fen=Fen(gained),
                cap_fen=cap,
                facts=consultation.facts(),
            )
    told = first_told(objections)
    assert told is not None, "what is not answered was refused"
    return told


def _claimless_steps(
    consultation: Consultation, region: RegionCode, counted: Iterable[int], paid: Mapping[int, Fen], of_year: int
) -> int:
    """One for each earlier year that is over and in which the funds paid nothing.

    A year in which critical illness insurance paid more than its cap has used the rewards up to its own.
    """
    known_from = consultation.fact("zeroClaim", region, "continuity_reward.claims_known_from").day.year
    over = range(known_from, min(of_year, consultation.on.year))
    earlier = {year for year in counted if year in over and year not in paid}
    used = max((year for year in paid if year in over and _raise_was_used(consultation, region, year, paid)), default=0)
    if used and consultation.fact("zeroClaim", region, "continuity_reward.use_clears_zero_claim").flag:
        earlier = {year for year in earlier if year > used}
    return len(earlier)


def _raise_was_used(consultation: Consultation, region: RegionCode, year: int, paid: Mapping[int, Fen]) -> bool:
    then = Consultation(consultation.book, date(year, 12, 31), year)
    return paid[year] > 0 and paid[year] > then.fact("cap", region, "critical_illness.annual_cap").fen
