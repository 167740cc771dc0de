"""The quirks: importing this package registers them all with ``forgegen.rendering.quirk``."""
