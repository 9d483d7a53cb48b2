"""Print the address of the package index that pip is configured with, for Poetry to use.

Poetry's own client wants an index with a JSON API, which mirrors often lack; its mirror plugin
takes any index that pip can use. Run by the Makefile with the interpreter Poetry is installed in,
so it needs nothing but pip.
"""

import ast
import re
import subprocess
import sys

# In pip's order of precedence.
SETTINGS = (":env:.index-url", "install.index-url", "global.index-url")


def configured_index(config_list: str, install_help: str) -> str:
    """Return the index named in pip's configuration, else pip's default.

    Args:
        config_list: output of ``pip config list``: lines such as ``global.index-url='…'``.
        install_help: output of ``pip install --help``, which states the default.

    Raises:
        LookupError: neither names an index.
    """
    settings = dict(line.split("=", 1) for line in config_list.splitlines() if "=" in line)
    for name in SETTINGS:
        if name in settings:
            return str(ast.literal_eval(settings[name]))
    default = re.search(r"--index-url\b.*?\(default\s+(\S+?)\)", install_help, re.DOTALL)
    if default is None:
        raise LookupError("pip names no package index; set PIP_INDEX_URL")
    return default.group(1)


def main() -> None:
    """Ask pip and print the address."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    config, usage = (
        subprocess.run([*pip, *arguments], check=True, capture_output=True, text=True).stdout  # noqa: S603
        for arguments in (["config", "list"], ["install", "--help"])
    )
    print(configured_index(config, usage))


if __name__ == "__main__":
    main()
