"""Every code of ``errors.Invalid`` has its sentence, and every sentence its code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from collab.web import forms
from collab.web.messages import MESSAGES

Sources = dict[Path, str]
#: Sentences that nothing asks for, and why they are kept.
ELSEWHERE = {"not_a_slug": "nobody chooses a slug yet"}


def _raised(sources: Sources) -> Iterator[tuple[str, str]]:
    """(where, code) of every ``Invalid({field: code})``, ``ValueError(code)`` of a form and ``sentence(code)``."""
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            where = f"{path}:{node.lineno}"
            if called == "Invalid" and node.args and isinstance(node.args[0], ast.Dict):
                yield from ((where, code) for value in node.args[0].values for code in _words(value))
            if called == "sentence" and node.args:
                yield from ((where, code) for code in _words(node.args[0]))
            if called == "ValueError" and path.stem == "forms" and node.args:
                yield from ((where, code) for code in _words(node.args[0]))


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)


def test_every_code_that_is_raised_has_a_sentence(sources: Sources) -> None:
    assert {(where, code) for where, code in _raised(sources) if code not in MESSAGES} == set()


def test_every_sentence_has_a_code_that_is_raised(sources: Sources) -> None:
    raised = {code for _, code in _raised(sources)} | set(forms._CODES.values())
    text = "\n".join(source for path, source in sources.items() if path.name != "messages.py")
    unused = {code for code in MESSAGES if code not in raised and f'"{code}"' not in text}
    assert unused - ELSEWHERE.keys() == set()
