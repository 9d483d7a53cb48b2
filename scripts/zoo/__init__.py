"""A zoo of odd and hostile files, generated in code, for tests and for ``scripts.bench_zoo``."""

from scripts.zoo.files import Expected, HostileFile, hostile_files
from scripts.zoo.pictures import encoded, oriented, scene

__all__ = ["Expected", "HostileFile", "encoded", "hostile_files", "oriented", "scene"]
