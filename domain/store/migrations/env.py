"""What Alembic runs its steps in: the connection that `domain.store.migrations` has opened a transaction on."""

from alembic import context

from domain.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can undo changes of tables too, now that the transaction is ours.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
