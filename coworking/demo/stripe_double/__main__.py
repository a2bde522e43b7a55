"""Serves the API on a loopback port, and delivers its events: ``python -m coworking.demo.stripe_double``."""

import argparse
from pathlib import Path

from . import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for Stripe, for the demo and the tests.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True, help="where its state is kept")
    parser.add_argument("--via", default="", help="host:port that answers for every host of the demo")
    parser.add_argument("--host-hook", default="", help="where the host's own events go")
    wishes = parser.parse_args()
    run.serve(wishes.file, wishes.port, wishes.via, wishes.host_hook)
