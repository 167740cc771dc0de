"""The browser test in JavaScript under ``tests/examples`` runs against the site, with npm's own Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from forgegen.site.serving import ForumSite

EXAMPLES = Path(__file__).resolve().parent / "examples"


@pytest.mark.outside
@pytest.mark.needs("playwright-core", "chromium")
def test_playwright_in_javascript_reads_the_site(tmp_path: Path) -> None:
    """It clicks from the index to a thread, and the DOM of every page is what the truth port says."""
    for name in ("package.json", "forum.mjs"):
        shutil.copy(EXAMPLES / name, tmp_path)
    given = os.environ.get("FORGEGEN_NODE_MODULES")
    if given:
        (tmp_path / "node_modules").symlink_to(given)
    else:
        npm = ["npm", "install", "--no-audit", "--no-fund", "--no-update-notifier", "--silent"]
        installed = subprocess.run(npm, cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert installed.returncode == 0, installed.stderr[-2000:]

    with ForumSite(5, boards=2, threads=6) as site:
        command = ["node", "forum.mjs", site.url, site.truth_url]
        environment = {**os.environ, "CHROMIUM": shutil.which("chromium") or ""}
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, env=environment)

    assert done.returncode == 0, done.stderr[-3000:]
    assert " pages, " in done.stdout
