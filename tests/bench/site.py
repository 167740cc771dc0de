"""Load on the site: thread pages a second of one process on one core, errors, memory. Needs wrk.

``python -m tests.bench.site [--seconds 60] [--connections 64] [--skin reference] [--json]``

``hot`` asks for the same 200 threads again and again (finished answers are kept ready), ``cold`` never for a thread
twice (each is generated and rendered). Where the machine is busy, pages a CPU second say what the wall clock cannot.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from forgegen.skins.loading import load_skin

_THREADS = 10**9
_TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run both loads and print what they gave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--skin", default="reference")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing (apt install wrk)")
    results = [_load(name, options) for name in ("hot", "cold")]
    if options.json:
        print(json.dumps(results))
        return
    for r in results:
        print(
            f"{r['load']:4}  {r['pages_s']:8.0f} pages/s  {r['pages_cpu_s']:8.0f} pages/CPU s  {r['errors']} errors  "
            f"p99 {r['p99']}  RSS {r['rss_before_mb']:.0f} -> {r['rss_middle_mb']:.0f} -> {r['rss_after_mb']:.0f} MB"
        )


def _load(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """One load on a fresh server, after a short one to warm it."""
    command = [sys.executable, "-m", "forgegen", "serve", "--port", "0", "--threads", str(_THREADS)]
    one_core = ["taskset", "-c", "0"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    with subprocess.Popen([*one_core, *command, "--skin", options.skin], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        line = server.stdout.readline().decode()
        url = re.findall(r"url=(\S+)", line)[0]
        try:
            _wrk(url, name, 3, options, offset=0)
            before, began = _rss(server.pid), _cpu(server.pid)
            first = _wrk(url, name, max(1, options.seconds // 2), options, offset=10**6)
            middle = _rss(server.pid)
            second = _wrk(url, name, max(1, options.seconds - options.seconds // 2), options, offset=10**8)
            used, after = _cpu(server.pid) - began, _rss(server.pid)
        finally:
            server.terminate()
    pages = first["pages"] + second["pages"]
    return {
        "load": name, "pages_s": pages / (first["seconds"] + second["seconds"]), "pages_cpu_s": pages / used,
        "errors": first["errors"] + second["errors"], "p99": second["p99"], "connections": options.connections,
        "rss_before_mb": before, "rss_middle_mb": middle, "rss_after_mb": after,
    }  # fmt: skip


def _wrk(url: str, name: str, seconds: int, options: argparse.Namespace, *, offset: int) -> dict[str, Any]:
    """What wrk says; threads of ``cold`` begin behind the offset."""
    form = load_skin(options.skin).urls.thread
    path = re.sub(r"\{(\w+)\}", lambda m: {"id": "%d", "board": "2"}.get(m[1], "thread"), form)
    number = "n % 200" if name == "hot" else f"n + {offset}"
    script = (
        f"local n = 0\nrequest = function()\n  n = n + 1\n"
        f'  return wrk.format("GET", string.format("{path}", 10000000 + {number}))\nend\n'
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "load.lua"
        file.write_text(script)
        command = ["wrk", "-t1", f"-c{options.connections}", f"-d{seconds}s", "--latency", "-s", str(file), url]
        began = time.perf_counter()
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout) (\d+)", text)))
    errors += sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", text)))
    return {
        "pages": int(re.findall(r"(\d+) requests in", text)[0]), "seconds": time.perf_counter() - began,
        "errors": errors, "p99": re.findall(r"99%\s+(\S+)", text)[0],
    }  # fmt: skip


def _rss(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


if __name__ == "__main__":
    main()
