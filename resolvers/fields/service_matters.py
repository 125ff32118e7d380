"""Service matters (政务服务事项): what the guides say, time limits counted out, and where to file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from domain.decisions.deadlines import Deadline, Pause, deadline
from domain.decisions.working_days import counted_from
from domain.operations.where_to_file import Question, WhereToFile, where_to_file
from domain.policy import PolicyUnknown
from domain.policy.matters import (
    MOST_CHANNELS,
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
    Matter,
    Notice,
    Office,
    Payment,
    Remark,
    Session,
    Situation,
    Step,
    Telephone,
    Text,
    TimeLimit,
)
from domain.refusals import PolicyNotStated
from domain.vocabulary import Prefix, lies_in
from resolvers.context import Request
from resolvers.plan.arguments import bad_input
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedPage,
    ComputedSource,
    Form,
    Nested,
    NestedBy,
    NestedMany,
    Plain,
    QueryRoot,
    ToRow,
)
from schema.service_matters import MOST_PAUSES


def matter_id(matter: Matter) -> str:
    """The API id of a matter."""
    return f"{Prefix.SERVICE_MATTER.value}_{matter.key}"


def _said(text: Callable[[Any], Text | None]) -> Plain:
    """A text in the language asked for, None where there is none."""
    return Plain(lambda value, arguments: _in_language(text(value), arguments))


def _in_language(text: Text | None, arguments: Arguments) -> str | None:
    if text is None:
        return None
    return text.en if arguments["language"].name == "EN" else text.zh


def _texts(texts: Callable[[Any], Sequence[Text]]) -> Plain:
    return Plain(lambda value, arguments: [_in_language(text, arguments) for text in texts(value)])


# ---- time limits -----------------------------------------------------------------------------------------------------


def _deadline(begins: date, working_days: int, pauses: Sequence[Pause], request: Request) -> Deadline:
    try:
        return deadline(begins, working_days, pauses, request.today)
    except OverflowError:
        raise bad_input("起算日之后没有那么多日子。", "It begins too close to the last day there is.") from None


def _from_moment(limit: TimeLimit | Notice, arguments: Arguments, request: Request) -> Deadline:
    """A limit that begins at a moment: of a day off, or after hours, with the next working day."""
    started_at = arguments.get("startedAt")
    try:
        begins = counted_from(request.now if started_at is None else started_at, limit.closes).day
    except OverflowError:
        raise bad_input("startedAt 之后没有工作日。", "No working day comes after startedAt.") from None
    return _deadline(begins, limit.working_days, _pauses(arguments.get("pauses") or ()), request)


def _pauses(given: Sequence[Arguments]) -> list[Pause]:
    if len(given) > MOST_PAUSES:
        raise bad_input(f"pauses 最多 {MOST_PAUSES} 段。", f"pauses has {MOST_PAUSES} items at most.")
    try:
        return [Pause(each["noticedOn"], each.get("suppliedOn")) for each in given]
    except ValueError:
        raise bad_input("suppliedOn 不得早于 noticedOn。", "suppliedOn is no earlier than noticedOn.") from None


def _from_day(duty: Duty, arguments: Arguments, request: Request) -> Deadline:
    return _deadline(arguments.get("occurredOn") or request.today, duty.working_days, (), request)


# ---- types -----------------------------------------------------------------------------------------------------------

MATTERS = (
    ComputedSource(
        "MatterDeadline",
        Deadline,
        {
            "countedFrom": Plain(lambda one, arguments: one.counted_from, Form.DATE),
            "workingDays": Plain(lambda one, arguments: one.working_days, Form.INTEGER),
            "lastDay": Plain(lambda one, arguments: one.last_day, Form.DATE),
            "remainingWorkingDays": Plain(lambda one, arguments: one.remaining, Form.INTEGER),
            "overdue": Plain(lambda one, arguments: one.overdue, Form.BOOLEAN),
            "overdueWorkingDays": Plain(lambda one, arguments: one.late, Form.INTEGER),
            "paused": Plain(lambda one, arguments: one.paused, Form.BOOLEAN),
            "today": Plain(lambda one, arguments: one.on, Form.DATE),
            "calendar": Plain(lambda one, arguments: one.calendar),
        },
    ),
    ComputedSource(
        "MatterEdition",
        Edition,
        {
            "region": Plain(lambda edition, arguments: edition.area),
            "validFrom": Plain(lambda edition, arguments: edition.valid_from, Form.DATE),
            "validUntil": Plain(lambda edition, arguments: edition.valid_until, Form.DATE),
            "confirmedOn": Plain(lambda edition, arguments: edition.confirmed_on, Form.DATE),
            "synthetic": Plain(lambda edition, arguments: edition.synthetic, Form.BOOLEAN),
            "source": Nested(lambda edition: edition.source),
            "remark": Plain(lambda edition, arguments: edition.remark),
            "anomalies": _texts(lambda edition: edition.anomalies),
        },
    ),
    ComputedSource(
        "AgencyPhone",
        Telephone,
        {
            "number": Plain(lambda telephone, arguments: telephone.number),
            "e164": Plain(lambda telephone, arguments: telephone.e164),
            "kind": Plain(lambda telephone, arguments: telephone.kind),
            "note": Plain(lambda telephone, arguments: None),
        },
    ),
    ComputedSource(
        "FilingChannel",
        Channel,
        {
            "channel": Plain(lambda channel, arguments: channel.channel),
            "online": Plain(lambda channel, arguments: channel.channel.online, Form.BOOLEAN),
            "text": Plain(lambda channel, arguments: channel.text),
            "applicants": Plain(lambda channel, arguments: channel.applicants),
            "note": _said(lambda channel: channel.note),
        },
    ),
    ComputedSource(
        "MatterMaterial",
        Material,
        {
            "name": _said(lambda material: material.name),
            "need": Plain(lambda material, arguments: material.need),
            "condition": _said(lambda material: material.when),
            "applicants": Plain(lambda material, arguments: material.applicants),
            "oneOf": Plain(lambda material, arguments: material.one_of),
            "form": Plain(lambda material, arguments: material.form, Form.BOOLEAN),
            "sealed": Plain(lambda material, arguments: material.sealed, Form.BOOLEAN),
            "copies": Plain(lambda material, arguments: material.copies),
            "note": _said(lambda material: material.note),
        },
    ),
    ComputedSource(
        "MatterSituation",
        Situation,
        {
            "name": _said(lambda situation: situation.name),
            "materials": NestedMany(lambda situation: situation.materials, MOST_SITUATION_MATERIALS),
        },
    ),
    ComputedSource(
        "MatterTimeLimit",
        TimeLimit,
        {
            "kind": Plain(lambda limit, arguments: limit.kind),
            "workingDays": Plain(lambda limit, arguments: limit.working_days, Form.INTEGER),
            "applicants": Plain(lambda limit, arguments: limit.applicants),
            "phase": Plain(lambda limit, arguments: limit.phase),
            "deadline": NestedBy(_from_moment),
        },
    ),
    ComputedSource(
        "FullNotice",
        Notice,
        {
            "workingDays": Plain(lambda notice, arguments: notice.working_days, Form.INTEGER),
            "text": _said(lambda notice: notice.text),
            "deadline": NestedBy(_from_moment),
        },
    ),
    ComputedSource(
        "MatterDuty",
        Duty,
        {
            "workingDays": Plain(lambda duty, arguments: duty.working_days, Form.INTEGER),
            "who": Plain(lambda duty, arguments: duty.who),
            "duty": _said(lambda duty: duty.what),
            "countedFrom": _said(lambda duty: duty.counted_from),
            "deadline": NestedBy(_from_day),
        },
    ),
    ComputedSource(
        "HandlingStep",
        Step,
        {"step": Plain(lambda step, arguments: step.step), "text": Plain(lambda step, arguments: step.text)},
    ),
    ComputedSource(
        "MatterPayment",
        Payment,
        {
            "what": Plain(lambda payment, arguments: payment.what),
            "payee": _said(lambda payment: payment.payee),
            "account": _said(lambda payment: payment.account),
        },
    ),
    ComputedSource(
        "MatterRemark",
        Remark,
        {
            "kind": Plain(lambda remark, arguments: remark.kind),
            "text": Plain(lambda remark, arguments: remark.text),
            "number": Plain(lambda remark, arguments: remark.number, Form.INTEGER),
        },
    ),
    ComputedSource(
        "MatterOffice",
        Office,
        {
            "region": Plain(lambda office, arguments: office.area),
            "name": _said(lambda office: office.name),
            "phones": NestedMany(lambda office: office.telephones, MOST_TELEPHONES),
        },
    ),
    ComputedSource(
        "OfficeSession",
        Session,
        {
            "opens": Plain(lambda session, arguments: session.opens.isoformat("minutes")),
            "closes": Plain(lambda session, arguments: session.closes.isoformat("minutes")),
        },
    ),
    ComputedSource(
        "OfficeHours",
        Hours,
        {
            "text": Plain(lambda hours, arguments: hours.text),
            "sessions": NestedMany(lambda hours: hours.sessions, MOST_SESSIONS),
        },
    ),
    ComputedSource(
        "ServiceMatter",
        Matter,
        {
            "id": Plain(lambda matter, arguments: matter_id(matter)),
            "code": Plain(lambda matter, arguments: matter.code),
            "number": Plain(lambda matter, arguments: matter.number, Form.INTEGER),
            "name": _said(lambda matter: matter.name),
            "category": Plain(lambda matter, arguments: matter.category),
            "edition": Nested(lambda matter: matter.edition),
            "firstLine": Plain(lambda matter, arguments: matter.lines and matter.lines[0], Form.INTEGER),
            "lastLine": Plain(lambda matter, arguments: matter.lines and matter.lines[1], Form.INTEGER),
            "serviceObject": _said(lambda matter: matter.service_object),
            "applicants": Plain(lambda matter, arguments: matter.applicants),
            "actions": Plain(lambda matter, arguments: matter.actions),
            "channels": NestedMany(lambda matter: matter.channels, MOST_CHANNELS),
            "channelLines": Plain(lambda matter, arguments: matter.channels_text),
            "materials": NestedMany(lambda matter: matter.materials, MOST_MATERIALS),
            "materialLine": Plain(lambda matter, arguments: matter.materials_text),
            "situations": NestedMany(lambda matter: matter.situations, MOST_SITUATIONS),
            "timeLimitLine": Plain(lambda matter, arguments: matter.time_limit_text),
            "timeLimits": NestedMany(lambda matter: matter.time_limits, MOST_TIME_LIMITS),
            "includes": Plain(lambda matter, arguments: matter.includes),
            "notice": Nested(lambda matter: matter.notice),
            "steps": NestedMany(lambda matter: matter.steps, MOST_STEPS),
            "payment": Nested(lambda matter: matter.payment),
            "progress": Plain(lambda matter, arguments: matter.progress),
            "rating": Plain(lambda matter, arguments: matter.rating),
            "remarks": NestedMany(lambda matter: matter.remarks, MOST_REMARKS),
            "generalRemarks": NestedMany(lambda matter: matter.adopted, MOST_REMARKS),
            "duties": NestedMany(lambda matter: matter.duties, MOST_REMARKS),
            "handledAt": Plain(lambda matter, arguments: matter.handled_at.text),
            "atAgency": Plain(lambda matter, arguments: matter.handled_at.agency, Form.BOOLEAN),
            "atTownshipCentre": Plain(lambda matter, arguments: matter.handled_at.township_centre, Form.BOOLEAN),
            "hours": Nested(lambda matter: matter.edition.hours),
            "offices": NestedMany(lambda matter: matter.offices, MOST_OFFICES),
            "complaints": Nested(lambda matter: matter.edition.complaints),
            "anomalies": _texts(lambda matter: matter.anomalies),
        },
        kept=True,
    ),
    ComputedSource(
        "WhereToFile",
        WhereToFile,
        {
            "at": Plain(lambda told, arguments: told.asked.at, Form.INSTANT),
            "region": Plain(lambda told, arguments: told.asked.region),
            "matter": Nested(lambda told: told.matter),
            "agency": ToRow("Agency", lambda told: told.agency_id),
            "phones": NestedMany(lambda told: told.telephones, MOST_TELEPHONES),
            "open": Plain(lambda told, arguments: told.opening.closes_at is not None, Form.BOOLEAN),
            "closesAt": Plain(lambda told, arguments: told.opening.closes_at, Form.INSTANT),
            "opensAt": Plain(lambda told, arguments: told.opening.opens_at, Form.INSTANT),
            "calendar": Plain(lambda told, arguments: told.opening.calendar),
            "mayFile": Plain(lambda told, arguments: told.may_file, Form.BOOLEAN),
            "channels": NestedMany(lambda told: told.channels, MOST_CHANNELS),
            "materials": NestedMany(lambda told: told.materials, MOST_MATERIALS),
            "timeLimits": NestedMany(lambda told: told.time_limits, MOST_TIME_LIMITS),
        },
    ),
)


# ---- roots -----------------------------------------------------------------------------------------------------------


async def service_matter(request: Request, arguments: Arguments) -> Matter | PolicyNotStated:
    """The matter that holds there and then, or that no guide has it."""
    on = arguments.get("on") or request.today
    try:
        return request.world.policy.matters.matter(arguments["code"], area=arguments["region"], on=on)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on)


async def service_matters(request: Request, arguments: Arguments) -> Sequence[tuple[str, Matter]]:
    """Every matter that the filter keeps, by region and number."""
    where = {name: asked for name, asked in (arguments.get("where") or {}).items() if asked is not None}
    on = where.pop("on", request.today)
    book = request.world.policy.matters
    place = where.pop("place", None)
    try:
        matters = book.matters(on=on) if place is None else book.matters_of(book.edition(area=place, on=on))
    except PolicyUnknown:
        return []
    return [(matter.key, matter) for matter in matters if not where or _kept(matter, where)]


def _kept(matter: Matter, where: Arguments) -> bool:
    return all(_CONDITIONS[name](matter, asked) for name, asked in where.items())


def _is(value: Any, asked: Arguments) -> bool:
    """Whether a filter of `eq` and `in` holds."""
    return asked.get("eq") in (None, value) and (asked.get("in") is None or value in asked["in"])


def _within(code: str, asked: Arguments) -> bool:
    if asked.get("within") is None:
        return True
    return lies_in(code, asked["within"])


_CONDITIONS: Mapping[str, Callable[[Matter, Any], bool]] = {
    "region": lambda matter, asked: _is(matter.edition.area, asked) and _within(matter.edition.area, asked),
    "code": lambda matter, asked: _is(matter.code, asked),
    "category": lambda matter, asked: _is(matter.category, asked),
    "applicant": lambda matter, asked: asked in matter.applicants,
    "channel": lambda matter, asked: any(each.channel is asked for each in matter.channels),
    "pays": lambda matter, asked: asked == (matter.payment is not None),
}


async def matter_node(request: Request, api_id: str) -> Matter | None:
    """The matter that an id names, or None."""
    return request.world.policy.matters.by_key(api_id.removeprefix(f"{Prefix.SERVICE_MATTER.value}_"))


async def asked_where_to_file(request: Request, arguments: Arguments) -> WhereToFile | PolicyNotStated:
    """Whom to call, whether it is open, what to bring."""
    at = arguments.get("at")
    asked = Question(
        matter=arguments["matter"],
        region=arguments["region"],
        at=request.now if at is None else at,
        applicant=arguments.get("applicant"),
    )
    try:
        async with request.database.read() as connection:
            return await where_to_file(connection, asked, request.world.policy)
    except OverflowError:
        raise bad_input("at 之后没有工作日。", "No working day comes after at.") from None


QUERIES: Mapping[str, QueryRoot] = {
    "serviceMatter": Computed(service_matter),
    "serviceMatters": ComputedPage(service_matters),
    "whereToFile": Computed(asked_where_to_file),
}
