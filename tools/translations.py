"""The English catalogue: brought up to date with the code, checked, compiled, filled in from lists.

Chinese sentences are the message ids. They are found as the first argument of `say`, `_`, `gettext`,
`translate` and `ngettext` in Python and TypeScript, and by Jinja2 in the page templates.
"""

from __future__ import annotations

import ast
import io
import re
import string
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "gewu"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"

KEYWORDS = {"say": None, "_": None, "gettext": None, "translate": None, "ngettext": (1, 2)}
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "silent": "false", "trimmed": "true"}
METHODS = [
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("**.ts", "javascript"),
]
#: The date in the header never changes, so that an update shows only what was updated.
BORN = datetime(2026, 11, 23, tzinfo=UTC)
PERCENT = re.compile(r"%\((\w+)\)[sd]")


def extracted(root: Path = ROOT) -> Catalog:
    """Every sentence in the code and the templates, with the files it stands in."""
    found = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for folder in (root / "src" / "gewu", root / "frontend" / "src"):
        methods = [(pattern, method) for pattern, method in METHODS]
        for name, _line, msgid, comments, context in extract_from_dir(
            folder,
            methods,
            {"**.html": JINJA, "**/templates/**.txt": JINJA},
            keywords=KEYWORDS,
            strip_comment_tags=True,
        ):
            place = (folder / name).relative_to(root).as_posix()
            found.add(msgid, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def load(path: Path) -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale="en", domain="django", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def store(catalogue: Catalog, path: Path) -> None:
    """Write the catalogue in one order and without dates or line numbers, so that merges stay small."""
    catalogue.project, catalogue.version, catalogue.fuzzy = "Gewu", "1", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Gewu"
    catalogue.creation_date = catalogue.revision_date = BORN
    catalogue.header_comment = (
        "# English sentences of Gewu. Written by `make po`; only the msgstr lines by people."
    )
    written = io.BytesIO()
    write_po(written, catalogue, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue())


def update(path: Path = CATALOGUE, root: Path = ROOT) -> list[str]:
    """Add what is new, drop what is gone, guess nothing; answers with a line for each that was dropped."""
    catalogue = load(path)
    catalogue.update(extracted(root), no_fuzzy_matching=True, update_creation_date=False)
    dropped = [f"dropped: {one.id} = {one.string}" for one in catalogue.obsolete.values() if one.string]
    catalogue.obsolete.clear()
    store(catalogue, path)
    return dropped


def merge(lines: Iterable[str], path: Path = CATALOGUE, root: Path = ROOT) -> list[str]:
    """Put in translations given as lines of msgid, tab, msgstr; answers with what could not be used."""
    told = update(path, root)
    catalogue = load(path)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        msgid, tab, msgstr = line.rstrip("\n").partition("\t")
        message = catalogue.get(unescaped(msgid))
        if not tab or not msgstr.strip():
            told.append(f"line {number}: no translation after a tab: {line.strip()}")
        elif message is None:
            told.append(f"line {number}: not in the code: {msgid}")
        else:
            message.string = unescaped(msgstr)
    store(catalogue, path)
    return told


def unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t").strip(" ")


def faults(path: Path = CATALOGUE, root: Path = ROOT) -> list[str]:
    """What is wrong with the catalogue, a line each: missing, fuzzy, left over, other placeholders."""
    catalogue, wanted = load(path), extracted(root)
    found = [*unfinished(catalogue, wanted), *unreadable(root)]
    found += [f"not in the code any more: {one.id}" for one in sentences(catalogue) if one.id not in wanted]
    return found + [f"left over at the end of the file: {one}" for one in catalogue.obsolete]


def unfinished(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    for one in sentences(wanted):
        message = catalogue.get(one.id)
        places = ", ".join(sorted({place for place, _ in one.locations}))
        if message is None or not all(strings(message)):
            yield f"no English: {one.id} ({places})"
        elif message.fuzzy:
            yield f"marked fuzzy: {one.id}"
        elif any(placeholders(text) != placeholders(ids(one)[0]) for text in strings(message)):
            yield f"other placeholders: {one.id} = {message.string}"


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message: Message) -> tuple[str, ...]:
    found = message.string
    return (found,) if isinstance(found, str) else tuple(found or ("",))


def placeholders(text: str) -> set[str]:
    """The names of the values a sentence takes, written `{name}` in Python or `%(name)s` in templates."""
    try:
        braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        braces = {"(unbalanced braces)"}
    return braces | set(PERCENT.findall(text))


def unreadable(root: Path) -> Iterator[str]:
    """Calls of `say` whose sentence is not written out, and so can never be found or translated."""
    for path in sorted((root / "src" / "gewu").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            plain = isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
            if name == "say" and not plain:
                yield f"say() without a written sentence: {path.relative_to(root)}:{node.lineno}"


def compile_all(path: Path = CATALOGUE) -> None:
    """Write the compiled catalogue beside the written one; whole or not at all."""
    target = path.with_suffix(".mo")
    beside = target.with_suffix(".mo.new")
    with beside.open("wb") as file:
        write_mo(file, load(path))
    beside.replace(target)


def main(arguments: list[str]) -> int:
    """`update`, `check`, `compile`, or `merge FILE.tsv …`."""
    command, files = (arguments or ["check"])[0], arguments[1:]
    told: list[str] = []
    if command == "update":
        told = update()
    elif command == "merge":
        told = merge([line for name in files for line in Path(name).read_text("utf-8").splitlines()])
    elif command == "compile":
        compile_all()
    elif command == "check":
        told = faults()
    else:
        told = [f"unknown command {command}: update, check, compile or merge FILE.tsv"]
    for line in told:
        print(line)
    return 1 if told and command not in ("update", "merge") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
