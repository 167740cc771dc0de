"""Who runs the work: one module an executor, all behind one method."""
