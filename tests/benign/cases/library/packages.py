"""What is installed: versions, entry points, files."""

import importlib.metadata
import pkgutil


def guest(box):
    return (
        importlib.metadata.version("pytest"),
        len(importlib.metadata.files("pytest")) > 10,
        any(point.name == "pytest" for point in importlib.metadata.entry_points(group="console_scripts")),
        "json" in {module.name for module in pkgutil.iter_modules()},
    )
