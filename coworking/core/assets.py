"""Style, script, fonts and icons under names that change with their content, so that browsers keep them for good."""

import gzip
import hashlib
import os
import re
from pathlib import Path

from flask import Flask, current_app
from whitenoise import WhiteNoise

from coworking.config import ROOT, Config

SOURCE = ROOT / "static"
PREFIX = "/assets/"
TEXT = {".css", ".js", ".svg", ".html", ".txt", ".webmanifest"}
A_YEAR = 31_536_000


def init_app(app: Flask, config: Config) -> None:
    """Publish ``static/`` into the data directory under hashed names, and serve it from there."""
    target = config.data_dir / "assets"
    app.extensions["coworking.assets"] = publish(target)
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(target), prefix=PREFIX, max_age=A_YEAR)  # type: ignore[method-assign]


def url(name: str) -> str:
    """Where the file ``name`` of ``static/`` is served; raises KeyError when there is none."""
    urls: dict[str, str] = current_app.extensions["coworking.assets"]
    return urls[name]


def publish(target: Path) -> dict[str, str]:
    """Write every file under its hashed name, once; returns name to URL. Safe when several processes start together."""
    contents = {path.relative_to(SOURCE).as_posix(): path.read_bytes() for path in sorted(SOURCE.rglob("*")) if path.is_file()}
    urls = {name: _write(target, name, data) for name, data in contents.items() if not name.startswith("css/")}
    urls["app.css"] = _write(target, "app.css", _style(contents, urls))
    return urls


def _style(contents: dict[str, bytes], urls: dict[str, str]) -> bytes:
    names = contents["css/ORDER"].decode().split()
    css = "\n".join(contents[f"css/{name}"].decode() for name in names)
    css = re.sub(r"url\([\"']?(?:\.\./|/static/)?((?:fonts|img)/[^)\"']+)[\"']?\)", lambda found: f"url({urls[found[1]]})", css)
    return squeeze(css).encode()


def squeeze(css: str) -> str:
    """CSS without comments and idle white space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};>])\s*", r"\1", css).replace(";}", "}")
    return re.sub(r"([:,]) ", r"\1", css).strip()


def _write(target: Path, name: str, data: bytes) -> str:
    stem, dot, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}{dot}{suffix}" if dot else name
    path = target / hashed
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in TEXT:
            _place(path.with_name(path.name + ".gz"), gzip.compress(data, 9, mtime=0))
        _place(path, data)
    return PREFIX + hashed


def _place(path: Path, data: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
