"""Scripts of others that stand in the repository: compare them with their packages, or renew them.

    python scripts/vendor.py            compares every file with the package of its version
    python scripts/vendor.py --write    writes files and hashes, for a new version in the manifest

Packages come from npm by `npm pack`: nothing of them runs.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "src" / "looplab" / "vendor" / "manifest.json"


def packed(name: str, folder: str) -> tarfile.TarFile:
    """The archive of one package, such as `temml@0.13.5`."""
    done = subprocess.run(
        ["npm", "pack", name, "--silent", "--pack-destination", folder],
        check=True,
        capture_output=True,
        text=True,
    )
    return tarfile.open(Path(folder, done.stdout.split()[-1]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write files and hashes")
    write = parser.parse_args().write
    records = json.loads(MANIFEST.read_text("utf-8"))
    different = 0
    for record in records:
        name = f"{record['package']}@{record['version']}"
        with tempfile.TemporaryDirectory() as folder, packed(name, folder) as archive:
            for file, entry in record["files"].items():
                if "from" not in entry:  # a licence's text that the package only names
                    continue
                data = archive.extractfile(f"package/{entry['from']}").read()
                digest = hashlib.sha256(data).hexdigest()
                same = digest == entry["sha256"]
                different += not same
                print(f"{name} {file}: {'the same' if same else 'DIFFERENT'}")
                if write:
                    (ROOT / record["folder"] / file).write_bytes(data)
                    entry["sha256"] = digest
    if write:
        MANIFEST.write_text(json.dumps(records, indent=1) + "\n", "utf-8")
    return 1 if different and not write else 0


if __name__ == "__main__":
    sys.exit(main())
