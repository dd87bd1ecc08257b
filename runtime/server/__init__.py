"""The HTTP service and the web page that it serves."""
