"""`canbao world channels`: how a world's payment channels behave is seen and set."""

import json
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao

CALM = {
    "slow_per_mille": 0,
    "slow_seconds": 30,
    "failing_per_mille": 0,
    "silent_per_mille": 0,
    "twice_per_mille": 0,
    "out": False,
}


def test_every_channel_is_calm_until_one_is_told_otherwise(canbao: Canbao, demo: Path) -> None:
    shown = json.loads(canbao("world", "channels", "demo", "--json").stdout)
    assert {"WECHAT", "ALIPAY", "WANSHITONG", "BANK_BATCH", "COUNTER", "TAX_SYSTEM"} <= set(shown)
    assert "PERSONAL_ACCOUNT" not in shown
    assert all(habits == CALM for habits in shown.values())
    set_one = canbao("world", "channels", "demo", "WECHAT", "--silent", "1000", "--json")
    assert set_one.exit_code == ExitCode.DONE, set_one.output
    assert json.loads(set_one.stdout) == {"WECHAT": CALM | {"silent_per_mille": 1000}}
    again = canbao("world", "channels", "demo", "WECHAT", "--out", "--json")
    assert json.loads(again.stdout) == {"WECHAT": CALM | {"silent_per_mille": 1000, "out": True}}
    back = canbao("world", "channels", "demo", "WECHAT", "--calm", "--json")
    assert json.loads(back.stdout) == {"WECHAT": CALM}
    assert "WECHAT" in canbao("world", "channels", "demo").stdout


@pytest.mark.parametrize(
    "arguments", [["PERSONAL_ACCOUNT"], ["wechat"], ["--silent", "5"], ["WECHAT", "--silent", "1001"]], ids=" ".join
)
def test_what_is_no_channel_or_no_share_is_bad_input(arguments: list[str], canbao: Canbao, demo: Path) -> None:
    result = canbao("world", "channels", "demo", *arguments)
    assert result.exit_code == ExitCode.BAD_INPUT
    assert json.loads(canbao("world", "channels", "demo", "WECHAT", "--json").stdout) == {"WECHAT": CALM}
