"""Planted mistakes about the nodes of bodies: code, links, images, lists, tables, quotations."""
