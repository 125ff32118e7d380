"""Strict reading of the guides (办事指南读取): one file is one edition, right in every line or refused with the line.

An edition of a simulated province may take its matters after the pattern of another edition; its own words replace
those that name a real place, and what belongs to the printed source alone (lines, anomalies, telephones) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Final, TypeVar

import yaml

from domain.policy.facts import Area, Document, Source, Synthetic
from domain.policy.matters.facts import (
    MOST_ALTERNATIVES,
    MOST_ANOMALIES,
    MOST_CHANNELS,
    MOST_FILED_MATERIALS,
    MOST_MATERIALS,
    MOST_OFFICES,
    MOST_REMARKS,
    MOST_SESSIONS,
    MOST_SITUATION_MATERIALS,
    MOST_SITUATIONS,
    MOST_STEPS,
    MOST_TELEPHONES,
    MOST_TIME_LIMITS,
    Channel,
    Duty,
    Edition,
    Hours,
    Material,
    MaterialCondition,
    MaterialProof,
    Matter,
    Notice,
    Office,
    Payment,
    Place,
    Remark,
    Session,
    Situation,
    Step,
    Telephone,
    Text,
    TimeLimit,
)
from domain.policy.pages import Page, is_plain, root_of
from domain.vocabulary import (
    ApplicantKind,
    MaterialForm,
    MaterialNeed,
    MatterAction,
    MatterCategory,
    MatterChannel,
    MatterCode,
    MatterStep,
    PhoneKind,
    RegionCode,
    RemarkKind,
    TimeLimitKind,
    TransferPhase,
    Word,
)

FOLDER: Final = "matters"
_T = TypeVar("_T")
_W = TypeVar("_W", bound=Word)
_NUMBER = re.compile(r"(0[0-9]{2,3})-([0-9]{5,8})|1[0-9]{10}")
_HOTLINE_DIGITS: Final = 5
_SPAN = re.compile(r"([1-9][0-9]*)(?:-([1-9][0-9]*))?")
_Read = Callable[[Page, yaml.Node], _T]


@dataclass(frozen=True, slots=True)
class _Guide:
    """One file as read: the edition and its matters."""

    page: Page
    line: int
    edition: Edition
    matters: tuple[Matter, ...]


def read_matters(
    folder: Path, areas: Mapping[RegionCode, Area], documents: Mapping[str, Document]
) -> tuple[Matter, ...]:
    """The matters of every edition of a policy folder. PolicyFileInvalid at the first line that cannot be believed."""
    roots = {path.stem: (Page(path.name, ""), root_of(path)) for path in sorted((folder / FOLDER).glob("*.yaml"))}
    guides: dict[str, _Guide] = {}
    for stem, (page, root) in roots.items():
        if not _adopts(page, root):
            guides[stem] = _read_guide(page, root, areas, documents)
    for page, root in roots.values():
        if _adopts(page, root):
            guides[page.file] = _read_adopted(page, root, areas, guides)
    _refuse_overlaps(list(guides.values()))
    return tuple(matter for guide in guides.values() for matter in guide.matters)


def _adopts(page: Page, root: yaml.Node) -> bool:
    return "pattern" in page.mapping(root)


# ---- the edition -----------------------------------------------------------------------------------------------------


def _read_guide(
    page: Page, root: yaml.Node, areas: Mapping[RegionCode, Area], documents: Mapping[str, Document]
) -> _Guide:
    parts = page.mapping(root, ["edition", "texts", "hours", "telephones", "offices", "matters"], ["anomalies"])
    texts = page.mapping(parts["texts"], ["progress", "rating"], [])
    telephones = page.mapping(parts["telephones"], ["complaints", "hotline"], [])
    offices = _listed(page, parts["offices"], "offices", MOST_OFFICES, _read_office(areas))
    anomalies = _optional_list(page, parts, "anomalies", MOST_ANOMALIES, _read_text)
    edition = _read_edition(page, parts["edition"], areas, documents)
    edition = replace(
        edition,
        hours=_read_hours(page, parts["hours"]),
        complaints=_read_telephone(page, telephones["complaints"]),
        hotline=_read_telephone(page, telephones["hotline"]),
        offices=tuple(office.area for office in offices),
        anomalies=anomalies,
    )
    standard = page.text(texts["progress"], "progress"), page.text(texts["rating"], "rating")
    matters: list[Matter] = []
    for node in page.sequence(parts["matters"], "the list of matters"):
        matters.append(_read_matter(page, node, edition, offices, standard, matters))
    for office in offices:
        unknown = sorted(set(office.by_number) - {matter.number for matter in matters})
        missing = sorted({matter.number for matter in matters} - set(office.by_number))
        if unknown or missing:
            page.refuse(
                office.line,
                f"the telephones of {office.area} are of other matters than the guide's: {unknown or missing}",
                "The guide prints a telephone of each place for each matter",
                "Correct the numbers under `matters`",
            )
    return _Guide(page, root.start_mark.line + 1, edition, tuple(matters))


_NO_HOURS: Final = Hours("", ())


def _read_edition(
    page: Page, node: yaml.Node, areas: Mapping[RegionCode, Area], documents: Mapping[str, Document]
) -> Edition:
    """The head of an edition; what the rest of the file says of it is filled in by the reader."""
    parts = page.mapping(node, ["area", "from"], ["until", "confirmed_on", "document", "quote", "synthetic", "remark"])
    area = page.area(parts["area"])
    if area not in areas:
        page.refuse(parts["area"], f"the area {area} is unknown", "areas.yaml does not list it", "Add it there")
    source = _read_source(page, node, parts, documents)
    if isinstance(source, Synthetic) != areas[area].synthetic:
        page.refuse(
            node,
            f"the source does not fit {areas[area].name_zh}",
            "A simulated area has a synthetic edition, a real one has none",
            "Give `document` and `quote` for a real area, and `synthetic` for a simulated one",
        )
    valid_from = page.day(parts["from"], "from")
    valid_until = page.optional_day(parts, "until")
    confirmed_on = page.optional_day(parts, "confirmed_on")
    if valid_until is not None and valid_until < valid_from:
        page.refuse(parts["until"], "until lies before from", "It would never be in force", "Correct one of them")
    if (valid_until is None) != (confirmed_on is not None):
        page.refuse(
            node,
            "an edition has either an end or a day of confirmation",
            "Last year's guide must not speak for this year unseen",
            "Give `until`, or `confirmed_on` where there is no end",
        )
    return Edition(
        area=area,
        valid_from=valid_from,
        valid_until=valid_until,
        confirmed_on=confirmed_on,
        source=source,
        remark=page.optional_text(parts, "remark"),
        hours=_NO_HOURS,
        complaints=None,
        hotline=None,
        offices=(),
        anomalies=(),
    )


def _read_source(
    page: Page, node: yaml.Node, parts: Mapping[str, yaml.Node], documents: Mapping[str, Document]
) -> Source:
    if "synthetic" in parts and "document" not in parts and "quote" not in parts:
        return Synthetic(page.text(parts["synthetic"], "the note"))
    if "document" not in parts or "quote" not in parts or "synthetic" in parts:
        page.refuse(
            node, "no source stands behind the edition", "A reader must be able to check it", "Give document and quote"
        )
    key = page.text(parts["document"], "the document")
    if key not in documents:
        page.refuse(parts["document"], f"the document {key!r} is unknown", "documents.yaml lacks it", "Add it there")
    return replace(documents[key], quote=page.text(parts["quote"], "the quote"))


def _read_hours(page: Page, node: yaml.Node) -> Hours:
    parts = page.mapping(node, ["text", "sessions"], [])
    sessions: list[Session] = []
    for part in page.sequence(parts["sessions"], "the parts of the day"):
        ends = [page.time_of_day(end) for end in page.sequence(part, "a part of the day")]
        if len(ends) != 2 or ends[0] >= ends[1] or (sessions and ends[0] < sessions[-1].closes):
            page.refuse(part, "a part of the day has no beginning and end in order", "It is open between", "Correct it")
        sessions.append(Session(ends[0], ends[1]))
    if not 1 <= len(sessions) <= MOST_SESSIONS:
        page.refuse(node, f"the day has {len(sessions)} parts", f"It has 1 to {MOST_SESSIONS}", "Correct it")
    return Hours(page.text(parts["text"], "text"), tuple(sessions))


def _read_telephone(page: Page, node: yaml.Node) -> Telephone:
    number = page.text(node, "the telephone")
    match = _NUMBER.fullmatch(number)
    if match is None:
        page.refuse(node, f"{number!r} is no telephone", "It is called from what is shown", "Write it as 0816-2365713")
    if match[1] is None:
        return Telephone(number, PhoneKind.MOBILE, f"+86{number}")
    if len(match[2]) == _HOTLINE_DIGITS:
        return Telephone(number, PhoneKind.HOTLINE, None)
    return Telephone(number, PhoneKind.LANDLINE, f"+86{match[1][1:]}{match[2]}")


@dataclass(frozen=True, slots=True)
class _Office:
    area: RegionCode
    name: Text
    by_number: Mapping[int, tuple[Telephone, ...]]
    line: int


def _read_office(areas: Mapping[RegionCode, Area]) -> _Read[_Office]:
    def read(page: Page, node: yaml.Node) -> _Office:
        parts = page.mapping(node, ["area", "name", "name_en", "telephones"], [])
        by_number: dict[int, tuple[Telephone, ...]] = {}
        for entry in page.sequence(parts["telephones"], "telephones"):
            given = page.mapping(entry, ["numbers", "matters"], [])
            numbers = _listed(page, given["numbers"], "numbers", MOST_TELEPHONES, _read_telephone)
            for number in _read_spans(page, given["matters"]):
                if number in by_number:
                    page.refuse(entry, f"matter {number} stands twice", "Its telephones stand together", "Remove one")
                by_number[number] = numbers
        name = Text(page.text(parts["name"], "the name"), page.text(parts["name_en"], "the English name"))
        return _Office(page.area(parts["area"]), name, by_number, node.start_mark.line + 1)

    return read


def _read_spans(page: Page, node: yaml.Node) -> list[int]:
    """Numbers of matters, as in "1-12, 26"."""
    found: list[int] = []
    for part in page.text(node, "the matters").split(", "):
        match = _SPAN.fullmatch(part)
        if match is None:
            page.refuse(node, f"{part!r} is no number of a matter", "Matters are numbered", 'Write it as "1-12, 26"')
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return found


# ---- one matter ------------------------------------------------------------------------------------------------------

_REQUIRED: Final = (
    "code", "number", "name", "name_en", "category", "lines", "service_object", "service_object_en", "applicants",
    "channels_text", "channels", "materials", "time_limit_text", "time_limits", "steps", "handled_at",
)  # fmt: skip
_OPTIONAL: Final = (
    "actions", "materials_text", "situations", "time_limit_includes", "notice", "payment", "progress", "rating",
    "remarks", "anomalies",
)  # fmt: skip


def _read_matter(
    guide: Page,
    node: yaml.Node,
    edition: Edition,
    offices: Sequence[_Office],
    standard: tuple[str, str],
    earlier: Sequence[Matter],
) -> Matter:
    code = guide.word(guide.mapping(node, ["code"])["code"], MatterCode)
    page = Page(guide.file, code.name)
    parts = page.mapping(node, _REQUIRED, _OPTIONAL)
    number = page.whole(parts["number"], "the number")
    if number != len(earlier) + 1 or any(matter.code is code for matter in earlier):
        page.refuse(node, "the matter is out of order", "Matters are numbered from 1, each once", "Put it in its place")
    first, last = _read_lines(page, parts["lines"])
    remarks = tuple(_read_remark(page, each, number) for each in _nodes(page, parts, "remarks", MOST_REMARKS))
    materials = _read_materials(page, parts["materials"], MOST_MATERIALS)
    situations = _optional_list(page, parts, "situations", MOST_SITUATIONS, _read_situation)
    of_agents = _of_agents(materials, earlier)
    together = {*materials, *of_agents, *(one for situation in situations for one in situation.materials)}
    if len(together) > MOST_FILED_MATERIALS:
        page.refuse(node, f"{len(together)} materials together", "A filing shows all of them", "Merge some")
    return Matter(
        edition=edition,
        code=code,
        number=number,
        name=_pair(page, parts, "name"),
        category=page.word(parts["category"], MatterCategory),
        lines=(first, last),
        service_object=_pair(page, parts, "service_object"),
        applicants=_words(page, parts["applicants"], ApplicantKind),
        actions=_words(page, parts["actions"], MatterAction) if "actions" in parts else (),
        channels_text=_listed(page, parts["channels_text"], "channels_text", 2, _read_line),
        channels=_listed(page, parts["channels"], "channels", MOST_CHANNELS, _read_channel),
        materials_text=page.optional_text(parts, "materials_text"),
        materials=materials,
        situations=situations,
        of_agents=of_agents,
        time_limit_text=page.text(parts["time_limit_text"], "time_limit_text"),
        time_limits=_listed(
            page, parts["time_limits"], "time_limits", MOST_TIME_LIMITS, _read_time_limit(edition.hours.closes)
        ),
        includes=_optional_list(page, parts, "time_limit_includes", MOST_STEPS, _read_line),
        notice=_read_notice(page, parts["notice"], edition.hours.closes) if "notice" in parts else None,
        steps=_listed(page, parts["steps"], "steps", MOST_STEPS, _read_step),
        payment=_read_payment(page, parts["payment"]) if "payment" in parts else None,
        progress=_standard(page, parts, "progress", standard[0]),
        rating=_standard(page, parts, "rating", standard[1]),
        handled_at=_read_place(page, parts["handled_at"]),
        remarks=remarks,
        adopted=tuple(remark for matter in earlier for remark in matter.remarks if remark.holds_later),
        anomalies=_optional_list(page, parts, "anomalies", MOST_ANOMALIES, _read_text),
        offices=tuple(Office(office.area, office.name, office.by_number.get(number, ())) for office in offices),
    )


def _of_agents(materials: Sequence[Material], earlier: Sequence[Matter]) -> tuple[Material, ...]:
    """What an agent brings: as the matter itself says, else as the first earlier one that speaks for later ones."""
    own = tuple(one for one in materials if one.needed_when is MaterialCondition.BY_AGENT)
    speaking = (
        matter.of_agents
        for matter in earlier
        if any(one.holds_later and one.kind is RemarkKind.CONDITIONAL_MATERIAL for one in matter.remarks)
    )
    return own or next(speaking, ())


def _read_lines(page: Page, node: yaml.Node) -> tuple[int, int]:
    ends = [page.whole(part, "a line") for part in page.sequence(node, "the lines")]
    if len(ends) != 2 or not 0 < ends[0] < ends[1]:
        page.refuse(node, "the lines are no span", "They say where the document is read", "Write [first, last]")
    return ends[0], ends[1]


def _standard(page: Page, parts: Mapping[str, yaml.Node], key: str, standard: str) -> str | None:
    """The text that all matters share, a text of its own, or None where the guide prints none (`null`)."""
    if key not in parts:
        return standard
    return None if is_plain(parts[key], "null") else page.text(parts[key], key)


def _read_channel(page: Page, node: yaml.Node) -> Channel:
    parts = page.mapping(node, ["channel", "text"], ["applicants", "note", "note_en"])
    return Channel(
        channel=page.word(parts["channel"], MatterChannel),
        text=page.text(parts["text"], "text"),
        applicants=_words(page, parts["applicants"], ApplicantKind) if "applicants" in parts else (),
        note=_pair(page, parts, "note") if "note" in parts else None,
    )


def _read_material(page: Page, node: yaml.Node) -> Material:
    parts = page.mapping(
        node,
        ["text", "en", "need"],
        [
            *("when", "when_en", "applicants", "one_of", "form", "sealed", "copies", "note", "note_en"),
            *("satisfied_by", "needed_when", "pledge", "instead"),
        ],
    )
    need = page.word(parts["need"], MaterialNeed)
    if need is not MaterialNeed.REQUIRED and "when" not in parts:
        page.refuse(node, "the condition is missing", "Whoever files must learn when it is wanted", "Give `when`")
    if need is not MaterialNeed.CONDITIONAL and "needed_when" in parts:
        page.refuse(node, "no condition is to be decided", "`needed_when` decides that of `when`", "Remove it")
    return Material(
        name=_read_named(page, parts),
        need=need,
        when=_pair(page, parts, "when") if "when" in parts else None,
        applicants=_words(page, parts["applicants"], ApplicantKind) if "applicants" in parts else (),
        one_of=_optional_list(page, parts, "one_of", MOST_ALTERNATIVES, _read_line),
        form="form" in parts and page.flag(parts["form"], "form"),
        sealed="sealed" in parts and page.flag(parts["sealed"], "sealed"),
        copies=page.word(parts["copies"], MaterialForm) if "copies" in parts else None,
        note=_pair(page, parts, "note") if "note" in parts else None,
        satisfied_by=_words(page, parts["satisfied_by"], MaterialProof) if "satisfied_by" in parts else (),
        needed_when=page.word(parts["needed_when"], MaterialCondition) if "needed_when" in parts else None,
        pledge="pledge" in parts and page.flag(parts["pledge"], "pledge"),
        instead="instead" in parts and page.flag(parts["instead"], "instead"),
    )


def _read_situation(page: Page, node: yaml.Node) -> Situation:
    parts = page.mapping(node, ["text", "en", "holds_when", "materials"], [])
    materials = _read_materials(page, parts["materials"], MOST_SITUATION_MATERIALS)
    return Situation(_read_named(page, parts), page.word(parts["holds_when"], MaterialCondition), materials)


def _read_time_limit(closes: time) -> _Read[TimeLimit]:
    def read(page: Page, node: yaml.Node) -> TimeLimit:
        parts = page.mapping(node, ["kind"], ["working_days", "applicants", "phase"])
        kind = page.word(parts["kind"], TimeLimitKind)
        if (kind is TimeLimitKind.WORKING_DAYS) != ("working_days" in parts):
            page.refuse(node, "the number of days does not fit the kind", "Done at once has none", "Correct it")
        return TimeLimit(
            kind=kind,
            working_days=page.whole(parts["working_days"], "working_days") if "working_days" in parts else 0,
            closes=closes,
            applicants=_words(page, parts["applicants"], ApplicantKind) if "applicants" in parts else (),
            phase=page.word(parts["phase"], TransferPhase) if "phase" in parts else None,
        )

    return read


def _read_notice(page: Page, node: yaml.Node, closes: time) -> Notice:
    parts = page.mapping(node, ["working_days", "text", "en"], [])
    return Notice(page.whole(parts["working_days"], "working_days"), closes, _read_named(page, parts))


def _read_step(page: Page, node: yaml.Node) -> Step:
    parts = page.mapping(node, ["step", "text"], [])
    return Step(page.word(parts["step"], MatterStep), page.text(parts["text"], "text"))


def _read_payment(page: Page, node: yaml.Node) -> Payment:
    parts = page.mapping(node, ["payee", "payee_en", "account", "account_en", "what"], [])
    return Payment(_pair(page, parts, "payee"), _pair(page, parts, "account"), page.text(parts["what"], "what"))


def _read_place(page: Page, node: yaml.Node) -> Place:
    parts = page.mapping(node, ["text", "agency", "township_centre"], [])
    return Place(
        page.text(parts["text"], "text"),
        page.flag(parts["agency"], "agency"),
        page.flag(parts["township_centre"], "township_centre"),
    )


def _read_remark(page: Page, node: yaml.Node, number: int) -> Remark:
    parts = page.mapping(node, ["kind", "text"], ["en", "duty", "also_later_matters"])
    kind = page.word(parts["kind"], RemarkKind)
    if (kind is RemarkKind.DUTY) != ("duty" in parts):
        page.refuse(node, "a duty and its kind do not fit", "A duty says who must do what by when", "Correct one")
    later = "also_later_matters" in parts and page.flag(parts["also_later_matters"], "also_later_matters")
    return Remark(
        kind=kind,
        text=page.text(parts["text"], "text"),
        rule_en=page.optional_text(parts, "en"),
        duty=_read_duty(page, parts["duty"]) if "duty" in parts else None,
        number=number,
        holds_later=later,
    )


def _read_duty(page: Page, node: yaml.Node) -> Duty:
    parts = page.mapping(node, ["working_days", "who", "what", "what_en", "counted_from", "counted_from_en"], [])
    return Duty(
        page.whole(parts["working_days"], "working_days"),
        page.text(parts["who"], "who"),
        _pair(page, parts, "what"),
        _pair(page, parts, "counted_from"),
    )


# ---- the pattern of another edition ----------------------------------------------------------------------------------


def _read_adopted(
    page: Page, root: yaml.Node, areas: Mapping[RegionCode, Area], guides: Mapping[str, _Guide]
) -> _Guide:
    """An edition whose matters follow another's."""
    parts = page.mapping(root, ["edition", "pattern", "words"], [])
    edition = _read_edition(page, parts["edition"], areas, {})
    name = page.text(parts["pattern"], "the pattern")
    if name not in guides:
        page.refuse(parts["pattern"], f"no edition stands in {name}.yaml", "The pattern is an edition", "Name its file")
    pattern = guides[name]
    if not edition.synthetic:
        page.refuse(root, "a real place follows a pattern", "What its own guide says is not known", "Write its edition")
    words = {old: page.text(new, "the word that stands instead") for old, new in page.mapping(parts["words"]).items()}

    def said(text: str) -> str:
        for old, new in words.items():
            text = text.replace(old, new)
        return text

    edition = replace(edition, hours=pattern.edition.hours)
    matters = tuple(
        replace(
            matter,
            edition=edition,
            lines=None,
            channels_text=tuple(map(said, matter.channels_text)),
            channels=tuple(replace(channel, text=said(channel.text), note=None) for channel in matter.channels),
            anomalies=(),
            offices=(),
        )
        for matter in pattern.matters
    )
    return _Guide(page, root.start_mark.line + 1, edition, matters)


