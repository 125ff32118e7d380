"""What people of a run do beside their errands, as its figures say."""

from typing import Final

from loadtests.season_plan import read_figures

MIX: Final = read_figures().mix
