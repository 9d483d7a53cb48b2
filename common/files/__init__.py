"""Files of this program's own: locks between processes, and writing that survives a crash."""
