from __future__ import annotations

from local.stack.template import Template
from tests.support.e2e_stack import Deployed


def test_every_resource_exists(stack: Deployed) -> None:
    """Whatever the template names was made."""
    assert stack.status == "CREATE_COMPLETE"
    assert set(Template().resources) <= set(stack.resources)
