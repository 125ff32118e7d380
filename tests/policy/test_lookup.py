"""How the book is asked: nearest area first, one fact a day, and no answer rather than a guess."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from timeit import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import domain.policy
from domain.policy import (
    Assumption,
    ClockWindow,
    DateWindow,
    Document,
    Fact,
    FactNameUndefined,
    FactUnitMismatch,
    FactValue,
    PolicyBook,
    PolicyUnknown,
    SourceKind,
    Synthetic,
    Unit,
)
from domain.policy.reading import read_library
from domain.vocabulary import NATION, RegionCode, Relation, SpecialGroup

LIBRARY = read_library(Path(domain.policy.__file__).parent)
BOOK = PolicyBook(LIBRARY)
CASE_DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
NAMES = st.sampled_from(BOOK.names())
AREAS = st.one_of(
    st.sampled_from(sorted(BOOK.areas)),
    st.sampled_from(["520402", "510903", "341822", "840101", "840203", "440305", "520000", "110000"]),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
)
YEARS = st.one_of(st.none(), st.integers(2020, 2028))


def scanned(facts: Sequence[Fact], name: str, area: str, on: date, benefit_year: int | None) -> Fact | None:
    """The answer by reading every fact, area by area: slow, and plainly right."""
    for place in (area, area[:4] + "00", area[:2] + "0000", NATION):
        for fact in facts:
            if fact.name != name or fact.area != place or not fact.in_force(on):
                continue
            if fact.benefit_year in (None, benefit_year):
                return fact
    return None


@settings(max_examples=600)
@given(NAMES, AREAS, CASE_DAYS, YEARS)
def test_a_lookup_equals_reading_every_fact(name: str, area: str, on: date, benefit_year: int | None) -> None:
    """Shelves and bisection change nothing about the answer."""
    expected = scanned(BOOK.facts(), name, area, on, benefit_year)
    if expected is not None:
        assert BOOK.fact(name, area=area, on=on, benefit_year=benefit_year) is expected
        return
    with pytest.raises(PolicyUnknown) as refused:
        BOOK.fact(name, area=area, on=on, benefit_year=benefit_year)
    gap = refused.value
    asked_for = benefit_year if BOOK.definitions[name].per_benefit_year else None
    assert (gap.name, gap.area, gap.on, gap.benefit_year) == (name, area, on, asked_for)


@given(NAMES, st.sampled_from(sorted(BOOK.areas)), CASE_DAYS, YEARS)
def test_no_day_has_two_facts(name: str, area: str, on: date, benefit_year: int | None) -> None:
    """In one area, on one day and for one year of cover, at most one fact is in force."""
    at_once = [one for one in BOOK.facts(name=name, area=area, on=on) if one.benefit_year in (None, benefit_year)]
    assert len(at_once) <= 1


@given(st.data())
def test_the_nearest_of_county_city_province_and_nation_answers(data: st.DataObject) -> None:
    """Whatever subset of the four levels has a fact, the nearest one speaks."""
    chain = [*map(RegionCode, ("520402", "520400", "520000")), NATION]
    present = data.draw(st.sets(st.sampled_from(chain)))
    template = BOOK.fact("newborn.status_days", area=NATION, on=date(2024, 1, 1))
    library = dataclasses.replace(
        LIBRARY, facts=tuple(dataclasses.replace(template, area=place) for place in sorted(present))
    )
    book = PolicyBook(library)
    nearest = next((place for place in chain if place in present), None)
    if nearest is None:
        with pytest.raises(PolicyUnknown):
            book.fact(template.name, area="520402", on=date(2024, 1, 1))
    else:
        assert book.fact(template.name, area="520402", on=date(2024, 1, 1)).area == nearest


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=6), st.integers(-5, 300), st.booleans())
def test_a_day_meets_the_period_it_lies_in(lengths: list[tuple[int, int]], offset: int, open_ended: bool) -> None:
    """Periods with gaps between them, both ends included; the last may have no end."""
    template = BOOK.fact("newborn.status_days", area=NATION, on=date(2024, 1, 1))
    first, facts = date(2024, 1, 1), []
    for index, (days, gap) in enumerate(lengths):
        last = first + timedelta(days=days)
        endless = open_ended and index == len(lengths) - 1
        facts.append(
            dataclasses.replace(template, valid_from=first, valid_until=None if endless else last, value=index)
        )
        first = last + timedelta(days=1 + gap)
    book = PolicyBook(dataclasses.replace(LIBRARY, facts=tuple(facts)))
    on = date(2024, 1, 1) + timedelta(days=offset)
    expected = scanned(facts, template.name, NATION, on, None)
    if expected is None:
        with pytest.raises(PolicyUnknown):
            book.fact(template.name, area=NATION, on=on)
    else:
        assert book.fact(template.name, area=NATION, on=on) is expected


def test_a_fact_of_a_year_of_cover_does_not_answer_without_the_year(book: PolicyBook) -> None:
    """400 yuan is the amount of 2025, not of any year."""
    with pytest.raises(PolicyUnknown):
        book.fact("resident_contribution.amount_in_window", area="520400", on=date(2024, 10, 1))


def test_a_fact_without_a_year_of_cover_answers_whatever_the_year(book: PolicyBook) -> None:
    """The relations covered are the same for every contribution paid that day."""
    name, day = "family_mutual_aid.relations_covered", date(2024, 10, 1)
    assert book.fact(name, area="520400", on=day, benefit_year=2025) is book.fact(name, area="520400", on=day)


def test_a_name_that_no_file_defines_is_a_slip_and_not_a_gap(book: PolicyBook) -> None:
    """A typing error must not look like a missing policy."""
    with pytest.raises(FactNameUndefined, match=r"collection_window\.windw"):
        book.fact("collection_window.windw", area="520400", on=date(2024, 10, 1))
    assert not issubclass(FactNameUndefined, PolicyUnknown)


@pytest.mark.parametrize("area", ["", "5204", "5204000", "52040X", "per_52"])
def test_an_area_is_six_digits(area: str, book: PolicyBook) -> None:
    """A cut-off code must not be completed to a city."""
    with pytest.raises(ValueError, match="six digits"):
        book.fact("newborn.status_days", area=area, on=date(2024, 10, 1))


def test_a_moment_is_no_day(book: PolicyBook) -> None:
    """Which calendar day a moment falls on is for the caller to say."""
    with pytest.raises(TypeError):
        book.fact("newborn.status_days", area="520400", on=datetime(2024, 10, 1, 8))  # noqa: DTZ001


def test_a_gap_says_what_why_and_what_to_do() -> None:
    """The words name fact, place, day and year, and where to add the fact."""
    gap = PolicyUnknown("coverage.in_window_ends_on", NATION, date(2025, 1, 1), 2025)
    for part in ("coverage.in_window_ends_on", "000000", "2025-01-01", "benefit year 2025", "domain/policy"):
        assert part in str(gap)
    assert "benefit year" not in str(PolicyUnknown("newborn.status_days", NATION, date(2025, 1, 1), None))
    assert str(copy.copy(gap)) == str(gap)
    assert pickle.loads(pickle.dumps(gap)).benefit_year == 2025


def test_the_first_of_several_names_that_speaks_is_taken(book: PolicyBook) -> None:
    """Days in Anshun, months where only the State Council speaks, the first name's gap where nobody does."""
    names = ("waiting_period.fixed_days", "waiting_period.fixed_months")
    day = date(2025, 3, 1)
    assert book.first_fact(names, area="520400", on=day, benefit_year=2025).days == 90
    assert book.first_fact(names, area="510900", on=day, benefit_year=2025).months == 3
    with pytest.raises(PolicyUnknown, match="fixed_days"):
        book.first_fact(names, area="510900", on=day, benefit_year=2023)
    with pytest.raises(ValueError, match="at least one"):
        book.first_fact((), area="510900", on=day)


