"""The web process of `gewu serve` without the process that carries out deliveries beside it."""

from __future__ import annotations

from gewu.cli.serving import _in_worker, _load_once, _web


def main() -> None:
    """Serve until SIGTERM, exactly as `gewu serve` does."""
    _load_once()
    _web().serve(target_loader=_in_worker)


if __name__ == "__main__":
    main()
