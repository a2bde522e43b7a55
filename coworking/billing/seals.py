"""What the database itself refuses: changing or removing what was issued, and rewriting the allowance ledger.

An open row in ``unsealing`` lifts the refusal of removals, for the end of the legal time to keep papers. Changes stay
refused even then, but for one: who did it may be taken out of the ledger and of a subscription's history, when a person
is erased.
"""

from sqlalchemy.engine import Connection

SEALED = "sealed"

# Constant text throughout: nothing here comes from outside.
_CLOSED = "NOT EXISTS (SELECT 1 FROM unsealing WHERE closed_at IS NULL)"
_ISSUED = "EXISTS (SELECT 1 FROM invoice WHERE id = {row}.invoice_id AND state = 'issued')"
_PARTS = ("invoice_line", "invoice_tax")
_ADDED_ONLY = ("ledger_entry", "subscription_event")


def _sqlite(name: str, when: str, table: str, condition: str) -> str:
    return f"CREATE TRIGGER {name} {when} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{SEALED}'); END"


def _sqlite_statements() -> list[str]:
    statements = [
        _sqlite("invoice_sealed_update", "BEFORE UPDATE", "invoice", "OLD.state = 'issued'"),
        _sqlite("invoice_sealed_delete", "BEFORE DELETE", "invoice", f"OLD.state = 'issued' AND {_CLOSED}"),
    ]
    for part in _PARTS:
        statements += [
            _sqlite(f"{part}_sealed_insert", "BEFORE INSERT", part, _ISSUED.format(row="NEW")),
            _sqlite(f"{part}_sealed_update", "BEFORE UPDATE", part, _ISSUED.format(row="OLD")),
            _sqlite(f"{part}_sealed_delete", "BEFORE DELETE", part, f"{_ISSUED.format(row='OLD')} AND {_CLOSED}"),
        ]
    for table in _ADDED_ONLY:
        statements += [
            _sqlite(f"{table}_sealed_update", "BEFORE UPDATE", table, "1"),
            _sqlite(f"{table}_sealed_delete", "BEFORE DELETE", table, _CLOSED),
        ]
    return statements


def _postgresql_statements() -> list[str]:
    refuse = f"RAISE EXCEPTION '{SEALED}' USING ERRCODE = 'check_violation';"
    removal = f"IF TG_OP = 'DELETE' AND NOT ({_CLOSED}) THEN RETURN OLD; END IF;"
    done = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    statements = [
        f"""CREATE FUNCTION invoice_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {removal} IF OLD.state = 'issued' THEN {refuse} END IF; {done} END $$""",
        "CREATE TRIGGER invoice_sealed BEFORE UPDATE OR DELETE ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_sealed()",
        f"""CREATE FUNCTION invoice_part_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            {removal}
            IF TG_OP <> 'DELETE' AND {_ISSUED.format(row="NEW")} THEN {refuse} END IF;
            IF TG_OP <> 'INSERT' AND {_ISSUED.format(row="OLD")} THEN {refuse} END IF;
            {done} END $$""",
        f"CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {removal} {refuse} END $$",
    ]
    for table, when, function in (
        *((part, "INSERT OR UPDATE OR DELETE", "invoice_part_sealed") for part in _PARTS),
        *((table, "UPDATE OR DELETE", "only_added") for table in _ADDED_ONLY),
    ):
        statements += [f"CREATE TRIGGER {table}_sealed BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"]
    return statements


SQLITE = tuple(_sqlite_statements())
POSTGRESQL = tuple(_postgresql_statements())


_STAYS = {
    "ledger_entry": ("id", "operator_id", "grant_id", "direction", "quantity", "source_kind", "source_id", "source_key", "at"),
    "subscription_event": ("id", "operator_id", "subscription_id", "key", "what", "facts", "at"),
}
_NAMES = {"ledger_entry": ("person_id", "by_id"), "subscription_event": ("by_id",)}


def _only_cut(table: str, same: str, text: str = "") -> str:
    """True for an update that only empties the columns which name a person, and the note beside them."""
    unchanged = [f"NEW.{column}{text} {same} OLD.{column}{text}" for column in _STAYS[table]]
    emptied = [f"(NEW.{column} IS NULL OR NEW.{column} {same} OLD.{column})" for column in _NAMES[table]]
    note = ["(NEW.note = '' OR NEW.note = OLD.note)"] if table == "ledger_entry" else []
    return " AND ".join([*unchanged, *emptied, *note])


def _cutting_sqlite() -> list[str]:
    statements = []
    for table in _ADDED_ONLY:
        refused = f"{_CLOSED} OR NOT ({_only_cut(table, 'IS')})"
        statements += [f"DROP TRIGGER {table}_sealed_update", _sqlite(f"{table}_sealed_update", "BEFORE UPDATE", table, refused)]
    return statements


def _cutting_postgresql() -> list[str]:
    statements = []
    for table in _ADDED_ONLY:
        same = _only_cut(table, "IS NOT DISTINCT FROM", "::text")
        statements += [
            f"""CREATE FUNCTION {table}_only_cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NOT ({_CLOSED}) AND (TG_OP = 'DELETE') THEN RETURN OLD; END IF;
                IF NOT ({_CLOSED}) AND TG_OP = 'UPDATE' THEN IF {same} THEN RETURN NEW; END IF; END IF;
                RAISE EXCEPTION '{SEALED}' USING ERRCODE = 'check_violation'; END $$""",
            f"DROP TRIGGER {table}_sealed ON {table}",
            f"CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_only_cut()",
        ]
    return statements


CUTTING_SQLITE = tuple(_cutting_sqlite())
CUTTING_POSTGRESQL = tuple(_cutting_postgresql())

_HOLDER, _LOOSE_HOLDER = "(person_id IS NULL) <> (company_id IS NULL)", "person_id IS NULL OR company_id IS NULL"
_HELD = ("account", "subscription")
LOOSE_HOLDERS_POSTGRESQL = tuple(
    f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_holder, ADD CONSTRAINT ck_{table}_holder CHECK ({_LOOSE_HOLDER})" for table in _HELD
)


def loosen_holders_sqlite(connection: Connection) -> None:
    """Let a payer or a subscription outlive the person whose it was.

    SQLite can't change a constraint. Making the table anew would fire what hangs on it, so its text is changed, the way
    that https://www.sqlite.org/lang_altertable.html (section 7) gives for taking constraints away.
    """
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in _HELD:
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?", (_HOLDER, _LOOSE_HOLDER, table)
        )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
