"""Requests to subscribe by people whom only an import put on the list."""

from __future__ import annotations

import re
from dataclasses import replace

from convener.subscribers.joining import plan_join
from convener.subscribers.unit_of_work import Transaction
from tests.support.transactional import LINKS, NOW, TransactionalMail, join, mark, part, reader


def test_an_imported_subscriber_may_confirm() -> None:
    """The mail goes to the imported address. After its button, undoing the import leaves the row alone."""
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
