"""Forms: how boards display dates, counts and floors, each declared once for both its writer and its reader."""
