"""Everything that is checked without running the product; what `make check` and CI both do."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools.prepare import BUILD, ROOT, VENV, node_env

BIN = VENV / "bin"

#: What is checked -> the command that checks it, and exits with 0 when all is well.
CHECKS: dict[str, list[str]] = {
    "format": [f"{BIN}/ruff", "format", "--check", "."],
    "lint": [f"{BIN}/ruff", "check", "."],
    "types": [f"{BIN}/mypy"],
    "imports": [f"{BIN}/lint-imports"],
    "translations": [f"{BIN}/python", "-m", "tools.translations", "check"],
    "architecture and documents": [f"{BIN}/python", "-m", "pytest", "tests/architecture", "-n", "0"],
    "front end": ["npm", "run", "--silent", "check"],
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
    word = "FAILED" if done.returncode else "ok"
    print(f"  {name:<28}{word:>7}{time.monotonic() - started:7.1f} s", flush=True)
    if done.returncode:
        print("\n" + done.stdout.strip() + "\n", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run every check, also after one has failed."""
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    print(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
