"""A program of its own: is an office document an honest one, before an office program sees it?

Its parts unpack to a bounded size, none needs a password, and no XML in it declares an entity, by which
files and addresses would be read, or few letters become millions.
"""

from collections.abc import Mapping
from typing import BinaryIO

from collab.files.reading import program
from collab.files.reading.collected import Collected
from collab.files.reading.office import MANIFEST, Manifest
from collab.files.reading.packages import Package

MARKED = r".+\.(xml|rels|vml)"
#: What says that nothing was found.
HONEST = "honest"


class Silent:
    """Hears what stands in a part, for the sake of what the parser refuses."""

    def begin(self, _name: str, _attributes: Mapping[str, str]) -> None: ...

    def end(self, _name: str) -> None: ...

    def words(self, _words: str) -> None: ...


def read(file: BinaryIO, found: Collected) -> None:
    """Say HONEST. Raises Unreadable, or whatever a broken zip or broken XML raises."""
    package = Package(file)
    manifest = Manifest()
    package.read(MANIFEST, manifest)
    manifest.require_none()
    package.check()
    for name in package.named(MARKED):
        package.read(name, Silent())
    found.add(HONEST)


if __name__ == "__main__":
    program.run(read)
