"""Reading untrusted files in processes of their own, with limits of memory and time."""
