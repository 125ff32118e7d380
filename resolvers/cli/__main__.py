"""`python -m resolvers.cli` is `canbao`, where no script of that name is installed."""

from resolvers.cli import main

main()
