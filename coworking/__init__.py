"""Coworking: the software that a coworking space runs on."""

from flask import Flask

from coworking.billing import views as billing
from coworking.bookings import views as bookings
from coworking.config import ROOT, Config, database_url, load, secret_key
from coworking.core import assets, db, errors, files, health, i18n, jobs, kept, logs, mail, pages, squeeze, web
from coworking.desk import views as desk
from coworking.marketing import views as marketing
from coworking.memberships import views as memberships
from coworking.operators import hosts
from coworking.people import sign_in
from coworking.people import views as people
from coworking.portal import views as portal
from coworking.privacy import views as privacy

from . import cli

BLUEPRINTS = (
    health.blueprint,
    files.blueprint,
    marketing.blueprint,
    people.blueprint,
    portal.blueprint,
    bookings.blueprint,
    billing.blueprint,
    memberships.blueprint,
    privacy.blueprint,
    desk.blueprint,
)


def create_app(config: Config | None = None) -> Flask:
    """The application, ready to serve. Settings come from the environment where none are given."""
    config = config or load()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key(config),
        SQLALCHEMY_DATABASE_URI=database_url(config),
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(database_url(config)),
        TRANSLATIONS=ROOT / "translations",
    )
    app.extensions["coworking.config"] = config
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    logs.init_app()
    db.init_app(app)
    assets.init_app(app, config)
    pages.init_app(app, config)
    kept.init_app(app)
    hosts.init_app(app)
    sign_in.init_app(app)
    i18n.init_app(app)
    web.init_app(app, config)
    squeeze.init_app(app)
    errors.init_app(app)
    jobs.init_app(app)
    mail.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if config.demo:
        from coworking.demo import accounts, mailbox
        from coworking.demo.stripe_double import pages as stripe_pages

        app.register_blueprint(mailbox.blueprint)
        app.register_blueprint(stripe_pages.blueprint)
        app.extensions["coworking.demo.accounts"] = accounts.for_operator
    cli.init_app(app)
    return app