# ---- small parts -----------------------------------------------------------------------------------------------------


def _read_materials(page: Page, node: yaml.Node, most: int) -> tuple[Material, ...]:
    materials = _listed(page, node, "materials", most, _read_material)
    if materials and materials[0].instead:
        page.refuse(node, "the first material stands for none", "`instead` is of the one before it", "Remove it")
    return materials


def _read_line(page: Page, node: yaml.Node) -> str:
    return page.text(node, "a line")


def _read_text(page: Page, node: yaml.Node) -> Text:
    return _read_named(page, page.mapping(node, ["text", "en"], []))


def _read_named(page: Page, parts: Mapping[str, yaml.Node]) -> Text:
    return Text(page.text(parts["text"], "text"), page.text(parts["en"], "en"))


def _pair(page: Page, parts: Mapping[str, yaml.Node], key: str) -> Text:
    """A value and the English one of the same name."""
    if f"{key}_en" not in parts:
        page.refuse(parts[key], f"{key}_en is missing", "Everything is said in both languages", "Add it")
    return Text(page.text(parts[key], key), page.text(parts[f"{key}_en"], f"{key}_en"))


def _words(page: Page, node: yaml.Node, words: type[_W]) -> tuple[_W, ...]:
    found = tuple(page.word(part, words) for part in page.sequence(node, "the list"))
    if not found or len(set(found)) != len(found):
        page.refuse(node, "the list is empty or says a thing twice", "Each stands once", "Correct it")
    return found


