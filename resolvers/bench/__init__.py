"""What an answer costs (测量): the plan beside a hand-written endpoint and beside the usual way, in CPU time.

`run_bench` measures; `columns`, `cells` and `verdicts` say for people what came out. See `docs/benchmarks.md`.
"""

from __future__ import annotations

from resolvers.bench.measuring import BENCH_SERVER, QUICK, WHOLE, BenchFailed, BenchRow, Effort, run_bench

__all__ = ["BENCH_SERVER", "QUICK", "WHOLE", "BenchFailed", "BenchRow", "Effort", "run_bench"]
