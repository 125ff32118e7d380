"""An amount in the capital numerals of Chinese receipts (金额大写), safe from a stroke of the pen."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def in_capitals(amount: str) -> str:
    """`400.00` as 肆佰元整, `1070.50` as 壹仟零柒拾元伍角整; an amount as the API prints it, in yuan, below 10¹⁶.

    Zeros in a row are written once, and 整 ends what has no 分 (支付结算办法附一, 正确填写票据和结算凭证的基本规定).
    """
    sign, digits = ("负", amount[1:]) if amount.startswith("-") else ("", amount)
    yuan, _, fen = digits.partition(".")
    whole = _whole(int(yuan))
    tenths, hundredths = (int(digit) for digit in fen.ljust(2, "0"))
    if not tenths and not hundredths:
        return f"{sign}{whole or '零'}元整"
    text = f"{whole}元" if whole else ""
    if tenths:
        text += f"{_DIGITS[tenths]}角"
    elif whole:
        text += "零"
    return f"{sign}{text}{_DIGITS[hundredths]}分" if hundredths else f"{sign}{text}整"


def _whole(number: int) -> str:
    """A whole number in capitals; the empty text for zero."""
    text = ""
    gap = False
    for group in range(len(_GROUPS) - 1, -1, -1):
        four = number // 10_000**group % 10_000
        for place in range(3, -1, -1):
            digit = four // 10**place % 10
            if digit == 0:
                gap = bool(text)
                continue
            text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        if four:
            text += _GROUPS[group]
    return text
