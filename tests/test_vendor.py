"""Scripts of others: what is in the repository is what the manifest says, and all of it."""

import hashlib
import json

from browser import REPOSITORY

RECORDS = json.loads(
    (REPOSITORY / "src" / "looplab" / "vendor" / "manifest.json").read_text("utf-8")
)
OURS = {"README.md", "manifest.json"}


def test_every_vendored_file_has_the_hash_of_the_manifest():
    for record in RECORDS:
        for name, entry in record["files"].items():
            data = (REPOSITORY / record["folder"] / name).read_bytes()
            assert hashlib.sha256(data).hexdigest() == entry["sha256"], f"{record['folder']}/{name}"


def test_no_file_stands_among_them_that_the_manifest_does_not_name():
    listed = {REPOSITORY / each["folder"] / name for each in RECORDS for name in each["files"]}
    folders = (REPOSITORY / "src" / "looplab" / "vendor", REPOSITORY / "tests" / "vendor")
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert {path for path in found if path.name not in OURS} == listed


def test_the_text_beside_each_script_names_its_version_and_licence():
    for record in RECORDS:
        text = (REPOSITORY / record["folder"] / "README.md").read_text("utf-8")
        assert f"{record['version']} ({record['licence']} licence)" in text
        assert record["licence"] in (REPOSITORY / record["folder"] / "LICENSE").read_text("utf-8")
