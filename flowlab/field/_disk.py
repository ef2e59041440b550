"""Old name of flowlab._disk, until every module imports that one."""

from flowlab._disk import FilePath, ensure_folder, open_to_read, write_atomically

made_folder = ensure_folder
__all__ = ["FilePath", "made_folder", "open_to_read", "write_atomically"]
