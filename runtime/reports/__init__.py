"""Write a set list in the formats that other programs load."""
