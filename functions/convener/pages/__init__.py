"""What readers open: leaving, joining, a mailing in the browser, and the front page."""
