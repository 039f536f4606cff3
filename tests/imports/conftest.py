"""Small trees for the readers."""

from collections.abc import Callable
from pathlib import Path

import pytest

Plant = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Write files by their paths; answers with the folder."""

    def write(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "tree"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write
