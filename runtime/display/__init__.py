"""Results as people look at them: numbers and times in words, tables, the canvas of pictures."""
