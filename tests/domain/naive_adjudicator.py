"""What the letter of 安顺 pays, worked out naively: one claim after the other, yuan as fractions, its own figures.

Written from the letter of 9 December 2024, chapter 四, and from the readings of its open points, for nothing but to
disagree with the product. It knows neither the book nor the product's arithmetic, and takes from it not even a word.
"""

from __future__ import annotations

from fractions import Fraction as Yuan


def fen_of(amount: Yuan) -> Yuan:
    """To the fen, halves up."""
    hundredths, rest = divmod(amount * 100, 1)
    return Yuan(int(hundredths) + (1 if rest * 2 >= 1 else 0), 100)


class NaiveYear:
    """One person's year. `claim` tells what the three funds give; assistance is told as the most that it may be."""

    def __init__(self, poor: bool, sugar: bool, pressure: bool) -> None:
        self.poor = poor
        # 四、2: 分别报销800元/年、1200元/年，同时合并2000元/年
        self.two_diseases_purse = Yuan(2000 if sugar and pressure else 1200 if sugar else 800)
        # 四、1: 500元/人/年; 四、4: 最高可报600元; 四、3: 1万元; 四、5: 25万元
        self.visits_purse = Yuan(500)
        self.bump_purse = Yuan(600)
        self.chronic_purse = Yuan(10_000)
        self.ward_purse = Yuan(250_000)
        self.help_purse = Yuan(50_000)
        self.own_burden = Yuan(0)
        self.serious_so_far = Yuan(0)
        self.serious_given = Yuan(0)

    def claim(self, care: str, hospital: int, cost: Yuan) -> tuple[Yuan, Yuan, Yuan]:
        """`hospital` is 0 for a village clinic, else the level; all of the cost is within the policy."""
        basic = self._basic(care, hospital, cost)
        if care not in ("ward", "chronic", "special"):
            return basic, Yuan(0), Yuan(0)
        serious = self._serious(cost - basic)
        if not self.poor:
            return basic, serious, Yuan(0)
        return basic, serious, min(cost - basic - serious, self.help_purse)

    def _basic(self, care: str, hospital: int, cost: Yuan) -> Yuan:
        if care == "visit":
            # 村卫生室90%；乡镇卫生院、一级及未定级85%；二级60%；三级不在其列
            wanted = fen_of(cost * [90, 85, 60, 0][hospital] / 100)
            got = min(wanted, self.visits_purse)
            self.visits_purse -= got
        elif care == "two diseases":
            wanted = fen_of(cost * [90, 90, 80, 70][hospital] / 100)
            got = min(wanted, self.two_diseases_purse)
            self.two_diseases_purse -= got
        elif care == "bump":
            # 比例同普通门诊，三级按二级
            wanted = fen_of(cost * [90, 85, 60, 60][hospital] / 100)
            got = min(wanted, self.bump_purse)
            self.bump_purse -= got
        elif care == "chronic":
            wanted = fen_of(cost * [85, 85, 80, 70][hospital] / 100)
            got = min(wanted, self.chronic_purse)
            self.chronic_purse -= got
        else:
            # 住院和特殊病共用25万元
            wanted = fen_of(cost * [85, 85, 80, 70][hospital] / 100)
            got = min(wanted, self.ward_purse)
            self.ward_purse -= got
        return got

    def _serious(self, burden: Yuan) -> Yuan:
        """大病保险: worked out for the whole year anew, less what the year was worth before."""
        self.own_burden += burden
        worth = self._serious_worth(self.own_burden)
        more = worth - self.serious_so_far
        self.serious_so_far = worth
        if not self.poor:
            more = min(more, Yuan(300_000) - self.serious_given)
        self.serious_given += more
        return more

    def _serious_worth(self, burden: Yuan) -> Yuan:
        start, extra = (Yuan(2500), 5) if self.poor else (Yuan(5000), 0)
        worth = Yuan(0)
        if burden > 60_000:
            worth += (burden - 60_000) * (80 + extra) / 100
            burden = Yuan(60_000)
        if burden > 30_000:
            worth += (burden - 30_000) * (75 + extra) / 100
            burden = Yuan(30_000)
        if burden > start:
            worth += (burden - start) * (70 + extra) / 100
        return fen_of(worth)