def test_every_fact_is_found_by_its_key_and_no_two_share_one(book: PolicyBook) -> None:
    """A key is what an answer cites; it names the fact for good."""
    facts = book.facts()
    assert len({fact.key for fact in facts}) == len(facts)
    assert all(book.by_key(fact.key) is fact for fact in facts)
    assert book.by_key("newborn.status_days~000000~1999-01-01") is None
    assert book.by_key("collection_window.window~520400~2024-01-01~2025") is not None


def test_an_edition_ends_where_a_fact_begins_or_ceases(book: PolicyBook) -> None:
    turns = {fact.valid_from for fact in book.facts()}
    turns |= {fact.valid_until + timedelta(days=1) for fact in book.facts() if fact.valid_until is not None}
    for day in turns:
        assert book.edition(day) == book.edition(day - timedelta(days=1)) + 1
    assert book.edition(max(turns) + timedelta(days=10_000)) == len(turns)


def test_facts_are_listed_in_one_order_and_by_what_was_asked(book: PolicyBook) -> None:
    """By name, area, year of cover and first day; filters cut, they never reorder."""
    listed = book.facts()
    assert list(listed) == sorted(listed, key=lambda one: (one.name, one.area, one.benefit_year or 0, one.valid_from))
    assert {one.name for one in book.facts(name="collection_window.window")} == {"collection_window.window"}
    assert {one.area for one in book.facts(area="520400")} == {"520400"}
    assert all(one.in_force(date(2024, 12, 31)) for one in book.facts(on=date(2024, 12, 31)))
    assert {one.benefit_year for one in book.facts(benefit_year=2026)} == {2026}
    assert book.facts(name="collection_window.window", area="510700") == ()
    assert book.names() == tuple(sorted(book.names()))


