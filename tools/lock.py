"""Write the locked requirements: every version with the hashes of its files, and no address."""

from __future__ import annotations

import subprocess
import sys

from tools.prepare import LOCKS, ROOT, UV

#: Lock file -> what it is made from. The others are bound by run, so that dev is run and more.
LOCKED = {
    "uv.txt": ["requirements/uv.in"],
    "run.txt": ["pyproject.toml", "requirements/run.in"],
    "train.txt": ["pyproject.toml", "requirements/run.in", "requirements/train.in"],
    "dev.txt": ["pyproject.toml", "requirements/dev.in"],
    "node.txt": ["requirements/node.in"],
}


def compile_lock(name: str, sources: list[str], upgrade: bool) -> None:
    """One lock file; versions already chosen stay unless they are to be upgraded or no longer fit."""
    subprocess.run(
        [
            UV,
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-emit-find-links",
            "--no-header",
            "--output-file",
            LOCKS / name,
            *(["--upgrade"] if upgrade else []),
            *sources,
        ],
        cwd=ROOT,
        check=True,
    )


def main(arguments: list[str]) -> int:
    """Write all locks; ``--upgrade`` takes the newest versions that are allowed."""
    for name, sources in LOCKED.items():
        compile_lock(name, sources, upgrade="--upgrade" in arguments)
        print(f"  requirements/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
