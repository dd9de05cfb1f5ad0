"""What a wheel holds besides the packages: the course itself (`looplab.bundled`)."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Handout(BuildHookInterface):
    def initialize(self, version, build_data):
        # An editable install works on the clone itself.
        if version != "standard":
            return
        root = Path(self.root)
        notebooks = root.glob("notebooks/[0-9][0-9]_*.ipynb")
        assets = (path for path in root.glob("assets/**/*") if path.is_file())
        for path in [*notebooks, *assets, *root.glob("LICENSE*")]:
            inside = Path("breaking_the_loop", "bundled", path.relative_to(root))
            build_data["force_include"][str(path)] = inside.as_posix()
