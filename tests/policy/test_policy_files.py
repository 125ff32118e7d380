"""Which policy files are refused, and that each refusal names file, fact and line and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import domain.policy
from domain.policy import PolicyBook, PolicyFileInvalid, pages

SHIPPED = Path(domain.policy.__file__).parent

AREAS = """\
- {code: "000000", name: 全国, name_en: the nation, level: NATION}
- {code: "520400", name: 安顺市, name_en: Anshun, level: CITY}
- {code: "840000", name: 模拟省, name_en: Simulated Province, level: PROVINCE, synthetic: true}
"""
DOCUMENTS = """\
letter:
  title: 一封信
  issuer: 某局
  published_on: 2024-12-09
"""
HEAD = """\
wait:
  term: 等待期
  term_en: waiting period
  unit: days
  values:
"""
GOOD = (
    '    - {area: "520400", from: 2024-01-01, until: 2024-12-31, value: 90, source: {document: letter, quote: 90天}}\n'
)


def shelf(folder: Path, concept: str, *, areas: str = AREAS, documents: str = DOCUMENTS, made: str = "") -> Path:
    """A policy folder with one concept file, `waiting.yaml`."""
    (folder / "areas.yaml").write_text(areas, encoding="utf-8")
    (folder / "documents.yaml").write_text(documents, encoding="utf-8")
    (folder / "waiting.yaml").write_text(concept, encoding="utf-8")
    if made:
        (folder / "synthetic_840000.yaml").write_text(made, encoding="utf-8")
    return folder


def refusal(folder: Path) -> PolicyFileInvalid:
    """What reading that folder is refused with."""
    with pytest.raises(PolicyFileInvalid) as refused:
        PolicyBook.load(folder)
    return refused.value


def test_a_right_file_is_read(tmp_path: Path) -> None:
    """The pattern that the cases below break one line at a time."""
    facts = PolicyBook.load(shelf(tmp_path, HEAD + GOOD)).facts()
    assert [(fact.name, fact.area, fact.value) for fact in facts] == [("waiting.wait", "520400", 90)]


@pytest.mark.parametrize(
    ("said", "becomes", "line", "what"),
    [
        ("value: 90", "value: 90.0", 6, "90.0 is a floating-point number"),
        ("value: 90", "value: 1e2", 6, "the value is no whole number"),
        ("value: 90", "value: 1.0e+2", 6, "floating-point"),
        ("value: 90", 'value: "90"', 6, "the value is no whole number"),
        ("value: 90", "value: -90", 6, "the value is no whole number"),
        ("value: 90", "value: 0132", 6, "the value is no whole number"),
        ("value: 90", "value: 1:30", 6, "the value is no whole number"),
        ("value: 90", "value: true", 6, "the value is no whole number"),
        ("value: 90", "value: [90]", 6, "the value is no whole number"),
        ("value: 90, ", "", 6, "the key 'value' is missing"),
        ("value: 90", "value: 90, value: 91", 6, "the key 'value' stands twice"),
        ("value: 90", "valeu: 90", 6, "the key 'valeu' is unknown"),
        (", source: {document: letter, quote: 90天}", "", 6, "the key 'source' is missing"),
        ("{document: letter, quote: 90天}", "{}", 6, "no source stands behind the value"),
        ("{document: letter, quote: 90天}", "{document: letter}", 6, "no source stands behind the value"),
        ("{document: letter, quote: 90天}", "{assumed: so, paragraph: 一}", 6, "a paragraph has no document"),
        ("{document: letter, quote: 90天}", "{quote: 90天}", 6, "no source stands behind the value"),
        ("{document: letter, quote: 90天}", '{assumed: ""}', 6, "the reason is no text"),
        ("{document: letter, quote: 90天}", "{assumed: why, quote: 90天}", 6, "a quote has no document"),
        ("{document: letter, quote: 90天}", "letter", 6, "a mapping is missing"),
        ("document: letter", "document: leter", 6, "the document 'leter' is unknown"),
        ("{document: letter, quote: 90天}", "{synthetic: made up}", 6, "the source does not fit 安顺市"),
        (
            "{document: letter, quote: 90天}",
            "{synthetic: a, document: letter}",
            6,
            "a synthetic source cites something",
        ),
        ('area: "520400"', 'area: "520499"', 6, "the area 520499 is unknown"),
        ('area: "520400"', "area: 520400", 6, "the area is no region code"),
        ('area: "520400"', 'area: "5204"', 6, "the area is no region code"),
        ('area: "520400"', 'area: "840000"', 6, "the source does not fit 模拟省"),
        ("until: 2024-12-31", "until: 2023-12-31", 6, "until lies before from"),
        ("until: 2024-12-31", "until: 2024-02-30", 6, "until is no calendar day"),
        ("until: 2024-12-31", 'until: "2024-12-31"', 6, "until is no calendar day"),
        ("until: 2024-12-31", "until: 2024-12-31T00:00:00", 6, "until is no calendar day"),
        ("until: 2024-12-31, ", "", 6, "a fact has either an end or a day of confirmation"),
        ("until: 2024-12-31", "until: 2024-12-31, confirmed_on: 2024-12-31", 6, "either an end or a day"),
        ("from: 2024-01-01", "from: 2024-01-01, benefit_year: 2024", 6, "the benefit year is out of place"),
        ("unit: days", "unit: days\n  per_benefit_year: true", 7, "the benefit year is missing"),
        ("unit: days", "unit: day", 4, "the unit 'day' is unknown"),
        ("unit: days", "unit: days\n  per_benefit_year: yes", 5, "per_benefit_year is neither true nor false"),
        ("unit: days", "unit: days\n  choices: {A: 甲}", 5, "choices are out of place"),
        ("unit: days", "unit: rule", 2, "choices are missing"),
        ("unit: days", "unit: rule\n  choices: {a: 甲}", 5, "'a' is no rule name"),
        ("unit: days", "unit: rule\n  choices: {A: 甲}", 7, "the rule is no text"),
        ("term: 等待期", "term: 1", 2, "the term is no text"),
        ("term: 等待期\n", "\n", 3, "the key 'term' is missing"),
        ("wait:", "Wait:", 2, "'Wait' is no fact name"),
        ("values:", "value:", 5, "the key 'value' is unknown"),
    ],
)
def test_a_wrong_line_is_named(said: str, becomes: str, line: int, what: str, tmp_path: Path) -> None:
    """One change to the right file, and the refusal points at it."""
    concept = HEAD + GOOD
    assert said in concept
    refused = refusal(shelf(tmp_path, concept.replace(said, becomes, 1)))
    assert refused.file == "waiting.yaml"
    assert refused.line == line
    assert what in refused.what
    assert f"waiting.yaml, line {line}" in str(refused)
    assert all((refused.what, refused.why, refused.remedy))


@pytest.mark.parametrize(
    ("unit", "value", "what"),
    [
        ("boolean", "yes", "neither true nor false"),
        ("boolean", '"true"', "neither true nor false"),
        ("boolean", "1", "neither true nor false"),
        ("ratio", '"1.2"', "no ratio"),
        ("ratio", '"85%"', "no ratio"),
        ("ratio", "1", "no ratio"),
        ("ratio", "0.85", "floating-point"),
        ("date", "2025-02-29", "no calendar day"),
        ("date", "2025", "no calendar day"),
        ("date_window", "[2025-02-28, 2024-09-23]", "ends before it begins"),
        ("date_window", "[2025-02-28]", "the window has 1 ends"),
        ("date_window", "2025-02-28", "is no list"),
        ("clock_window", '[22:00, "06:00"]', "a time of day is wrong"),
        ("clock_window", '["24:00", "06:00"]', "a time of day is wrong"),
        ("relations", "[]", "no relation is listed"),
        ("relations", "[UNCLE]", "'UNCLE' is no Relation"),
        ("relations", "[OTHER]", "'OTHER' is no Relation"),
        ("relations", "[SPOUSE, SPOUSE]", "listed twice"),
        ("special_groups", "[EVERYBODY]", "'EVERYBODY' is no SpecialGroup"),
        ("special_groups", "NEWBORN", "is no list"),
        ("text", '""', "no text"),
        ("fen", "400.00", "floating-point"),
    ],
)
def test_a_value_that_its_unit_does_not_allow_is_refused(unit: str, value: str, what: str, tmp_path: Path) -> None:
    """Nothing is converted on the quiet."""
    concept = (HEAD + GOOD).replace("unit: days", f"unit: {unit}").replace("value: 90", f"value: {value}")
    assert what in refusal(shelf(tmp_path, concept)).what


@pytest.mark.parametrize("ratio", ["0", "1", "1.00", "0.85", "0.333333333333"])
def test_a_ratio_is_exact_from_nought_to_one(ratio: str, tmp_path: Path) -> None:
    """A quoted ratio is the decimal it says, trailing noughts included."""
    concept = (HEAD + GOOD).replace("unit: days", "unit: ratio").replace("value: 90", f'value: "{ratio}"')
    (fact,) = PolicyBook.load(shelf(tmp_path, concept)).facts()
    assert str(fact.ratio) == ratio


@pytest.mark.parametrize("rule", ["C", "a"])
def test_a_rule_outside_its_choices_is_refused(rule: str, tmp_path: Path) -> None:
    """A rule is one of the list, spelt as the list spells it."""
    concept = (HEAD + GOOD).replace("unit: days", "unit: rule\n  choices: {A: 甲, B: 乙}")
    assert (
        f"the rule '{rule}' is unknown" in refusal(shelf(tmp_path, concept.replace("value: 90", f"value: {rule}"))).what
    )


@pytest.mark.parametrize(
    ("second", "verb"),
    [
        ("from: 2024-01-01, until: 2024-12-31", "duplicates"),
        ("from: 2024-12-31, until: 2025-12-31", "overlaps"),
        ("from: 2023-01-01, until: 2024-01-01", "overlaps"),
        ("from: 2023-01-01, confirmed_on: 2024-01-01", "overlaps"),
        ("from: 2024-06-01, until: 2024-06-30", "overlaps"),
    ],
)
def test_two_facts_for_one_day_are_refused(second: str, verb: str, tmp_path: Path) -> None:
    """The same name, area and day would have two answers."""
    other = GOOD.replace("from: 2024-01-01, until: 2024-12-31", second)
    refused = refusal(shelf(tmp_path, HEAD + GOOD + other))
    assert verb in refused.what
    assert refused.fact == "waiting.wait"
    assert refused.line in (6, 7)


@pytest.mark.parametrize("second", ["from: 2025-01-01, until: 2025-12-31", "from: 2023-01-01, until: 2023-12-31"])
def test_periods_that_only_touch_are_right(second: str, tmp_path: Path) -> None:
    """One ends on a day, the next begins on the day after."""
    other = GOOD.replace("from: 2024-01-01, until: 2024-12-31", second)
    assert len(PolicyBook.load(shelf(tmp_path, HEAD + GOOD + other)).facts()) == 2


def test_the_same_days_for_two_years_of_cover_are_right_and_for_one_are_not(tmp_path: Path) -> None:
    """Facts about different years of cover may be in force on one day."""
    head = HEAD.replace("unit: days", "unit: days\n  per_benefit_year: true")
    of_2024, of_2025 = (GOOD.replace("from:", f"benefit_year: {year}, from:") for year in (2024, 2025))
    assert len(PolicyBook.load(shelf(tmp_path, head + of_2024 + of_2025)).facts()) == 2
    assert "duplicates" in refusal(shelf(tmp_path, head + of_2025 + of_2025)).what
    assert "out of range" in refusal(shelf(tmp_path, head + of_2024.replace("year: 2024", "year: 1024"))).what


def test_a_simulated_area_takes_its_facts_from_a_file_of_its_own(tmp_path: Path) -> None:
    """Its file adds values to facts defined elsewhere, and defines none."""
    made = (
        'waiting.wait:\n  - {area: "840000", from: 2024-01-01, until: 2024-12-31, value: 90, source: {synthetic: so}}\n'
    )
    assert len(PolicyBook.load(shelf(tmp_path, HEAD + GOOD, made=made)).facts()) == 2
    undefined = refusal(shelf(tmp_path, HEAD + GOOD, made=made.replace("waiting.wait", "waiting.weight")))
    assert (undefined.file, undefined.what) == ("synthetic_840000.yaml", "no file defines waiting.weight")
    overlapping = refusal(shelf(tmp_path, HEAD + GOOD, made=made + made.split("\n", 1)[1]))
    assert overlapping.file == "synthetic_840000.yaml"


@pytest.mark.parametrize(
    ("areas", "what"),
    [
        (AREAS.replace("520400", "52040"), "the area is no region code"),
        (AREAS + AREAS.splitlines()[1], "the area 520400 stands twice"),
        (AREAS.split("\n", 1)[1], "the nation is missing"),
        (AREAS.replace("CITY", "TOWN"), "'TOWN' is no RegionLevel"),
        ("nation: 1", "the list of areas is no list"),
        ("", "the file is empty"),
    ],
)
def test_a_wrong_list_of_areas_is_refused(areas: str, what: str, tmp_path: Path) -> None:
    """Facts stand for places that exist."""
    refused = refusal(shelf(tmp_path, HEAD + GOOD, areas=areas))
    assert (refused.file, refused.what) == ("areas.yaml", what)


@pytest.mark.parametrize(
    ("documents", "what"),
    [
        (DOCUMENTS.replace("2024-12-09", "null"), "an undated document has no remark"),
        (DOCUMENTS.replace("2024-12-09", "December"), "published_on is no calendar day"),
        (DOCUMENTS.replace("  issuer: 某局\n", ""), "the key 'issuer' is missing"),
        (DOCUMENTS + DOCUMENTS, "the key 'letter' stands twice"),
        (DOCUMENTS + "  author: 某人\n", "the key 'author' is unknown"),
    ],
)
def test_a_wrong_list_of_documents_is_refused(documents: str, what: str, tmp_path: Path) -> None:
    """A document says who issued it and when."""
    refused = refusal(shelf(tmp_path, HEAD + GOOD, documents=documents))
    assert (refused.file, refused.what) == ("documents.yaml", what)


def test_what_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    """A syntax error names the line it was met on."""
    refused = refusal(shelf(tmp_path, HEAD + GOOD + "    - {area: [\n"))
    assert refused.file == "waiting.yaml"
    assert refused.line >= 7
    assert "no YAML" in refused.what
    assert "no YAML" in refusal(shelf(tmp_path, HEAD + GOOD + "---\nwait: 1\n")).what
    assert "no YAML" in refusal(shelf(tmp_path, HEAD + "    - *nothing\n")).what


def test_what_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    """A file saved in another encoding is not guessed at."""
    folder = shelf(tmp_path, HEAD + GOOD)
    (folder / "waiting.yaml").write_bytes((HEAD + GOOD).encode("gb18030"))
    assert "not UTF-8" in refusal(folder).what


@pytest.mark.parametrize("missing", ["areas.yaml", "documents.yaml"])
def test_a_missing_register_is_refused(missing: str, tmp_path: Path) -> None:
    """Every policy folder lists its areas and its documents."""
    folder = shelf(tmp_path, HEAD + GOOD)
    (folder / missing).unlink()
    refused = refusal(folder)
    assert (refused.file, refused.what) == (missing, "the file is missing")


def test_a_float_is_refused_wherever_it_hides(tmp_path: Path) -> None:
    """Also in a key, in a list, behind an anchor, and in the registers."""
    assert "floating-point" in refusal(shelf(tmp_path, HEAD + GOOD, documents=DOCUMENTS + "  0.5: half\n")).what
    assert "floating-point" in refusal(shelf(tmp_path, HEAD + GOOD.replace("90,", "&n [[1, .inf]],"))).what
    twice = "    - &again {area: 0.1}\n    - *again\n"
    assert refusal(shelf(tmp_path, HEAD + twice)).line == 6


def test_the_slower_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose PyYAML lacks the C parser has the same book, and refuses the same file."""
    book = PolicyBook.load()
    monkeypatch.setattr(pages, "_LOADER", yaml.SafeLoader)
    assert PolicyBook.load().facts() == book.facts()


def test_every_shipped_quote_and_reason_can_be_read(tmp_path: Path) -> None:
    """The files in the product are right, and no document stands in the register uncited."""
    book = PolicyBook.load(SHIPPED)
    cited = {fact.document.id for fact in book.facts() if fact.document is not None}
    assert cited == set(book.documents)
    assert {fact.area for fact in book.facts()} <= set(book.areas)
    assert all(book.facts(name=name) for name in book.names())
