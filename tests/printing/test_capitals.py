"""Amounts in capital numerals, as receipts write them."""

import pytest

from resolvers.printing.capitals import in_capitals


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("400.00", "肆佰元整"),
        ("1070.00", "壹仟零柒拾元整"),
        # The four examples of the rules for filling in bills.
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("20000.00", "贰万元整"),
        ("10000001.00", "壹仟万零壹元整"),
        ("100000000.00", "壹亿元整"),
        ("100010001.10", "壹亿零壹万零壹元壹角整"),
        ("-400.00", "负肆佰元整"),
    ],
)
def test_an_amount_in_capitals_reads_as_it_is_said(amount: str, written: str) -> None:
    assert in_capitals(amount) == written
