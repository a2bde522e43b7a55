"""What spaces are called on screen."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from .models import Kind, Resource

ONE = {
    Kind.DESK.value: lazy_gettext("Desk"),
    Kind.HOT_DESKS.value: lazy_gettext("Open desks"),
    Kind.MEETING_ROOM.value: lazy_gettext("Meeting room"),
    Kind.OFFICE.value: lazy_gettext("Office"),
    Kind.PHONE_BOOTH.value: lazy_gettext("Phone booth"),
    Kind.STUDIO.value: lazy_gettext("Studio"),
    Kind.EVENT_SPACE.value: lazy_gettext("Event space"),
}
MANY = {
    Kind.DESK.value: lazy_gettext("Desks"),
    Kind.HOT_DESKS.value: lazy_gettext("Open desks"),
    Kind.MEETING_ROOM.value: lazy_gettext("Meeting rooms"),
    Kind.OFFICE.value: lazy_gettext("Offices"),
    Kind.PHONE_BOOTH.value: lazy_gettext("Phone booths"),
    Kind.STUDIO.value: lazy_gettext("Studios"),
    Kind.EVENT_SPACE.value: lazy_gettext("Event spaces"),
}


def kind_name(kind: str) -> str:
    """What one space of the kind is called."""
    return str(ONE[kind])


def kinds_name(kind: str) -> str:
    """What several spaces of the kind are called."""
    return str(MANY[kind])


def seats(resource: Resource) -> str:
    """``8 seats``; the desks of an area."""
    if resource.is_area:
        return ngettext("%(num)d desk", "%(num)d desks", resource.units)
    return ngettext("%(num)d seat", "%(num)d seats", resource.capacity)


def floor(resource: Resource) -> str:
    """``Floor 2``; nothing when the floor is not known."""
    if resource.floor is None:
        return ""
    return _("Ground floor") if resource.floor == 0 else _("Floor %(floor)d", floor=resource.floor)
