"""Writes what was found as one table."""

from typing import Any

HEAD = ("", "CPU ms", "server", "database", "× bare", "req/s at 1", "at 8", "p95 ms at 1", "at 8", "SQL", "writes", "bytes")
WIDTHS = (26, 9, 9, 9, 8, 11, 9, 12, 9, 6, 7, 9)


def table(found: dict[str, Any]) -> str:
    """The whole result for a terminal."""
    what = f"{found['products']:,} products, gunicorn with 2 workers, loaded by {found['client']}; CPU at 8 clients"
    lines = ["", what, _line(HEAD)]
    lines += [_line(_cells(name, row)) for name, row in found["bare"].items()]
    for kind, part in found["databases"].items():
        lines += ["", kind]
        for rows in (part.get("pages", {}), part.get("orders", {})):
            lines += [_line(_cells(name, row)) for name, row in rows.items()]
        if "pss_mib" in part:
            mapped = f", of it {part['pss_database_file_mib']} the mapped database file" if part["pss_database_file_mib"] else ""
            lines.append(f"  memory of the server (PSS, all its processes): {part['pss_mib']} MiB{mapped}")
        if "scale" in part:
            sizes = ", ".join(f"{int(size):,}: {row['cpu_ms']} ms" for size, row in part["scale"]["category"].items())
            lines.append(f"  category by size of the catalogue: {sizes} (× {part['scale']['ratio']})")
    return "\n".join(lines)


def _cells(name: str, row: dict[str, Any]) -> tuple[Any, ...]:
    failed = f" ({row['failed']} failed)" if row.get("failed") else ""
    keys = ("cpu_ms", "server_cpu_ms", "database_cpu_ms", "ratio", "per_second_1", "per_second_8", "p95_ms_1", "p95_ms_8",
            "queries", "writes", "bytes")
    return (name + failed, *(row.get(key) for key in keys))


def _line(cells: tuple[Any, ...]) -> str:
    texts = ["–" if cell is None else f"{cell:,}" if isinstance(cell, int | float) else cell for cell in cells]
    numbers = "".join(text.rjust(width) for text, width in zip(texts[1:], WIDTHS[1:], strict=True))
    return f"  {texts[0].ljust(WIDTHS[0])}{numbers}"
