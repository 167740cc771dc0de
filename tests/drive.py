"""``python -m tests.drive OUT SHARDS ENGINE WORKERS DAWDLE``: a driver that a test may kill."""

from __future__ import annotations

import faulthandler
import sys
from pathlib import Path

from forgegen.corpus.engines.protocol import make_engine
from tests.standin import prepared

if __name__ == "__main__":
    faulthandler.dump_traceback_later(50)  # before the test gives up: where it hangs
    out, shards, engine, workers, dawdle = sys.argv[1:]
    task = prepared(Path(out), size=1, dawdle=float(dawdle))
    for _ in make_engine(engine, workers=int(workers)).run(task, range(int(shards))):
        pass
