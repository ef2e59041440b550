"""The package's long description: README.md, whose links into the repository become addresses."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(!?)(\[[^\]]*\]\()(?![a-z]+:|#)")  # of a picture or a page, unless it is an address already


class CustomMetadataHook(MetadataHookInterface):
    """A page of an index lies beside no files of the repository: there, a relative link leads nowhere."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the readme."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        address = metadata["urls"]["Repository"]
        text = LINK.sub(lambda link: f"{link[0]}{address}/{'raw' if link[1] else 'blob'}/main/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
