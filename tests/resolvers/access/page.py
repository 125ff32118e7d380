"""The page `docs/who-sees-what.md`, made from the table: `python -m tests.resolvers.access.page` writes it anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.resolvers.access.matrix import EVERYBODY, Cell, Matrix, RowType, matrix

PAGE = Path(__file__).parents[3] / "docs" / "who-sees-what.md"

INTRODUCTION = """\
# Who sees what

Made from [the access matrix](../tests/resolvers/access/matrix.yaml), the table that names every field of the contract
and that is reviewed with every change of it. A test asks the whole API as everybody, by every path, and fails where the
answer differs from the table or where the contract has a field that the table does not name.

What is not yours is answered like what is not there: by `node`, by a root field, in lists, counts and filters, by
questions, by mutations. A list that is filtered or ordered by a field holds only rows of which you are told that field.

The words are those of the table, which explains them at its head: "insured is bound" is a contribution that insures
somebody whom you have bound and not unbound, "own unit, own act" what the officer did, or is told of, for the unit.
"Partner with consent" is a row whose type of data the app was granted in the row's province, and of whom everybody whom
the row names lets the app see that type now; [partners.md](partners.md) says which rows are of which type. "Own
institution" is a row of the hospital or pharmacy that asks.
"""

ROLES: Mapping[str, Callable[[str], bool]] = {
    "citizen": lambda one: " is " in one,
    "clerk": lambda one: one.startswith("in region"),
    "unit officer": lambda one: one.startswith("own unit"),
    "partner": lambda one: one in ("partner with consent", "own client"),
    "hospital": lambda one: one in ("hospital", "own institution"),
    "operator": lambda one: one == "operator",
    "auditor": lambda one: one == "auditor",
}


def finders(row: RowType) -> str:
    """One line of the first table: who finds a row, by role."""
    if EVERYBODY in row.found:
        return f"everybody, signed in or not{' |' * (len(ROLES) - 1)} "
    cells = [", ".join(one for one in sorted(row.found) if of(one)) or "–" for of in ROLES.values()]
    return " | ".join("yes" if cell in ("operator", "auditor") else cell for cell in cells)


def rendered(table: Matrix) -> str:
    """The whole page."""
    log = next(row for row in table.rows.values() if row.prefix == "evt")
    rows = [row for row in table.rows.values() if row.prefix != "evt"]
    neither = " | –" * (len(ROLES) - 2)
    lines = [
        INTRODUCTION,
        "## Who finds a row\n",
        f"| row | {' | '.join(ROLES)} |",
        f"|---{'|---' * len(ROLES)}|",
        *(f"| `{row.name}` | {finders(row)} |" for row in rows),
        f"| events | {finders(log)} |",
        *(
            f"| `{name}` | whoever finds the `{how['of']}`{' |' * (len(ROLES) - 1)} |"
            for name, how in table.stated["followed"].items()
        ),
        *(
            f"| `{name}` | {'a subject is oneself' if len(how['found']) > 1 else '–'}{neither} | yes |"
            for name, how in table.stated["trail"].items()
        ),
        "\n## What is shared with partners\n",
        "All types of data of a row must be granted, and consented to by everybody whom it names; of `any`, one.\n",
        "| row | types of data |",
        "|---|---|",
        *(
            f"| `{row.name}` | {'any' if row.any_shared else ', '.join(sorted(row.shared))} |"
            for row in table.rows.values()
            if row.shared
        ),
        "\n## What is told of somebody who is reached\n",
        "Whoever reaches a row, by finding it or by a link that shows it, is told its fields in full, but for these:\n",
        "| field | in full | masked | to others |",
        "|---|---|---|---|",
    ]
    for label, row in [*((row.name, row) for row in rows), ("Event", log)]:
        for name, cells in row.ruled.items():
            full, hidden = (", ".join(sorted(names)) or "–" for names in (cells.full, cells.masked))
            others = "null" if cells.otherwise is Cell.NONE else cells.otherwise.value
            lines.append(f"| `{label}.{name}` | {full} | {hidden} | {others} |")
    lines += [
        "\n## Links that show their row to whoever follows them\n",
        "All other links are null, and all lists empty, for whoever does not find the rows at their end.\n",
        *(f"- `{row.name}`: {', '.join(f'`{name}`' for name in row.shown)}" for row in rows if row.shown),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(rendered(matrix()), "utf-8")
