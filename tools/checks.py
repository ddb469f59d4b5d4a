"""Everything that is checked without running the product; what `make check` and CI both do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tools.prepare import BUILD, ROOT, VENV, node_env

BIN = VENV / "bin"

#: What is checked -> the command that checks it, and exits with 0 when all is well; what takes longest first.
CHECKS: dict[str, list[str]] = {
    "types": [f"{BIN}/mypy"],
    "architecture and documents": [f"{BIN}/python", "-m", "pytest", "tests/architecture", "-n", "0"],
    "front end": ["npm", "run", "--silent", "check"],
    "format": [f"{BIN}/ruff", "format", "--check", "."],
    "lint": [f"{BIN}/ruff", "check", "."],
    "imports": [f"{BIN}/lint-imports"],
    "translations": [f"{BIN}/python", "-m", "tools.translations", "check"],
}


def passes(name: str, command: list[str]) -> bool:
    """Run one check; print one line when it passes, and all it said when it does not."""
    from_frontend = command[0] == "npm"
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT / "frontend" if from_frontend else ROOT,
        env={**os.environ, "GEWU_HOME": str(BUILD / "check"), **(node_env() if from_frontend else {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    word, said = ("FAILED", f"\n{done.stdout.strip()}\n\n") if done.returncode else ("ok", "")
    print(f"  {name:<28}{word:>7}{time.monotonic() - started:7.1f} s\n{said}", end="", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run every check, as many at a time as there are processors, also after one has failed."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(passes, CHECKS, CHECKS.values()))
    failed = [name for name, well in zip(CHECKS, passed, strict=True) if not well]
    print(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
