"""From threads to pages: skins, context, HTML, truth, and the way back."""
