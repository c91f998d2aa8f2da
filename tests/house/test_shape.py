"""The shape of the code: the same names in every room, small files, no HTTP below the door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.sources import (
    APP,
    ROOT,
    WRITTEN_BY_TOOLS,
    functions,
    imported,
    layer_of,
    named,
    rooms,
    text_of,
    tracked,
    tree_of,
    with_suffix,
)

ROOM_FILES = {
    "__init__",
    "commands",
    "constants",
    "documents",
    "forms",
    "models",
    "principals",
    "queries",
    "routes",
    "rules",
    "schemas",
    "services",
    "tasks",
}
ROOM_FOLDERS = {"templates", "assets"}
NOT_ROOMS = {"core", "web"}
"""The two lowest floors that others stand on: their files bear the name of what they do."""
MORE_FILES = {
    ("accounts", "hashing"): "the one slow function, apart so that nobody calls it inside a transaction",
    ("accounts", "limits"): "the limits of signing in, read from the settings at start-up",
    ("accounts", "scopes"): "hung into web's registry of scopes: it knows URL arguments",
    ("accounts", "sessions"): "hangs Flask-Login: it knows HTTP",
    ("audit", "witness"): "a file beside the database: what the database alone cannot tell of itself",
    ("web", "journal"): "the log of requests, hung into the frame",
    ("operations", "demo"): "the demo year: its stations, its crowd, and how they act it out",
    ("notices", "senders"): "the doors to the providers of text messages",
}
"""Files of rooms beyond the common names, and why they are no layer of their own."""
VAGUE = {"util", "utils", "helper", "helpers", "misc", "common", "stuff", "lib"}
HTTP = (
    "flask",
    "flask_babel",
    "flask_login",
    "flask_smorest",
    "flask_wtf",
    "werkzeug",
    "wtforms",
)
BELOW_THE_DOOR = {"services", "queries", "models", "rules", "documents", "constants"}
CORE_THAT_KNOWS_FLASK = {"app/core/db.py", "app/core/wiring.py"}
MAY_COMMIT = {"app/core/transactions.py"}
LIMIT_OF_FILES = 400
LIMIT_OF_FUNCTIONS = 60
LIMIT_OF_FACTORY = 60


def python(under: str = "") -> list[Path]:
    found = [path for path in with_suffix(".py", under=under) if not named(path).startswith("migrations/")]
    assert found
    return found


def in_rooms() -> list[Path]:
    return [path for path in python("app/") if len(path.relative_to(APP).parts) > 1]


# --------------------------------------------------------------------------- places and names


def test_every_room_is_registered():
    from app import ROOMS

    assert set(ROOMS) == {room.name for room in rooms()} - {"core"}


def test_rooms_have_the_common_files_only():
    strange = []
    for room in rooms():
        if room.name in NOT_ROOMS:
            continue
        for entry in room.iterdir():
            if entry.name == "__pycache__":
                continue
            name = entry.stem if entry.suffix == ".py" else entry.name
            allowed = ROOM_FILES | ROOM_FOLDERS
            if name not in allowed and (room.name, name) not in MORE_FILES:
                strange.append(named(entry))
    assert strange == []


def test_the_list_of_further_files_is_not_longer_than_needed():
    gone = [f"{room}/{name}" for room, name in MORE_FILES if not list((APP / room).glob(f"{name}*"))]
    assert gone == []


def test_templates_stand_in_a_folder_named_after_their_room():
    for room in rooms():
        folder = room / "templates"
        if folder.exists():
            assert [entry.name for entry in folder.iterdir()] == [room.name]


def test_no_file_has_a_vague_name():
    assert [named(path) for path in tracked() if path.stem.lower() in VAGUE or path.parent.name in VAGUE] == []


def test_a_room_s_init_holds_register_alone():
    for room in rooms():
        if room.name == "core":
            continue
        body = tree_of(room / "__init__.py").body
        defined = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert defined == ["register"], named(room)


# --------------------------------------------------------------------------- sizes


def test_the_factory_is_a_table_of_contents():
    assert len(text_of(APP / "__init__.py").splitlines()) < LIMIT_OF_FACTORY


def test_nobody_imports_the_package_root():
    hubs = [
        named(path)
        for path in python("app/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "app"
        and any(not (APP / alias.name).is_dir() for alias in node.names)
    ]
    assert hubs == []


def test_files_are_short():
    kinds = (".py", ".html", ".ts", ".scss", ".mjs")
    long = {
        named(path): lines
        for path in with_suffix(*kinds)
        if path.name not in WRITTEN_BY_TOOLS
        and not named(path).startswith("migrations/")
        and (lines := len(text_of(path).splitlines())) > LIMIT_OF_FILES
    }
    assert long == {}


def test_functions_are_short():
    long = {
        f"{named(path)}:{node.name}": length
        for path in python()
        for node in functions(tree_of(path))
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LIMIT_OF_FUNCTIONS
    }
    assert long == {}


# --------------------------------------------------------------------------- layers


def test_no_web_framework_below_the_door():
    found = []
    for path in in_rooms():
        room = path.relative_to(APP).parts[0]
        inside = layer_of(path) in BELOW_THE_DOOR if room not in NOT_ROOMS else room == "core"
        if inside and named(path) not in CORE_THAT_KNOWS_FLASK:
            found += [f"{named(path)}: {name}" for name in imported(tree_of(path)) if name.split(".")[0] in HTTP]
    assert found == []


def test_rules_know_no_database():
    found = [
        f"{named(path)}: {name}"
        for path in in_rooms()
        if layer_of(path) in {"rules", "documents", "constants"}
        for name in imported(tree_of(path))
        if name.split(".")[0] in {"sqlalchemy", "flask_sqlalchemy"} or name in {"app.core.db", "app.core.transactions"}
    ]
    assert found == []


def test_imports_stand_at_the_top():
    """But in register(app), which imports inside so that importing a room costs nothing."""
    late = []
    for path in python("app/"):
        for function in functions(tree_of(path)):
            if function.name == "register" and path.name == "__init__.py":
                continue
            if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function)):
                late.append(f"{named(path)}:{function.name}")
    assert late == []


def test_nobody_commits_but_acts():
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python("app/")
        if named(path) not in MAY_COMMIT
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback", "begin_nested"}
    ]
    assert found == []


def test_no_query_through_the_class():
    """`Model.query` runs wherever it is written; a select() says what it reads."""
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python("app/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "query"
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (getattr(node.value, "id", "") or getattr(node.value, "attr", ""))[:1].isupper()
    ]
    found += [named(path) for path in python("app/") if "db.session.query" in text_of(path)]
    assert found == []


def test_no_signals_in_the_domain():
    assert [named(p) for p in python("app/") if any(n.split(".")[0] == "blinker" for n in imported(tree_of(p)))] == []


def test_relationships_stand_on_the_child_alone():
    both = [
        f"{named(path)}: {word}"
        for path in python("app/")
        for word in ("back_populates", "backref")
        if word in text_of(path)
    ]
    assert both == []


# --------------------------------------------------------------------------- services


def is_act(function: ast.FunctionDef) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "act" for name in function.decorator_list)


def acts() -> list[tuple[str, ast.FunctionDef]]:
    found = [
        (f"{named(path)}:{node.name}", node)
        for path in in_rooms()
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and is_act(node)
    ]
    assert len(found) >= 10
    return found


def test_acts_stand_in_services():
    outside = [name for name, _ in acts() if "/services" not in name and not name.startswith("app/core/")]
    assert outside == []


def test_acts_take_their_facts_by_name():
    """Keyword-only and typed: time, actor and ids cannot be mixed up at the call."""
    for name, node in acts():
        if name.startswith("app/core/") and node.name.startswith("_"):
            continue  # the outbox's own two
        assert [arg.arg for arg in node.args.posonlyargs + node.args.args] == [], f"{name}: by position"
        assert all(arg.annotation for arg in node.args.kwonlyargs), f"{name} is not typed"
        assert node.returns is not None, f"{name} is not typed"


def test_acts_have_no_commit_switch():
    switches = [
        name for name, node in acts() for arg in node.args.kwonlyargs if arg.arg in {"commit", "autocommit", "flush"}
    ]
    assert switches == []


def test_public_functions_say_what_they_do():
    silent = [
        f"{named(path)}:{node.name}"
        for path in python("app/")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


# --------------------------------------------------------------------------- tests about tests


def test_every_test_can_fail():
    """Each asserts, raises or calls something that does; none is skipped or expected to fail."""
    idle = []
    for path in python("tests/"):
        idle += [
            f"{named(path)}:{node.name}"
            for node in functions(tree_of(path))
            if node.name.startswith("test_") and not any(asserts(inner) for inner in ast.walk(node))
        ]
    assert idle == []


def asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if any(keyword.arg == "status" for keyword in node.keywords):
        return True  # the page client compares it
    return name in {"raises", "warns", "fail"} or name.startswith(("assert", "check", "expect", "refuse", "named"))


@pytest.mark.parametrize("word", ["skip", "skipif", "xfail", "importorskip"])
def test_no_test_is_left_out(word):
    found = [
        f"{named(path)}:{node.lineno}"
        for path in python("tests/")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == word
    ]
    assert found == []


def test_the_project_is_where_these_tests_think():
    assert (ROOT / "wsgi.py").exists()
