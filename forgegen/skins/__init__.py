"""Skins: the settings that say how pages look, shared by what renders them and what reads them back."""
