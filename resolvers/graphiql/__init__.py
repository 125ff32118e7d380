"""GraphiQL, our own copy: built on the machine that serves it, and asking nothing of any other host.

`build` makes the files from the npm packages named in package-lock.json, `assets` serves them, `operations/` holds the
documents that open as tabs.
"""

from resolvers.graphiql.assets import GraphiqlSite
from resolvers.graphiql.build import GraphiqlBuildFailed, build, ensure_built, sources_digest

__all__ = [
    "GraphiqlBuildFailed",
    "GraphiqlSite",
    "build",
    "ensure_built",
    "sources_digest",
]
