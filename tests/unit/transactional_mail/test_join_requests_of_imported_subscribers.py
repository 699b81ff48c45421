"""Asking by the form where an import alone put her on the list."""

from __future__ import annotations

import re
from dataclasses import replace

from convener.subscribers.joining import plan_join
from convener.subscribers.unit_of_work import Transaction
from tests.support.transactional import LINKS, NOW, TransactionalMail, join, mark, part, reader


def test_who_is_there_by_an_import_alone_may_say_so_herself() -> None:
    """At the address that was imported. Her button makes the row her own: the undo of the import leaves it alone."""
    row = replace(reader(), address="Ana.K@example.org", batch="b", version=1)
    scene = TransactionalMail(row)
    assert scene.carry_out(join(kinds=frozenset({"recap"}))).mail == "known"
    (mail,) = scene.sent
    assert mail.recipient == row.address
    assert {LINKS.confirm_url(mark(1)), LINKS.preferences_url(row.id)} <= set(re.findall(r"https://\S+", part(mail)))
    assert scene.rows.rows[row.id] == row
    plan = plan_join(scene.requests.kept[mark(1)], scene.rows.rows, now=NOW)
    assert isinstance(plan, Transaction)
    assert not plan.changes[0].row.only_imported
