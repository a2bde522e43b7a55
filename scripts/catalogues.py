"""The translation catalogues: ``update`` them from the source, ``compile`` them, ``check`` that nothing is missing.

Settings for extraction are under ``tool.babel`` in pyproject.toml.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
LANGUAGES = ("fr", "nb")
KEYWORDS = ("lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "_l", "N_", "lazy_npgettext:1c,2,3")
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    commands = {"update": update, "compile": compile_all, "check": check}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: catalogues.py {'|'.join(commands)}", file=sys.stderr)
        return 2
    return commands[arguments[0]]()


def update() -> int:
    """Bring the catalogues in line with the source, and say what is left to translate."""
    template = TRANSLATIONS / "messages.pot"
    _extract(template)
    for language in LANGUAGES:
        catalogue = _path(language)
        common = ["-i", str(template), "-l", language, "-o", str(catalogue), "--width=120"]
        if catalogue.exists():
            # No fuzzy guesses: a text is translated or it is not.
            _pybabel("update", *common, "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
        else:
            catalogue.parent.mkdir(parents=True, exist_ok=True)
            _pybabel("init", *common)
    compile_all()
    for language in LANGUAGES:
        wrong = list(_faults(_read(_path(language))))
        print(f"{language}: {len(wrong)} to translate or mend")
    return 0


def compile_all() -> int:
    """Compile every catalogue for the running app."""
    for language in LANGUAGES:
        catalogue = _path(language)
        if catalogue.exists():
            _pybabel("compile", "-i", str(catalogue), "-o", str(catalogue.with_suffix(".mo")), "-l", language)
    return 0


def check() -> int:
    """Fail when a text of the source is missing, untranslated, fuzzy or has other placeholders in a catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        _extract(template)
        source = _read(template)
    faults = 0
    for language in LANGUAGES:
        catalogue = _read(_path(language)) if _path(language).exists() else Catalog(locale=language)
        for fault in [*_missing(source, catalogue), *_faults(catalogue)]:
            print(f"translations/{language}: {fault}")
            faults += 1
    if faults:
        print(f"{faults} texts to mend: run `make translations`, then fill in translations/*/LC_MESSAGES/messages.po")
    return 1 if faults else 0


def _path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _pybabel(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "babel.messages.frontend", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pybabel {arguments[0]} failed:\n{done.stderr}")


def _extract(template: Path) -> None:
    template.parent.mkdir(parents=True, exist_ok=True)
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    header = ["--project=coworking", "--copyright-holder=", "--version="]
    _pybabel("extract", "-F", "pyproject.toml", *keywords, *header, "--sort-by-file", "--add-location=file", "-c", "i18n:", "-o", str(template), ".")


def _missing(source: Catalog, catalogue: Catalog) -> Iterator[str]:
    for message in source:
        if message.id and catalogue.get(message.id, message.context) is None:
            yield f"not in the catalogue: {_short(message)}"


def _faults(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if not message.id:
            continue
        forms = _forms(message.string)
        if message.fuzzy:
            yield f"fuzzy: {_short(message)}"
        elif not forms or not all(forms):
            yield f"not translated: {_short(message)}"
        elif wrong := _wrong_placeholders(message, forms):
            yield f"placeholders {wrong}: {_short(message)}"


def _wrong_placeholders(message: Message, forms: list[str]) -> str:
    """Names that a translation has too many; and, in a text without plural forms, too few."""
    wanted = {name for text in _forms(message.id) for name in PLACEHOLDER.findall(text)}
    for form in forms:
        found = set(PLACEHOLDER.findall(form))
        if found - wanted or (not message.pluralizable and wanted - found):
            return ", ".join(sorted(found ^ wanted))
    return ""


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    if text is None:
        return []
    return [text] if isinstance(text, str) else list(text)


def _short(message: Message) -> str:
    return repr(_forms(message.id)[0][:80])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
