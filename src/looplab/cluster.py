"""Work shared out over processes, on this machine or on a dask cluster."""

from __future__ import annotations

from contextlib import contextmanager

from looplab.errors import ModelError


@contextmanager
def client(scheduler: str | None, workers: int | None, what: str, instead: str):
    """A dask client: of the scheduler at the address `scheduler`, or else of `workers` processes
    here (by default one a core).

    Raises `ModelError` where dask.distributed (the dependency group `sweep`) is missing: `what`
    needs it, and `instead` says what can be done without.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ModelError(
            f"{what} needs dask.distributed, which is not installed: run `uv sync --group sweep` "
            f"(or `pip install distributed`), or {instead}."
        ) from None
    if scheduler is not None:
        try:
            remote = Client(scheduler, timeout="20s")
        except (OSError, ValueError) as error:
            raise ModelError(
                f"no dask scheduler answers at {scheduler!r} ({error}): give an address such as "
                "tcp://127.0.0.1:8786."
            ) from None
        with remote:
            yield remote
        return
    # No dashboard: this opens no page and no port beyond this machine.
    local = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    with local as cluster, Client(cluster) as here:
        yield here
