"""Sessions and the series: models, the recurrence rule, changes, history, and what an upload states about sessions."""
