"""The songs of a whole concert, with times."""
