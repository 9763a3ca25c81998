"""The house's rules, held by reading the code: imports point down the floors, one place commits, one place locks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "shop"

FLOORS = {
    "kernel": -1,
    "people": 0, "ledger": 0, "messages": 0,
    "vendors": 1, "catalog": 1,
    "stock": 2, "pricing": 2,
    "carts": 3, "exhibitions": 3,
    "orders": 4,
    "payments": 5, "hall": 5,
    "settlements": 6,
    "reconciliation": 7,
    "impact": 8,
    "blueprints": 9, "cli": 9, "jobs": 9, "dev": 9,
}
NEIGHBOURS = {("catalog", "vendors"), ("hall", "payments"), ("blueprints", "jobs"), ("cli", "jobs"), ("cli", "dev")}
# The wiring of the app, which may see every room and is seen by none but through it.
WIRING = {"__init__", "extensions", "reference", "tables", "templating", "translating", "parts"}
SEEN_BY_ROOMS = {"extensions"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SHOP.rglob("*.py")):
        yield path.relative_to(SHOP).parts[0].removesuffix(".py"), path


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" if node.module == "shop" else node.module for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("shop.")}
    return rooms


@pytest.mark.parametrize("path", [pytest.param(p, id=str(p.relative_to(ROOT))) for room, p in modules() if room not in WIRING])
def test_imports_point_down_the_floors(path):
    room = path.relative_to(SHOP).parts[0]
    for other in imported_rooms(path) - {room} - SEEN_BY_ROOMS:
        if other in WIRING:
            assert FLOORS[room] == 9, f"{path.name} imports the wiring ({other})"
            continue
        down = FLOORS[other] < FLOORS[room]
        assert down or (room, other) in NEIGHBOURS, f"{room} (floor {FLOORS[room]}) imports {other} (floor {FLOORS[other]})"


def calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node.lineno


# Stores of their own beside the shop's database: the card provider's stand-in keeps a file, the attempt counter is a library's.
OWN_STORES = {SHOP / "dev" / "stripe_double"}


def test_only_the_database_module_commits():
    for _, path in modules():
        if path == SHOP / "kernel" / "db.py" or any(store in path.parents for store in OWN_STORES):
            continue
        found = [line for name, line in calls(path) if name == "commit"]
        assert not found, f"{path} commits in line {found}"


def test_only_the_locks_module_locks():
    for _, path in modules():
        if path != SHOP / "kernel" / "locks.py":
            found = [line for name, line in calls(path) if name == "with_for_update"]
            assert not found, f"{path} locks in line {found}"
            assert "FOR UPDATE" not in path.read_text(), f"{path} says FOR UPDATE"


def test_no_float_and_no_decimal_in_rooms_of_money():
    for room, path in modules():
        if room not in ("ledger", "pricing", "orders", "payments", "settlements"):
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            divides = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _joins_paths(path)
            assert not divides, f"{path}:{node.lineno} divides with /"
            assert not (isinstance(node, ast.Name) and node.id in ("float", "Decimal")), f"{path}:{node.lineno} uses {node.id}"


def _joins_paths(path: Path) -> bool:
    return "from pathlib import" in path.read_text()


def test_use_cases_read_no_clock_and_no_environment():
    for room, path in modules():
        if FLOORS.get(room, 9) == 9 or room == "kernel":
            continue
        text = path.read_text()
        for word in ("clock.now(", "datetime.now(", "os.environ", "date.today("):
            assert word not in text, f"{path} says {word}"


def test_every_module_opens_with_a_docstring():
    texts = {path: path.read_text() for _, path in modules()}
    missing = [str(path) for path, text in texts.items() if text.strip() and ast.get_docstring(ast.parse(text)) is None]
    assert not missing


def test_templates_hold_no_inline_script_style_or_event_handler():
    for path in (SHOP / "templates").rglob("*.html"):
        text = path.read_text()
        for bad in (" style=", "<style", "javascript:", " onclick=", " onchange=", " onsubmit=", "hx-on", "|safe"):
            assert bad not in text, f"{path} has {bad}"
        for piece in text.split("<script")[1:]:
            head = piece.split(">", 1)[0]
            assert "src=" in head or "application/ld+json" in head, f"{path} has an inline script"
