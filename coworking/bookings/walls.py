"""The walls that make overlap impossible in the database itself.

PostgreSQL: an exclusion constraint over (resource, unit, time). SQLite: triggers that look at the one confirmed
booking of the unit which starts last before the new one ends; as no two overlap, no other could be in the way.
Both also keep a booking's unit within the units that its space has.
"""

OVERLAP = "booking_overlap"
NO_SUCH_UNIT = "booking_no_such_unit"

POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""ALTER TABLE booking ADD CONSTRAINT {OVERLAP} EXCLUDE USING gist (
        resource_id WITH =, unit WITH =, tstzrange(starts_at, held_until) WITH &&) WHERE (state = 'confirmed')""",
    f"""CREATE FUNCTION booking_unit_exists() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.unit >= (SELECT units FROM resource WHERE id = NEW.resource_id) THEN
                RAISE EXCEPTION '{NO_SUCH_UNIT}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$""",
    """CREATE TRIGGER booking_unit_exists BEFORE INSERT OR UPDATE OF unit, resource_id ON booking
        FOR EACH ROW EXECUTE FUNCTION booking_unit_exists()""",
)

# Constant text throughout: nothing here comes from outside.
_IN_THE_WAY = """SELECT 1 FROM (
        SELECT held_until FROM booking
        WHERE resource_id = NEW.resource_id AND unit = NEW.unit AND state = 'confirmed'
            AND starts_at < NEW.held_until AND id <> NEW.id
        ORDER BY starts_at DESC LIMIT 1)
    WHERE held_until > NEW.starts_at"""

_UNIT_MISSING = "NEW.unit >= (SELECT units FROM resource WHERE id = NEW.resource_id)"


def _sqlite_trigger(name: str, event: str) -> str:
    return f"""CREATE TRIGGER {name} {event} ON booking WHEN NEW.state = 'confirmed' BEGIN
        SELECT RAISE(ABORT, '{OVERLAP}') WHERE EXISTS ({_IN_THE_WAY});
        SELECT RAISE(ABORT, '{NO_SUCH_UNIT}') WHERE {_UNIT_MISSING};
    END"""


SQLITE = (
    _sqlite_trigger("booking_overlap_insert", "BEFORE INSERT"),
    _sqlite_trigger("booking_overlap_update", "BEFORE UPDATE OF resource_id, unit, state, starts_at, held_until"),
)
