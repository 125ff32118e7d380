"""What an answer costs (测量): the plan beside a hand-written endpoint and beside the usual way, in CPU time.

`run_bench` measures; `comparisons` puts the rows side by side for people. See `docs/benchmarks.md`.
"""

from __future__ import annotations

from resolvers.bench.measuring import BENCH_SERVER, QUICK, WHOLE, BenchFailed, BenchRow, Effort, run_bench
from resolvers.bench.report import COLUMNS, FOOTNOTE, TITLE, Comparison, comparisons

__all__ = [
    "BENCH_SERVER",
    "COLUMNS",
    "FOOTNOTE",
    "QUICK",
    "TITLE",
    "WHOLE",
    "BenchFailed",
    "BenchRow",
    "Comparison",
    "Effort",
    "comparisons",
    "run_bench",
]
