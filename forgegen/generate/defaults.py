"""What threads are made of where nobody says anything else; apart, so that a command can name it without making any."""

DEFAULT_LOCALE, DEFAULT_PROFILE = "zh-CN", "reference"
