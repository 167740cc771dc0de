"""The row door: ``register(spark)``, then ``spark.read.format("forgegen").option("threads", 1000).load()``."""

from __future__ import annotations

from typing import Any


def register(spark: Any) -> None:
    """Make the format ``forgegen`` known to a Spark session (4.1 or later). Raises: MissingExtra.

    Its options are those of ``forgegen.corpus.executors.spark_executor.OPTIONS``; docs/executors.md has them all.
    """
    from forgegen.corpus.executors.spark_executor import ForumSource

    spark.dataSource.register(ForumSource)