def _listed(page: Page, node: yaml.Node, what: str, most: int, read: _Read[_T]) -> tuple[_T, ...]:
    nodes = page.sequence(node, what)
    if len(nodes) > most:
        page.refuse(
            node, f"{what} has {len(nodes)} items", f"The contract says {most} at most", "Raise the bound there"
        )
    return tuple(read(page, each) for each in nodes)


def _nodes(page: Page, parts: Mapping[str, yaml.Node], key: str, most: int) -> tuple[yaml.Node, ...]:
    return _optional_list(page, parts, key, most, lambda page, node: node)


def _optional_list(page: Page, parts: Mapping[str, yaml.Node], key: str, most: int, read: _Read[_T]) -> tuple[_T, ...]:
    return _listed(page, parts[key], key, most, read) if key in parts else ()


def _refuse_overlaps(guides: Sequence[_Guide]) -> None:
    """No area has two editions on one day."""
    for place, one in enumerate(guides):
        for other in guides[place + 1 :]:
            earlier, later = sorted((one.edition, other.edition), key=lambda edition: edition.valid_from)
            if earlier.area == later.area and earlier.in_force(later.valid_from):
                other.page.refuse(
                    other.line,
                    f"the period overlaps that of {one.page.file}",
                    f"On {later.valid_from} two editions would be in force for {later.area}",
                    "End the earlier one with `until` the day before, or remove one",
                )
