"""All simulated outside parties together (外部系统)."""

from __future__ import annotations

from domain.ports import Outside
from simulator.chance import SimulatedChance
from simulator.channels import SimulatedChannels
from simulator.faces import SimulatedFaceCheck
from simulator.faults import StandingFaults
from simulator.network import SimulatedNetwork
from simulator.other_provinces import SimulatedOtherProvinces
from simulator.registry import SimulatedRegistry
from simulator.webhook_targets import SimulatedWebhookTargets


def outside() -> Outside:
    """The outside parties of one world, as data of it; they have its faults once those are read."""
    faults = StandingFaults()
    return Outside(
        registry=SimulatedRegistry(faults),
        other_provinces=SimulatedOtherProvinces(faults),
        chance=SimulatedChance(),
        channels=SimulatedChannels(faults),
        face_check=SimulatedFaceCheck(faults),
        network=SimulatedNetwork(),
        webhook_targets=SimulatedWebhookTargets(faults),
        faults=faults,
    )
