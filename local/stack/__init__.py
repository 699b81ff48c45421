"""The local stack: the resources that `template.yaml` names, made on moto at 127.0.0.1. No account, no Docker."""

from __future__ import annotations

from local.stack.running import LocalFunction, LocalStack
from local.stack.session import REGION, LocalSession
from local.stack.template import TEMPLATE, Function, Template

__all__ = ["REGION", "TEMPLATE", "Function", "LocalFunction", "LocalSession", "LocalStack", "Template"]
