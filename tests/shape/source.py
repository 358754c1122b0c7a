"""The project's own files, and the modules in them."""

import ast
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("notifyadmin", "providers", "campaigns")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the product: its dotted name, its path below the root, and what it says."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


@lru_cache(maxsize=1)
def tracked() -> tuple[Path, ...]:
    """Every file under version control, below the root."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(path for path in map(Path, listed.stdout.splitlines()) if (ROOT / path).is_file())


@lru_cache(maxsize=1)
def modules() -> dict[str, Module]:
    """The product's modules by dotted name, without migrations."""
    paths = [path for path in tracked() if path.suffix == ".py" and path.parts[0] in APPS]
    return {one.name: one for one in map(_module, paths) if ".migrations" not in one.name}


def _module(path: Path) -> Module:
    text = (ROOT / path).read_text()
    parts = path.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, text, ast.parse(text))
