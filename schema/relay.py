"""What every object and every list has in common (对象与分页): Node, PageInfo, edges and connections.

A connection is a page of a list in a total order; cursors are keyset places in it. `first` and `last` are never given
together, and the page is bounded whatever is asked.
"""

from __future__ import annotations

from typing import Annotated, Final

import strawberry

from schema.scalars import Cursor

DEFAULT_PAGE: Final = 20
"""How many items a page has when neither `first` nor `last` is given."""

LARGEST_PAGE: Final = 100
"""The most that `first` or `last` may ask for."""

First = Annotated[
    int | None,
    strawberry.argument(
        description=f"从前往后取几项，0 至 {LARGEST_PAGE}；first 与 last 都不给时取 {DEFAULT_PAGE} 项，不可同时给。\n"
        f"How many items from the front, 0 to {LARGEST_PAGE}; {DEFAULT_PAGE} when neither first nor last is given. "
        "Never together with last."
    ),
]
After = Annotated[
    Cursor | None,
    strawberry.argument(
        description="只取此游标之后的项，不含该项；不给则从头开始。\n"
        "Only items after this cursor, itself excluded; from the beginning when absent."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description=f"从后往前取几项，0 至 {LARGEST_PAGE}；项的顺序不变，不可与 first 同时给。\n"
        f"How many items from the back, 0 to {LARGEST_PAGE}, in unchanged order. Never together with first."
    ),
]
Before = Annotated[
    Cursor | None,
    strawberry.argument(
        description="只取此游标之前的项，不含该项；不给则到末尾为止。\n"
        "Only items before this cursor, itself excluded; to the end when absent."
    ),
]


@strawberry.interface(
    description="有全局唯一标识、可用 node(id:) 再次取得的对象。\n"
    "Object with a globally unique id, found again through node(id:)."
)
class Node:
    id: strawberry.ID = strawberry.field(
        description="全局唯一标识，由类型前缀和编号组成，例如 per_510000000000000123；永不改变，请当作整体使用。\n"
        "Globally unique id: a prefix for the kind and a number, such as per_510000000000000123. "
        "It never changes; treat it as a whole."
    )


@strawberry.type(description="一页在整个列表中的位置。\nWhere a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="本页之后是否还有项。\nWhether there are items after this page.")
    has_previous_page: bool = strawberry.field(
        description="本页之前是否还有项。\nWhether there are items before this page."
    )
    start_cursor: Cursor | None = strawberry.field(
        description="本页第一项的游标；空页为 null。\nCursor of the first item of this page; null on an empty page."
    )
    end_cursor: Cursor | None = strawberry.field(
        description="本页最后一项的游标，取下一页时传给 after；空页为 null。\n"
        "Cursor of the last item of this page, for after of the next one; null on an empty page."
    )


@strawberry.type(description="列表中的一项。\nOne item of a list.")
class Edge:
    """What every edge has; each concept adds its `node`."""

    cursor: Cursor = strawberry.field(
        description="此项在列表中的位置，可传给 after 或 before。\nPlace of this item in its list, for after or before."
    )


@strawberry.type(description="列表中的一页。\nOne page of a list.")
class Connection:
    """What every connection has; each concept adds its `edges`."""

    page_info: PageInfo = strawberry.field(
        description="本页的位置，以及前后是否还有项。\n"
        "Where this page stands, and whether more lies before or after it."
    )
    total_count: int = strawberry.field(
        description="符合条件且可见的总项数，与分页无关；只在查询它时才统计，会增加查询成本。\n"
        "How many items match and may be seen, whatever the page; counted only when asked, at extra cost."
    )
