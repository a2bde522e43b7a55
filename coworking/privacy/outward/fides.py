"""The register as a Fides manifest (https://ethyca.github.io/fideslang, taxonomy 3.2): one dataset, one system."""

from typing import Any

import sqlalchemy as sa

from ..register import ENTRIES, TABLES
from ..register.entry import Held
from ..register.terms import Basis, Purpose, Subject

USES = {
    Purpose.ACCOUNT: "essential.service.authentication",
    Purpose.BOOKING: "essential.service",
    Purpose.MEMBERSHIP: "essential.service",
    Purpose.PAYMENT: "essential.service.payment_processing",
    Purpose.BOOKS: "essential.legal_obligation",
    Purpose.ANSWERING: "essential.service.operations.support",
    Purpose.DELIVERY: "essential.service.notifications.email",
    Purpose.SECURITY: "essential.service.security",
    Purpose.RIGHTS: "essential.legal_obligation",
    Purpose.NEWS: "marketing.communications.email",
    Purpose.RUNNING: "essential.service.operations",
}
SUBJECTS = {
    Subject.VISITOR: "visitor",
    Subject.MEMBER: "customer",
    Subject.GUEST: "visitor",
    Subject.CUSTOMER: "customer",
    Subject.STAFF: "employee",
}
BASES = {Basis.CONTRACT: "Contract", Basis.LAW: "Legal obligations", Basis.INTEREST: "Legitimate interests", Basis.CONSENT: "Consent"}
KEY = "coworking"


def manifest(metadata: sa.MetaData) -> dict[str, Any]:
    """Tables with the category of each personal column, and what each kind of data is used for. In English."""
    return {
        "dataset": [{"fides_key": KEY, "name": "Coworking", "collections": [_collection(metadata.tables[name]) for name in sorted(TABLES)]}],
        "system": [{"fides_key": f"{KEY}_app", "name": "Coworking", "system_type": "Application", "privacy_declarations": _declarations()}],
    }


def _collection(table: sa.Table) -> dict[str, Any]:
    fields = [
        {"name": column.name, "description": str(column.info["personal"]), "data_categories": [ENTRIES[column.info["personal"]].category]}
        for column in table.columns
        if "personal" in column.info
    ]
    return {"name": table.name, "fields": fields}


def _declarations() -> list[dict[str, Any]]:
    return [
        {
            "name": f"{entry.key} {use.purpose.value}",
            "data_categories": [entry.category],
            "data_use": USES[use.purpose],
            "data_subjects": sorted({SUBJECTS[subject] for subject in entry.subjects}),
            "legal_basis_for_processing": BASES[use.basis],
            "retention_period": f"law: {entry.retention.law}"
            if isinstance(entry.retention, Held)
            else f"{entry.retention.days} days after {entry.retention.clock.value}",
        }
        for entry in ENTRIES.values()
        for use in entry.uses
    ]
