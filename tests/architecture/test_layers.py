"""Who may know whom."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from providers import registry

PROJECT = Path(__file__).resolve().parents[2]
SHOWN = {".py", ".html", ".js", ".css"}


def source_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [path for path in map(Path, listed) if path.suffix in SHOWN and (PROJECT / path).is_file()]


def vendor_names() -> set[str]:
    return {gateway.slug for gateway in registry.all_gateways()}


def may_name(path: Path) -> set[str]:
    """The vendors that *path* may name: a package and its mirrored tests name their own, the platform all its brands."""
    parts = path.parts
    if "gateways" in parts:
        owner = parts[parts.index("gateways") + 1]
        return {owner} & vendor_names()
    return set()


def test_a_vendor_is_named_only_in_its_own_folder_and_tests() -> None:
    pattern = re.compile("|".join(sorted(vendor_names())) + "|互亿无线", re.IGNORECASE)
    found = []
    for path in source_files():
        if "migrations" in path.parts:
            continue
        for number, line in enumerate((PROJECT / path).read_text(encoding="utf-8").splitlines(), 1):
            for name in pattern.findall(line):
                known = "ihuyi" if name == "互亿无线" else name.lower()
                if known not in may_name(path) and path != Path("tests/architecture/test_layers.py"):
                    found.append(f"{path}:{number} names {name}")
    assert found == []


def test_gateways_and_the_contract_do_not_load_django() -> None:
    names = [f"providers.gateways.{name}" for name in sorted(vendor_names())]
    code = f"import sys, importlib; [importlib.import_module(n) for n in {names!r}]; print('django' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"


@pytest.mark.parametrize("slug", sorted(vendor_names()))
def test_the_sandbox_of_a_gateway_is_written_apart_from_its_client(slug: str) -> None:
    code = (
        f"import sys, providers.gateways.{slug}.sandbox as s;"
        "print([n for n in sys.modules if n.startswith('providers.gateways.')])"
    )
    # Importing the package itself runs its __init__, so only what the sandbox modules name counts.
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
    own = [
        *(PROJECT / "providers/gateways" / slug).glob("sandbox*.py"),
        *(PROJECT / "providers/gateways/_platform").glob("sandbox*.py"),
    ]
    imports = re.compile(r"^\s*from\s+(\.+\w*|providers\.gateways[\w.]*)\s+import\s+(.+)$", re.MULTILINE)
    for path in own:
        for module, names in imports.findall(path.read_text(encoding="utf-8")):
            last = module.rsplit(".", 1)[-1] or names
            assert last.startswith("sandbox"), f"{path.name} imports {names} from {module}"


def test_adding_a_provider_is_adding_one_folder(tmp_path: Path) -> None:
    """A copy of a brand's folder under another name is found, served by the sandbox and open at the push door."""
    import shutil

    package = PROJECT / "providers" / "gateways"
    brand = next(
        folder
        for folder in sorted(package.iterdir())
        if folder.name in vendor_names() and len(list(folder.glob("*.py"))) == 2
    )
    copy = tmp_path / "providers"
    shutil.copytree(PROJECT / "providers", copy, ignore=shutil.ignore_patterns("__pycache__"))
    new = copy / "gateways" / "newbrand"
    shutil.copytree(brand, new, ignore=shutil.ignore_patterns("__pycache__"))
    for path in new.glob("*.py"):
        path.write_text(path.read_text(encoding="utf-8").replace(brand.name, "newbrand"), encoding="utf-8")
    code = (
        "from providers import registry; from providers.sandbox.mounts import rehearsals;"
        "g = registry.get('newbrand'); r = rehearsals()['newbrand'];"
        "print(bool(g.doors), bool(g.credentials), r.base_path)"
    )
    seen = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert seen.stdout.split() == ["True", "True", f"/newbrand{_suffix(brand.name)}"], seen.stderr


def _suffix(slug: str) -> str:
    from providers.sandbox.mounts import rehearsals

    return rehearsals()[slug].base_path.removeprefix(f"/{slug}")