def test_each_fact_is_read_in_its_own_unit_only() -> None:
    """Every unit has one typed reader, and the other readers refuse."""
    for unit, (attribute, value) in UNITS.items():
        fact = _fact_in(unit, value)
        assert getattr(fact, attribute) == value
        for other, (wrong, _) in UNITS.items():
            if other is not unit:
                with pytest.raises(FactUnitMismatch, match=unit.name.lower()):
                    getattr(fact, wrong)


UNITS: dict[Unit, tuple[str, FactValue]] = {
    Unit.FEN: ("fen", 40000),
    Unit.DAYS: ("days", 90),
    Unit.MONTHS: ("months", 3),
    Unit.YEARS: ("years", 4),
    Unit.HOURS: ("hours", 24),
    Unit.MINUTES: ("minutes", 30),
    Unit.COUNT: ("count", 3),
    Unit.RATIO: ("ratio", Decimal("0.85")),
    Unit.BOOLEAN: ("flag", False),
    Unit.DATE: ("day", date(2025, 1, 1)),
    Unit.DATE_WINDOW: ("window", DateWindow(date(2024, 9, 23), date(2025, 2, 28))),
    Unit.CLOCK_WINDOW: ("clock_window", ClockWindow(time(22), time(6))),
    Unit.RELATIONS: ("relations", (Relation.SPOUSE, Relation.PARENT)),
    Unit.SPECIAL_GROUPS: ("special_groups", (SpecialGroup.NEWBORN,)),
    Unit.RULE: ("rule", "SAME_CITY"),
    Unit.RULES: ("rules", ("SAME_CITY", "SAME_PROVINCE")),
    Unit.TEXT: ("text", "代缴记录"),
}


@pytest.mark.parametrize(
    ("unit", "plain", "zh", "en"),
    [
        (Unit.FEN, 40000, "400.00元", "400.00 yuan"),
        (Unit.DAYS, 90, "90天", "90 days"),
        (Unit.MONTHS, 3, "3个月", "3 months"),
        (Unit.YEARS, 4, "4年", "4 years"),
        (Unit.HOURS, 24, "24小时", "24 hours"),
        (Unit.MINUTES, 30, "30分钟", "30 minutes"),
        (Unit.COUNT, 3, "3次", "3 times"),
        (Unit.RATIO, "0.85", "0.85", "0.85"),
        (Unit.BOOLEAN, False, "否", "no"),
        (Unit.DATE, "2025-01-01", "2025-01-01", "2025-01-01"),
        (
            Unit.DATE_WINDOW,
            {"first": "2024-09-23", "last": "2025-02-28"},
            "2024-09-23至2025-02-28",
            "2024-09-23 to 2025-02-28",
        ),
        (Unit.CLOCK_WINDOW, {"first": "22:00", "until": "06:00"}, "22:00至06:00", "22:00 to 06:00"),
        (Unit.RELATIONS, ["SPOUSE", "PARENT"], "配偶、父母", "spouse, parent"),
        (Unit.SPECIAL_GROUPS, ["NEWBORN"], "新生儿", "newborn"),
        (Unit.RULE, "SAME_CITY", "同一市", "same city"),
        (Unit.RULES, ["SAME_CITY", "SAME_PROVINCE"], "同一市、同一省", "same city, same province"),
        (Unit.TEXT, "代缴记录", "代缴记录", "代缴记录"),
    ],
)
def test_a_value_is_shown_in_plain_form_and_in_both_languages(unit: Unit, plain: object, zh: str, en: str) -> None:
    """What JSON carries, what a Chinese reader sees and what an English reader sees."""
    fact = _fact_in(unit, UNITS[unit][1])
    assert fact.plain_value() == plain
    assert fact.value_zh() == zh
    assert fact.value_en() == en


