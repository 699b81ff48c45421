"""Templates of Jinja compiled once a process: each test has an environment of its own, which compiles them again."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import Environment


def remember_compiled_templates() -> None:
    """Let environments with the same settings share the code of the same template. The source is part of the key."""
    compiled: Callable[..., Any] = Environment.compile
    known: dict[tuple[object, ...], CodeType] = {}

    def compile_once(
        self: Environment, source: Any, name: str | None = None, filename: str | None = None, *more: Any, **named: Any
    ) -> Any:
        if more or named or not isinstance(source, str):
            return compiled(self, source, name, filename, *more, **named)
        key = (source, name, filename, *_settings(self, name))
        if key not in known:
            known[key] = compiled(self, source, name, filename)
        return known[key]

    Environment.compile = compile_once  # type: ignore[method-assign]


def _settings(environment: Environment, name: str | None) -> tuple[object, ...]:
    """Everything of an environment that decides which code a template becomes."""
    escape: Any = environment.autoescape
    return (
        type(environment),
        escape(name) if callable(escape) else escape,
        environment.trim_blocks,
        environment.lstrip_blocks,
        environment.keep_trailing_newline,
        tuple(environment.extensions),
        frozenset(environment.filters),
        frozenset(environment.tests),
    )
