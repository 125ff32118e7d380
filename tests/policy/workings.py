"""Workings as people write them, `min(600 × 85%, 500 − 450) = 50.00`, worked out with exact fractions."""

from __future__ import annotations

import ast
from fractions import Fraction
from math import floor

_SIGNS = str.maketrans({"×": "*", "−": "-"})
_HALF = Fraction(1, 2)


def fen(yuan: Fraction) -> int:
    """An amount in yuan as whole fen, halves up."""
    return floor(yuan * 100 + _HALF)


def worked_out(working: str) -> Fraction:
    """What the left-hand side of a working comes to, in yuan."""
    text = working.translate(_SIGNS).replace("%", "/100")
    return _value(ast.parse(text, mode="eval").body, text)


def result(line: str) -> int:
    """The right-hand side of `working = result` in fen, once its working has been worked out and agrees."""
    working, _, said = line.rpartition(" = ")
    told = fen(Fraction(said))
    assert fen(worked_out(working)) == told, f"{working} is not {said}"
    return told


def _value(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.Constant():
            return Fraction(ast.get_source_segment(text, node) or "")
        case ast.BinOp(left, ast.Add(), right):
            return _value(left, text) + _value(right, text)
        case ast.BinOp(left, ast.Sub(), right):
            return _value(left, text) - _value(right, text)
        case ast.BinOp(left, ast.Mult(), right):
            return _value(left, text) * _value(right, text)
        case ast.BinOp(left, ast.Div(), right):
            return _value(left, text) / _value(right, text)
        case ast.Call(ast.Name("min"), parts):
            return min(_value(part, text) for part in parts)
        case ast.Call(ast.Name("max"), parts):
            return max(_value(part, text) for part in parts)
        case ast.Call(ast.Name("fen"), [part]):
            return Fraction(fen(_value(part, text)), 100)
    raise ValueError(f"no working has {ast.unparse(node)}")
