"""The staff console, as staff meet it."""
