"""The page that shows a rehearsal: what happened when, and each mail as its reader sees it."""
