"""The edition of an operator's pages: a mark that the database changes whenever what they are made of is written.

Triggers do it, so nothing that writes can forget to: app, job, migration, somebody at the database's own prompt. The
mark is random, not counted: a number that was rolled back would come again and stand for something else. Whatever
was read under an edition is therefore true of that edition for good, and may be kept in memory beside it.

Bookings change far more often than prices, so they have a mark of their own, ``booked``. On PostgreSQL it is written as
the transaction commits, so that two people who book at once wait for each other no longer than a commit takes. The desk
shows bookings with the names of people, so a name that changes changes it too.
"""

WATCHED = (
    "equipment",
    "location",
    "opening_exception",
    "opening_hours",
    "photo",
    "plan",
    "plan_version",
    "rate",
    "resource",
    "resource_equipment",
)
"""Tables of which a row's change begins a new edition; the operator's own row does too."""

_SQLITE_MARK = "lower(hex(randomblob(8)))"
# One for all rows of a transaction, which writes it once however many they are. No other has its number.
_POSTGRESQL_TRANSACTION = "left(md5(pg_current_xact_id()::text || now()::text), 16)"
_POSTGRESQL_MARK = "left(replace(gen_random_uuid()::text, '-', ''), 16)"

# Constant text throughout: nothing here comes from outside.
_SQLITE_ROWS = {"INSERT": "NEW.operator_id", "UPDATE": "OLD.operator_id, NEW.operator_id", "DELETE": "OLD.operator_id"}

SQLITE = (
    *(
        f"""CREATE TRIGGER {table}_edition_{event.lower()} AFTER {event} ON {table} BEGIN
            UPDATE operator SET edition = {_SQLITE_MARK} WHERE id IN ({rows}); END"""  # noqa: S608 - as above
        for table in WATCHED
        for event, rows in _SQLITE_ROWS.items()
    ),
    f"""CREATE TRIGGER operator_edition_update AFTER UPDATE ON operator WHEN NEW.edition = OLD.edition BEGIN
        UPDATE operator SET edition = {_SQLITE_MARK} WHERE id = NEW.id; END""",  # noqa: S608 - as above
    f"UPDATE operator SET edition = {_SQLITE_MARK}",  # noqa: S608 - as above
)

POSTGRESQL = (
    f"""CREATE FUNCTION new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                UPDATE operator SET edition = {_POSTGRESQL_MARK} WHERE id = OLD.operator_id;
            END IF;
            IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.operator_id <> OLD.operator_id) THEN
                UPDATE operator SET edition = {_POSTGRESQL_MARK} WHERE id = NEW.operator_id;
            END IF;
            RETURN NULL;
        END $$""",  # noqa: S608 - as above
    *(f"CREATE TRIGGER {table}_edition AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION new_edition()" for table in WATCHED),
    f"""CREATE FUNCTION operator_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.edition := {_POSTGRESQL_MARK};
            RETURN NEW;
        END $$""",
    "CREATE TRIGGER operator_edition BEFORE UPDATE ON operator FOR EACH ROW EXECUTE FUNCTION operator_new_edition()",
    f"UPDATE operator SET edition = {_POSTGRESQL_MARK}",  # noqa: S608 - as above
)


BOOKED_SQLITE = (
    *(
        f"""CREATE TRIGGER booking_booked_{event.lower()} AFTER {event} ON booking BEGIN
            UPDATE operator SET booked = {_SQLITE_MARK} WHERE id IN ({rows}); END"""  # noqa: S608 - as above
        for event, rows in _SQLITE_ROWS.items()
    ),
    "DROP TRIGGER operator_edition_update",
    f"""CREATE TRIGGER operator_edition_update AFTER UPDATE ON operator WHEN NEW.edition = OLD.edition AND NEW.booked = OLD.booked BEGIN
        UPDATE operator SET edition = {_SQLITE_MARK} WHERE id = NEW.id; END""",  # noqa: S608 - as above
    f"UPDATE operator SET booked = {_SQLITE_MARK}",  # noqa: S608 - as above
)

BOOKED_POSTGRESQL = (
    f"""CREATE FUNCTION booking_booked() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            mark text := {_POSTGRESQL_TRANSACTION};
        BEGIN
            UPDATE operator SET booked = mark WHERE id = (CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END).operator_id AND booked <> mark;
            RETURN NULL;
        END $$""",  # noqa: S608 - as above
    """CREATE CONSTRAINT TRIGGER booking_booked AFTER INSERT OR UPDATE OR DELETE ON booking
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_booked()""",
    f"""CREATE OR REPLACE FUNCTION operator_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.booked = OLD.booked THEN
                NEW.edition := {_POSTGRESQL_MARK};
            END IF;
            RETURN NEW;
        END $$""",
    f"UPDATE operator SET booked = {_POSTGRESQL_MARK}",  # noqa: S608 - as above
)


NAMES_SQLITE = (
    f"""CREATE TRIGGER person_booked_update AFTER UPDATE OF name ON person WHEN NEW.name <> OLD.name BEGIN
        UPDATE operator SET booked = {_SQLITE_MARK} WHERE id = NEW.operator_id; END""",  # noqa: S608 - as above
)

NAMES_POSTGRESQL = (
    """CREATE CONSTRAINT TRIGGER person_booked AFTER UPDATE OF name ON person
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION booking_booked()""",
)
