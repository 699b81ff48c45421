"""What is due, the tick, and opening campaigns. This package stands above editions and delivery."""
