"""Of which class each item of the catalogue is (医保目录)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from domain.decisions.consulting import Consultation
from domain.vocabulary import CostClass, RegionCode

_CLASSES = {CostClass.A: "claim.class_a", CostClass.B: "claim.class_b", CostClass.C: "claim.class_c"}


def special_drugs(consultation: Consultation, region: RegionCode) -> frozenset[str]:
    """The drugs that are paid for whom they are recognised of, by their codes."""
    return frozenset(consultation.fact("catalogue", region, "entitlement.special_drugs").rules)


def classes_of_items(consultation: Consultation, region: RegionCode, drugs: Collection[str]) -> Mapping[str, CostClass]:
    """The class of each item, by its code; what is not there lies in no catalogue.

    A drug that is to be recognised is of class B where it is, among `drugs`, and outside the catalogue where not.
    """
    return {
        code: cost_class
        for cost_class, name in _CLASSES.items()
        for code in consultation.fact("catalogue", region, name).rules
    } | {code: CostClass.B if code in drugs else CostClass.C for code in special_drugs(consultation, region)}
