"""Scalars of the contract (标量): how money, ratios, dates, instants, codes and cursors cross the API.

Each is read from a JSON value or from a literal by the same function, so both answer alike. What cannot be read is a
`GraphQLError` that says what is expected and what to send instead; it never repeats what was sent, because that may be
an identity number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NewType

import strawberry
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from domain.vocabulary import Fen, Instant, RegionCode, instant, iso_instant, yuan

Cursor = NewType("Cursor", str)
"""An opaque place in a list (游标)."""

IdNumber = NewType("IdNumber", str)
"""The number of an identity document (证件号码), upper case, without surrounding blanks."""

Ratio = NewType("Ratio", Decimal)
"""An exact share (比例), such as Decimal("0.85")."""

Int64 = NewType("Int64", int)
"""An integer of at most 64 bits."""

LONGEST_CURSOR: Final = 512
LONGEST_ID_NUMBER: Final = 32

_DOCUMENTATION: Final = "https://canbao.example/docs/scalars"
_RFC_3339: Final = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"

_YUAN = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,2}))?")
_RATIO = re.compile(r"-?(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_REGION_CODE = re.compile(r"[0-9]{6}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")


def parse_yuan(value: object) -> Fen:
    """The fen of "400.00", "400" or "-12.5"."""
    match = _YUAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise GraphQLError(
            '金额无法读取：应为以元计的十进制字符串，最多两位小数。请改为 "400.00" 这样的字符串，不要用数字。 '
            "Unreadable amount: expected yuan as a decimal string with at most two decimals. "
            'Send a string such as "400.00", not a number.'
        )
    sign, whole, decimals = match.groups()
    fen = int(whole) * 100 + int((decimals or "").ljust(2, "0"))
    return Fen(-fen if sign else fen)


def parse_ratio(value: object) -> Ratio:
    """The exact decimal of "0.85"."""
    if not isinstance(value, str) or _RATIO.fullmatch(value) is None:
        raise GraphQLError(
            '比例无法读取：应为十进制字符串，最多十位小数。请改为 "0.85" 这样的字符串，不要用数字或百分号。 '
            "Unreadable ratio: expected a decimal string with at most ten decimals. "
            'Send a string such as "0.85", neither a number nor a percentage.'
        )
    return Ratio(Decimal(value))


def parse_date(value: object) -> date:
    """The calendar day of "2025-02-28"."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError(
        '日期无法读取：应为真实存在的日历日，格式 YYYY-MM-DD。请改为 "2025-02-28" 这样的字符串。 '
        "Unreadable date: expected a day of the calendar as YYYY-MM-DD. "
        'Send a string such as "2025-02-28".'
    )


def parse_date_time(value: object) -> Instant:
    """The second of "2025-02-28T09:00:00+08:00"; a fraction of a second is dropped."""
    match = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        try:
            at = instant(datetime.fromisoformat(match[1] + match[2]))
            iso_instant(at)
        except (ValueError, OverflowError):
            pass
        else:
            return at
    raise GraphQLError(
        '时刻无法读取：应为 RFC 3339 格式，并且必须写明时区偏移。请改为 "2025-02-28T09:00:00+08:00" 这样的字符串。 '
        "Unreadable moment: expected RFC 3339 with an offset. "
        'Send a string such as "2025-02-28T09:00:00+08:00".'
    )


def parse_region_code(value: object) -> RegionCode:
    """Six digits, whether or not a region has them."""
    if not isinstance(value, str) or _REGION_CODE.fullmatch(value) is None:
        raise GraphQLError(
            '区划代码无法读取：应为六位数字组成的字符串。请改为 "520400" 这样的字符串；代码可用 regions 查询。 '
            "Unreadable region code: expected a string of six digits. "
            'Send a string such as "520400"; the query regions lists the codes.'
        )
    return RegionCode(value)


def parse_id_number(value: object) -> IdNumber:
    """The number without surrounding blanks, in upper case; its check digit is not looked at here."""
    text = value.strip().upper() if isinstance(value, str) and len(value) <= 2 * LONGEST_ID_NUMBER else ""
    if not 1 <= len(text) <= LONGEST_ID_NUMBER:
        raise GraphQLError(
            f"证件号码无法读取：应为 1 至 {LONGEST_ID_NUMBER} 个字符的字符串。请按证件原样填写。 "
            f"Unreadable identity number: expected a string of 1 to {LONGEST_ID_NUMBER} characters. "
            "Send it as the document prints it."
        )
    return IdNumber(text)


def parse_cursor(value: object) -> Cursor:
    """The cursor as it was sent; whether it belongs to the list is for the list to say."""
    if not isinstance(value, str) or len(value) > LONGEST_CURSOR:
        raise GraphQLError(
            f"游标无法读取：应为本服务给出的、不超过 {LONGEST_CURSOR} 个字符的字符串。"
            "请原样使用 edges.cursor 或 pageInfo 中的值。 "
            f"Unreadable cursor: expected a string of at most {LONGEST_CURSOR} characters that this service gave. "
            "Send the value of edges.cursor or of pageInfo unchanged."
        )
    return Cursor(value)


