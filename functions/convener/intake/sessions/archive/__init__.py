"""Reading an archive page: plain text in, session records and warnings out. Pure, by general rules only."""
