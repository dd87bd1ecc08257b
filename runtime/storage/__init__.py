"""Object stores: addresses, options, faults, the objects in them, and files among these."""
