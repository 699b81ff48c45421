"""How long a client waits for AWS before it gives up. boto3's own are 60 seconds each."""

from __future__ import annotations

from botocore.config import Config

BACKGROUND = Config(connect_timeout=3, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3})
"""For functions that nobody waits for. One answer that never comes would else outlast what deliver keeps back."""

# `public` would be ended before it could answer. Three attempts and the pauses between them (one and two seconds at
# most) take 12 seconds of its 15.
INTERACTIVE = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
