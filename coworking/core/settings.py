"""The settings of the app that runs, for rules that know nothing of the web framework."""

from flask import current_app

from coworking.config import Config


def config() -> Config:
    """The settings of this process."""
    running: Config = current_app.extensions["coworking.config"]
    return running
