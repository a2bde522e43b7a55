"""The person's own profile."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import images, pages
from coworking.core.permissions import Permission, requires

from .. import forms, photos
from .blueprint import blueprint, shown


@blueprint.route("/profile", methods=["GET", "POST"])
@requires(Permission.HAVE_ACCOUNT)
def profile() -> AnyResponse:
    """See and change what the house knows about oneself."""
    form = forms.ProfileForm(obj=current_user)
    if not form.validate_on_submit() or not _photo_kept(form):
        return pages.page("people/profile.html", form=form, status=shown(form))
    for name in ("name", "phone", "company", "buys_as_company", "job_title", "about"):
        setattr(current_user, name, form[name].data)
    current_user.locale, current_user.zone = form.locale.data or None, form.zone.data or None
    current_user.check()
    flash(_("Your profile is saved."), "success")
    return redirect(url_for("people.profile"), code=303)


def _photo_kept(form: forms.ProfileForm) -> bool:
    upload = form.photo.data
    if upload:
        try:
            photos.keep(current_user, upload.read())
        except images.PictureRefused as refusal:
            form.photo.errors = [str(refusal)]
            return False
    elif form.remove_photo.data:
        photos.remove(current_user)
    return True
