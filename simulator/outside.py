"""All simulated outside parties together (外部系统)."""

from __future__ import annotations

from domain.ports import Outside
from simulator.chance import SimulatedChance
from simulator.channels import SimulatedChannels
from simulator.faces import SimulatedFaceCheck
from simulator.network import SimulatedNetwork
from simulator.other_provinces import SimulatedOtherProvinces
from simulator.registry import SimulatedRegistry


def outside() -> Outside:
    """The outside parties as data of the world that is asked about."""
    return Outside(
        registry=SimulatedRegistry(),
        other_provinces=SimulatedOtherProvinces(),
        chance=SimulatedChance(),
        channels=SimulatedChannels(),
        face_check=SimulatedFaceCheck(),
        network=SimulatedNetwork(),
    )
