"""What befalls which call is drawn from the world's seed, the fault and the number of the call."""

from domain.decisions.faults import Delay, Hours, NewFault
from domain.store.faults import Fault
from domain.vocabulary import (
    DelayShape,
    FaultKind,
    FaultOperation,
    FaultParty,
    Id,
    Instant,
    PaymentChannel,
    RegionCode,
)
from simulator.channels import _mirrored
from simulator.draws import Draws
from simulator.faults import Case, StandingFaults, Struck

WECHAT = Case(PaymentChannel.WECHAT, None, Id(7), RegionCode("520402"))
NOW = Instant(1_000)


def standing(*faults: NewFault, seed: int = 7, calls: int = 0) -> StandingFaults:
    kept = [Fault(Id(number), one, one.befalls, "x", calls, 0) for number, one in enumerate(faults, start=1)]
    return StandingFaults(seed, kept, {one.id: one.calls for one in kept})


def channel(kind: FaultKind = FaultKind.OUTAGE, **given: object) -> NewFault:
    return NewFault(FaultParty.PAYMENT_CHANNEL, kind, **given)  # type: ignore[arg-type]


def strikes(faults: StandingFaults, calls: int, case: Case = WECHAT, now: Instant = NOW) -> list[bool]:
    return [bool(faults.met(FaultOperation.COLLECT, now, [case])) for _ in range(calls)]


def test_a_share_of_the_calls_is_met_and_the_same_ones_whenever_they_are_counted() -> None:
    tenth = channel(per_mille=100)
    first = strikes(standing(tenth), 2_000)
    assert 150 < sum(first) < 250
    assert strikes(standing(tenth), 2_000) == first
    assert strikes(standing(tenth, calls=1_000), 1_000) == first[1_000:]
    assert strikes(standing(tenth, seed=8), 2_000) != first
    # Another fault beside it changes nothing of it.
    late = channel(FaultKind.LOST_CONFIRMATION, per_mille=500)
    both = standing(tenth, late)
    met = [both.met(FaultOperation.COLLECT, NOW, [WECHAT]) for _ in range(2_000)]
    assert [FaultKind.OUTAGE in one for one in met] == first
    assert 900 < sum(FaultKind.LOST_CONFIRMATION in one for one in met) < 1_100


def test_what_a_fault_is_restricted_to_is_what_it_befalls() -> None:
    for given, case, met in (
        ({"channel": PaymentChannel.WECHAT}, WECHAT, True),
        ({"channel": PaymentChannel.ALIPAY}, WECHAT, False),
        ({"person_id": Id(7)}, WECHAT, True),
        ({"person_id": Id(8)}, WECHAT, False),
        ({"person_id": Id(8)}, Case(id_number="x"), True),
        ({"person_id": Id(8)}, Case(id_number="y"), False),
        ({"region": RegionCode("520000")}, WECHAT, True),
        ({"region": RegionCode("520400")}, WECHAT, True),
        ({"region": RegionCode("520402")}, WECHAT, True),
        ({"region": RegionCode("520403")}, WECHAT, False),
        ({"region": RegionCode("510000")}, WECHAT, False),
        ({"region": RegionCode("520000")}, Case(), False),
        ({"operation": FaultOperation.COLLECT}, WECHAT, True),
        ({"operation": FaultOperation.OUTCOMES}, WECHAT, False),
        ({"begins_at": Instant(1_000)}, WECHAT, True),
        ({"begins_at": Instant(1_001)}, WECHAT, False),
        ({"ends_at": Instant(1_000)}, WECHAT, False),
        ({"ends_at": Instant(1_001)}, WECHAT, True),
        # It is a quarter past eight in the morning.
        ({"hours": Hours(8, 9)}, WECHAT, True),
        ({"hours": Hours(9, 24)}, WECHAT, False),
        ({"hours": Hours(22, 8)}, WECHAT, False),
        ({"hours": Hours(22, 9)}, WECHAT, True),
        ({"hours": Hours(8, 8)}, WECHAT, True),
        ({"above_per_minute": 0}, WECHAT, True),
        ({"above_per_minute": 1}, WECHAT, False),
    ):
        assert strikes(standing(channel(**given)), 1, case) == [met], given


def test_calls_that_a_party_manages_in_a_minute_are_spared_and_counted() -> None:
    limited = standing(channel(above_per_minute=3))
    assert strikes(limited, 5) == [False] * 3 + [True] * 2
    # The minute in which the 960th second lies is over.
    assert strikes(limited, 4, now=Instant(1_020)) == [False] * 3 + [True]
    assert limited._counted == {Id(1): (9, 3)}


def test_lengths_lie_between_the_least_and_the_most_and_a_long_tail_is_mostly_short() -> None:
    def lengths(shape: DelayShape) -> list[int]:
        slow = channel(FaultKind.DELAY, delay=Delay(10, 1_009, shape))
        fault = Fault(Id(1), slow, slow.befalls, None, 0, 0)
        return sorted(Struck(fault, Draws(7, "lengths", number)).seconds for number in range(1_000))

    even, long = lengths(DelayShape.EVEN), lengths(DelayShape.LONG_TAIL)
    for found in (even, long):
        assert found[0] >= 10
        assert found[-1] <= 1_009
    assert 450 < even[500] < 560
    assert long[500] < 120
    assert long[-1] > 900


def test_of_those_within_a_span_the_last_is_confirmed_first() -> None:
    asked = [Instant(at) for at in range(600, 1_200, 100)]
    assert [_mirrored(at, 600) for at in asked] == [1_800, 1_700, 1_600, 1_500, 1_400, 1_300]
