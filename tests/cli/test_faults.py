"""`canbao world faults`: what outside parties get wrong is seen and set."""

import json
from pathlib import Path
from typing import Any

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao


def test_faults_are_added_listed_and_removed(canbao: Canbao, demo: Path) -> None:
    def told(*arguments: str) -> Any:
        result = canbao("world", "faults", *arguments, "--json")
        assert result.exit_code == ExitCode.DONE, result.output
        return json.loads(result.stdout)

    assert told("list", "demo") == []
    added = told(
        *("add", "demo", "PAYMENT_CHANNEL", "DELAY", "--channel", "WECHAT", "--region", "520400", "--per-mille", "250"),
        *("--operation", "COLLECT", "--begins", "2024-12-20", "--ends", "2024-12-21", "--least", "30s", "--most", "1h"),
        *("--shape", "LONG_TAIL", "--hours", "22-6", "--above", "100"),
    )
    [fault] = added
    assert fault | {"id": None} == {
        "id": None, "party": "PAYMENT_CHANNEL", "kind": "DELAY", "operation": "COLLECT", "channel": "WECHAT",
        "personId": None, "region": "520400", "perMille": 250, "beginsAt": "2024-12-20T00:00:00+08:00",
        "endsAt": "2024-12-21T00:00:00+08:00", "delay": {"least": 30, "most": 3600, "shape": "LONG_TAIL"},
        "refusal": None, "hours": {"since": 22, "until": 6}, "abovePerMinute": 100, "calls": 0, "hits": 0,
    }  # fmt: skip
    assert told("list", "demo") == added
    assert "WECHAT" in canbao("world", "faults", "list", "demo").stdout
    for code, arguments in (
        (ExitCode.REFUSED, ["add", "demo", "POPULATION_REGISTER", "REFUSAL"]),
        (ExitCode.REFUSED, ["add", "demo", "FACE_CHECK", "OUTAGE", "--person", "per_1"]),
        (ExitCode.REFUSED, ["remove", "demo", "flt_999"]),
        (ExitCode.BAD_INPUT, ["add", "demo", "POST_OFFICE", "OUTAGE"]),
        (ExitCode.BAD_INPUT, ["add", "demo", "FACE_CHECK", "OUTAGE", "--person", "me"]),
        (ExitCode.BAD_INPUT, ["add", "demo", "FACE_CHECK", "OUTAGE", "--hours", "at night"]),
        (ExitCode.REFUSED, ["add", "demo", "FACE_CHECK", "OUTAGE", "--hours", "22-25"]),
        (ExitCode.BAD_INPUT, ["add", "demo", "OTHER_PROVINCES", "OUTAGE", "--region", "44"]),
    ):
        assert canbao("world", "faults", *arguments).exit_code == code, arguments
    assert told("remove", "demo", fault["id"]) == []
