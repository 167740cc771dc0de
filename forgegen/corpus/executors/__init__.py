"""Who runs the work: one module an engine, all behind one method."""
