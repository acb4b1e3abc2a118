"""Nothing is lost (design, law 5): the database refuses to delete from, or empty, a table that is guarded or tracked.

Row triggers of the models say what may change; TRUNCATE passes by all of them, and a new model may forget its guard.
So this is raised after every `migrate` for whatever tables there are then, instead of by each app's migrations.
Who must empty a table (a wrong import on a test server) drops the trigger by hand first: a decision, not an accident.
"""

from django.apps import AppConfig
from django.db import connections
from django.db.models import Model

# Links that may go: choices that are still open, and what an administrator sets.
OPEN_CHOICES = frozenset({
    "accounts_user_districts",
    "accounts_user_groups",
    "accounts_user_user_permissions",
})  # fmt: skip
CONTEXT = "pghistory_context"  # who acted: part of the history

FUNCTIONS = """
CREATE OR REPLACE FUNCTION wall_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'wall: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;
END $$;
-- pghistory writes the context of a request again with each event, and may add to it: never take away or rewrite.
CREATE OR REPLACE FUNCTION wall_keeps_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at
       OR NOT (NEW.metadata @> jsonb_strip_nulls(OLD.metadata)) THEN
        RAISE EXCEPTION 'wall: Cannot rewrite the context of history';
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGERS = {
    "wall_against_truncate": "BEFORE TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION wall_refuses()",
    "wall_against_delete": "BEFORE DELETE ON {} FOR EACH ROW EXECUTE FUNCTION wall_refuses()",
    "wall_keeps_context": "BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION wall_keeps_context()",
}


def guards_of(model: type[Model]) -> set[str]:
    """Names of the triggers that stand before the model's table; none before one that is neither guarded nor tracked."""
    options = model._meta  # noqa: SLF001
    # A link has no triggers of its own: it is kept like the record that it belongs to.
    own = getattr((options.auto_created or model)._meta, "triggers", [])  # noqa: SLF001
    if options.db_table == CONTEXT:
        return {"wall_against_truncate", "wall_against_delete", "wall_keeps_context"}
    if not own:
        return set()
    # A model whose history records deletions (pghistory.DeleteEvent) means them to happen.
    loses = options.db_table in OPEN_CHOICES or any(trigger.name == "delete_delete" for trigger in own)
    return {"wall_against_truncate"} if loses else {"wall_against_truncate", "wall_against_delete"}


def wall_of(app: AppConfig) -> set[tuple[str, str]]:
    """(table, trigger) of everything that stands before the tables of an app."""
    models = [
        model
        for model in app.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy  # noqa: SLF001
    ]
    return {(model._meta.db_table, name) for model in models for name in guards_of(model)}  # noqa: SLF001


def raise_wall(sender: AppConfig, using: str, **kwargs) -> None:
    """Put up what is missing before the tables of one app; receiver of post_migrate, harmless when repeated."""
    connection = connections[using]
    if not (wanted := wall_of(sender)):
        return
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        there = set(connection.introspection.table_names(cursor))  # migrated back, an app has fewer
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'wall%'")
        for table, name in sorted(wanted - set(cursor.fetchall())):
            if table in there:
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"CREATE TRIGGER {name} {TRIGGERS[name].format(quoted)}")
