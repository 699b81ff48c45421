"""Importing that the operator stops with Ctrl-C, and the messages that lead back."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import Transaction
from local.commands.subscribers import subscribers
from local.stack_context import StackContext
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.list_context import FakePlace


class StoppedSorting(FakeUnitOfWork):
    """A store at which the operator presses Ctrl-C while lines are sorted."""

    def get(self, *, ids: Collection[str]) -> dict[str, Subscriber]:
        """Stop before anything is written."""
        raise KeyboardInterrupt(len(ids))


class StoppedWriting(FakeUnitOfWork):
    """A store at which the operator presses Ctrl-C after the first people are written."""

    def commit(self, transaction: Transaction) -> None:
        """Add rows once; an undo may remove rows."""
        if self.rows and transaction.changes:
            raise KeyboardInterrupt
        super().commit(transaction)


def run(store: FakeUnitOfWork, tmp_path: Path, *words: str) -> Result:
    file = tmp_path / "people.csv"
    file.write_text("email\n" + "".join(f"p{number}@example.org\n" for number in range(30)))
    line = list(words) or ["import", str(file), "--source", "sheet", "--yes"]
    return CliRunner().invoke(subscribers, line, obj=FakePlace(store))


def test_stopped_before_anything_is_written_it_says_so(tmp_path: Path) -> None:
    """After Ctrl-C during the sorting, the message says that nothing was changed."""
    store = StoppedSorting()
    result = run(store, tmp_path)
    assert (result.exit_code, store.imports.records) == (2, {})
    assert result.stderr.endswith("Nothing was changed.\n")


def test_stopped_midway_it_says_how_to_go_on_and_how_to_go_back(tmp_path: Path) -> None:
    """Both are commands that can be copied, and each does what it says."""
    store = StoppedWriting()
    result = run(store, tmp_path)
    [batch] = store.imports.records
    assert (result.exit_code, len(store.rows)) == (2, 12)
    assert "Run it again to go on" in result.stderr
    assert f"convener --local subscribers undo {batch}" in result.stderr
    assert "12 taken off" in run(store, tmp_path, "undo", batch, "--yes").stdout


def test_the_name_of_an_import_can_be_copied_from_a_narrow_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is never cut: without it nothing can be undone."""
    store = FakeUnitOfWork()
    run(store, tmp_path)
    [batch] = store.imports.records
    monkeypatch.setenv("COLUMNS", "60")
    assert batch in run(store, tmp_path, "undo").stdout


@pytest.mark.parametrize(
    ("place", "line"),
    [(StackContext(local=True), "convener --local"), (StackContext(name="kindness"), "convener --stack kindness")],
)
def test_commands_to_copy_name_the_stack(place: StackContext, line: str) -> None:
    """Without the name the command would ask for the stack."""
    assert place.line == line