def test_one_of_something_is_singular_and_nobody_is_none() -> None:
    """The edges of showing a value."""
    assert _fact_in(Unit.DAYS, 1).value_en() == "1 day"
    assert _fact_in(Unit.SPECIAL_GROUPS, ()).value_zh() == "无"
    assert _fact_in(Unit.SPECIAL_GROUPS, ()).value_en() == "none"
    assert _fact_in(Unit.BOOLEAN, True).value_zh() == "是"
    assert _fact_in(Unit.BOOLEAN, True).value_en() == "yes"


def test_the_wallet_is_closed_over_midnight(book: PolicyBook) -> None:
    """From 22:00 until 06:00, the opening minute not included."""
    closed = book.fact("family_mutual_aid.wallet_closed_hours", area="510900", on=date(2025, 7, 1)).clock_window
    assert all(moment in closed for moment in (time(22), time(23, 59), time(0), time(5, 59)))
    assert all(moment not in closed for moment in (time(6), time(12), time(21, 59)))
    assert time(9) in ClockWindow(time(9), time(17))
    assert time(17) not in ClockWindow(time(9), time(17))


def test_a_source_says_what_it_is(book: PolicyBook) -> None:
    """A document with the words quoted, an assumption with its reason and what it reads, or a made-up province."""
    stated = book.fact("collection_window.window", area="520400", on=date(2024, 10, 1), benefit_year=2025)
    assert isinstance(stated.source, Document)
    assert stated.source.kind is SourceKind.DOCUMENT
    assert stated.document is stated.source
    assert stated.source.published_on == date(2024, 12, 9)
    assert "2024年9月23日至2025年2月28日" in (stated.source.quote or "")
    read = book.fact("collection_window.window", area="510900", on=date(2024, 10, 1), benefit_year=2025)
    assert isinstance(read.source, Assumption)
    assert read.source.kind is SourceKind.ASSUMPTION
    assert read.document is not None
    assert read.document.issuer == "遂宁市医疗保障局"
    made = book.fact("collection_window.window", area="840100", on=date(2024, 10, 1), benefit_year=2025)
    assert isinstance(made.source, Synthetic)
    assert made.source.kind is SourceKind.SYNTHETIC
    assert made.document is None


def test_the_book_cannot_be_changed(book: PolicyBook) -> None:
    """Neither a fact nor the book's own tables can be written to."""
    fact = book.facts()[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        fact.value = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        book.areas["999999"] = book.areas[NATION]  # type: ignore[index]
    with pytest.raises(AttributeError):
        book.anything = 1  # type: ignore[attr-defined]


def test_two_readings_of_the_files_are_equal(book: PolicyBook) -> None:
    """Nothing in the book depends on when or in what order it was read."""
    assert PolicyBook.load().facts() == book.facts()


def test_a_lookup_is_cheap_enough_for_every_payment(book: PolicyBook) -> None:
    """Measured at 1 to 2 microseconds; the bound leaves room for a busy machine."""

    def ask() -> Fact:
        return book.fact("newborn.status_days", area="520402", on=date(2024, 10, 1))

    best = min(timeit(ask, number=2000) for _ in range(5)) / 2000
    assert best < 20e-6


def _fact_in(unit: Unit, value: FactValue) -> Fact:
    """A fact of the nation in that unit."""
    template = BOOK.fact("newborn.status_days", area=NATION, on=date(2024, 1, 1))
    choices = (("SAME_CITY", "同一市"), ("SAME_PROVINCE", "同一省")) if unit in (Unit.RULE, Unit.RULES) else ()
    definition = dataclasses.replace(template.definition, unit=unit, choices=choices)
    return dataclasses.replace(template, definition=definition, value=value)
