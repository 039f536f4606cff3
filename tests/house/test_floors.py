"""The floors of the house: an import goes down, never up, never around, never inside a function."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

#: Room -> floor, as in docs/architecture.md. A new folder or file needs its floor here.
FLOORS = {
    7: "__main__ audit_cli cli client_cli command kinds app worker server watch schema upgrade doctor backup migrations"
    " api imports demo",
    6: "blog pages polls shelf ideas tasks topics calendar",
    5: "alone comments desk files reactions search people home tags history account",
    4: "workspaces guests admin scim",
    3: "auth",
    2: "web activity",
    1: "config viewer db prepared clock dates errors text storage mail language",
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}
#: Rooms on one floor that must not know each other.
KINDS = set(FLOORS[6].split())
#: package -> the only places that may import it.
KEPT_TO = {
    "flask": ["web", "auth"],
    "whoosh": ["search/whoosh.py"],
    "nh3": ["text"],
    "markdown": ["text"],
    "granian": ["server.py"],
    "alembic": ["upgrade.py", "backup.py", "migrations"],
    "argon2": ["auth/passwords.py"],
    "authlib": ["auth/providers/client.py", "auth/issuer"],
    "webauthn": ["auth/methods/passkeys.py"],
    "pyotp": ["auth/methods/totp.py"],
    "pypdf": ["files/reading/pdf.py"],
    "scim2_models": ["scim"],
    "PIL": ["files", "people/photos.py", "demo/pictures.py"],
}
#: Files that import Flask without being named after it, and why.
FLASK_TOO = {
    "alone/page.py": "what several views answer with",
    "alone/arrival.py": "looks at each request's cookie, and at nothing else of it",
    "files/along.py": "what several views take in",
    "files/present.py": "what several views answer with",
    "comments/section.py": "what several views answer with",
    "scim/answers.py": "what views answer with that load it late",
}
#: What is longer than it should be, and why.
LONG = {
    "collab/migrations/versions/0001_first_light.py": "made by Alembic",
    "collab/migrations/versions/0001_first_light.py:upgrade": "made by Alembic",
    "collab/migrations/versions/0002_one_login.py": "made by Alembic",
    "collab/migrations/versions/0002_one_login.py:upgrade": "made by Alembic",
    "collab/migrations/versions/0003_guests.py:upgrade": "made by Alembic",
    "collab/migrations/versions/0005_workspaces.py": "every table of the release",
    "collab/auth/services.py": "an account from its making to its end",
    "collab/auth/services.py:create_account": "many named arguments",
    "collab/auth/letters.py:happened": "one flat list of what mails say",
    "collab/comments/section.py:thread_context": "one flat list of what the template shows",
    "collab/workspaces/access.py": "the whole policy is read in one go",
    "collab/workspaces/models.py": "... and so is what it speaks about",
}

Sources = dict[Path, str]


def room(path: Path) -> str:
    """``collab/web/doors.py`` -> ``web``; ``collab/app.py`` -> ``app``."""
    return path.parts[1].removesuffix(".py")


@cache
def imports(path: Path, source: str) -> tuple[tuple[str, int], ...]:
    """The modules that a file imports, with their lines."""
    return tuple(_imports(path, source))


def _imports(path: Path, source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: say the whole name"
            module = node.module or ""
            for alias in node.names:
                yield (f"{module}.{alias.name}" if _is_module(module, alias.name) else module), node.lineno


def _is_module(package: str, name: str) -> bool:
    folder = Path(__file__).parents[2].joinpath(*package.split("."))
    return package.startswith("collab") and ((folder / f"{name}.py").exists() or (folder / name).is_dir())


def test_every_room_has_its_floor(sources: Sources) -> None:
    rooms = {room(path) for path in sources if path.name != "__init__.py" or len(path.parts) > 2}
    assert rooms == set(FLOOR)


def test_imports_go_down(sources: Sources) -> None:
    wrong = []
    for path, source in sources.items():
        here = room(path)
        if here == "__init__":
            continue
        for name, line in imports(path, source):
            parts = name.split(".")
            if parts[0] != "collab" or len(parts) == 1:
                continue
            there = parts[1]
            up = FLOOR[there] > FLOOR[here]
            strangers = there != here and {there, here} <= KINDS
            if up or strangers:
                wrong.append(f"{path}:{line} imports {name}")
    assert wrong == []


def test_no_module_needs_itself(sources: Sources) -> None:
    modules = {_module(path): path for path in sources}
    graph = {
        name: {found for found, _ in imports(path, sources[path]) if found in modules and found != name}
        for name, path in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def test_imports_stand_at_the_top(sources: Sources) -> None:
    wrong = [
        f"{path}:{inner.lineno}"
        for path, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", KEPT_TO)
def test_a_package_is_known_in_one_place(sources: Sources, package: str) -> None:
    wrong = {
        str(path)
        for path, source in sources.items()
        for name, _ in imports(path, source)
        if name.split(".")[0] == package and not _may_know(path, package)
    }
    assert wrong == set()


def _may_know(path: Path, package: str) -> bool:
    inside = path.relative_to("collab").as_posix()
    if package == "flask":
        named = path.stem in ("views", "api", "app") or path.stem.endswith("_views")
        return named or room(path) in KEPT_TO["flask"] or inside in FLASK_TOO
    return any(inside == place or inside.startswith(f"{place}/") for place in KEPT_TO[package])


def test_functions_and_files_stay_small(sources: Sources) -> None:
    """STYLE: beyond 300 lines and 40 lines, split by meaning."""
    long_files = {str(path) for path, source in sources.items() if source.count("\n") > 300}
    long_functions = {
        f"{path}:{node.name}"
        for path, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 40
    }
    assert (long_files | long_functions) - LONG.keys() == set()