def parse_int64(value: object) -> Int64:
    """An integer between −2⁶³ and 2⁶³ − 1."""
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise GraphQLError(
            "整数无法读取：应为 −2⁶³ 至 2⁶³−1 之间的整数。请改为该范围内不带引号的整数。 "
            "Unreadable integer: expected one between −2⁶³ and 2⁶³−1. "
            "Send an integer of that range, without quotes."
        )
    return Int64(value)


def _literal(parse: Callable[[object], Any]) -> Callable[[ValueNode, dict[str, Any] | None], Any]:
    """The reader of literals that belongs to a reader of values: text and integers mean what they mean in JSON.

    Any other literal is read as None, which no scalar accepts. An integer of more than nineteen digits stays text:
    it is beyond every scalar here, and Python would refuse to convert thousands of digits.
    """

    def parse_literal(node: ValueNode, _variables: dict[str, Any] | None = None) -> Any:
        if isinstance(node, StringValueNode):
            return parse(node.value)
        if isinstance(node, IntValueNode) and _INTEGER.fullmatch(node.value):
            return parse(int(node.value))
        return parse(None)

    return parse_literal


def _scalar(
    name: str,
    description: str,
    parse: Callable[[object], Any],
    serialize: Callable[[Any], object],
    specified_by_url: str | None = None,
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=specified_by_url or f"{_DOCUMENTATION}#{name.lower()}",
        serialize=serialize,
        parse_value=parse,
        parse_literal=_literal(parse),
    )


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    Fen: _scalar(
        "Yuan",
        '人民币金额，单位元，十进制字符串，输出固定两位小数，例如 "400.00"；输入最多两位小数，不接受数字。\n'
        'Amount of money in yuan as a decimal string, printed with two decimals, such as "400.00"; '
        "input takes at most two decimals and no JSON number.",
        parse_yuan,
        yuan,
    ),
    Ratio: _scalar(
        "Ratio",
        '比例，十进制字符串，按原值精确表示，例如 "0.85" 即 85%。\n'
        'Share as an exact decimal string: "0.85" is 85 per cent.',
        parse_ratio,
        str,
    ),
    date: _scalar(
        "Date",
        "日历日，格式 YYYY-MM-DD；业务日期一律按北京时间（Asia/Shanghai）。\n"
        "Day of the calendar as YYYY-MM-DD; business dates are those of Asia/Shanghai.",
        parse_date,
        date.isoformat,
        _RFC_3339,
    ),
    Instant: _scalar(
        "DateTime",
        "时刻，RFC 3339 格式，精确到秒，输出一律为 +08:00；输入必须带时区偏移，秒以下舍去。\n"
        "Moment in RFC 3339 to the second, always printed with +08:00; "
        "input must carry an offset, and fractions of a second are dropped.",
        parse_date_time,
        iso_instant,
        _RFC_3339,
    ),
    RegionCode: _scalar(
        "RegionCode",
        '六位区划代码：GB/T 2260 行政区划代码，功能区与市本级用医保平台自编代码，"000000" 为全国。\n'
        "Six digits of GB/T 2260; zones and municipal levels have the insurance platform's own codes, "
        'and "000000" is the nation.',
        parse_region_code,
        str,
    ),
    IdNumber: _scalar(
        "IdNumber",
        f"证件号码：输入为完整号码（1 至 {LONGEST_ID_NUMBER} 个字符，忽略首尾空格与大小写）；"
        "输出除本人外一律掩码，保留前三位和后四位。\n"
        f"Identity number: sent in full (1 to {LONGEST_ID_NUMBER} characters; blanks around it and case are ignored); "
        "answered masked to its first three and last four characters, except to the person.",
        parse_id_number,
        str,
    ),
    Cursor: _scalar(
        "Cursor",
        f"不透明的列表位置，最长 {LONGEST_CURSOR} 个字符，只在给出它的世界、列表、筛选和排序中有效。\n"
        f"Opaque place in a list, at most {LONGEST_CURSOR} characters; "
        "valid only in the world, list, filter and order that gave it.",
        parse_cursor,
        str,
    ),
    Int64: _scalar(
        "Int64",
        "64 位整数，以 JSON 数字传输；JavaScript 客户端读取超过 2⁵³ 的值须用支持大整数的解析器。\n"
        "Integer of 64 bits, sent as a JSON number; "
        "beyond 2⁵³ a JavaScript client needs a parser that keeps large integers.",
        parse_int64,
        int,
    ),
}
"""What `StrawberryConfig.scalar_map` receives: Python type → scalar. A scalar is printed once a field uses it."""
