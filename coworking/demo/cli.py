"""Commands of the demo."""

import click

demo = click.Group("demo")
