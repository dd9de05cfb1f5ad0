"""The course on a real web server, with the configuration that docs/hosting/ ships."""

import gzip
import re
import shutil
import socket
import subprocess
from contextlib import suppress
from http.client import HTTPConnection
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from browser import REPOSITORY, missing
from course_pages import looked_first, record_messages, wait_until_live
from playwright.sync_api import expect

from looplab.contents import CourseContents

SHIPPED = REPOSITORY / "docs" / "hosting"
NOTEBOOK = "05_fit_yourself"
# What Debian's own nginx.conf has around a server; here all of it lies in one folder.
AROUND = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    types {{ text/html html; application/pdf pdf; }}
    include {folder}/course.conf;
}}
"""


@pytest.fixture(scope="module")
def server(exported, tmp_path_factory):
    """The port of an nginx that serves a folder of pages; skips where there is none."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        missing("no nginx on this machine")
    folder = tmp_path_factory.mktemp("nginx")
    site = folder / "site"
    site.mkdir()
    shutil.copy(exported(NOTEBOOK), site)
    for name in (
        "index.html",
        f"{NOTEBOOK}.pdf",
        f"{NOTEBOOK}.answers.pdf",
        ".hidden",
        "class.csv",
    ):
        (site / name).write_text("<p>words</p>")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = (SHIPPED / "nginx.conf").read_text("utf-8")
    changed = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    changed = changed.replace("root /srv/course;", f"root {site};")
    assert changed.count(str(port)) == changed.count(str(site)) == 1
    (folder / "course.conf").write_text(changed, "utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), "utf-8")
    process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        until = monotonic() + 30
        while monotonic() < until and process.poll() is None:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            sleep(0.05)
        assert process.poll() is None, (folder / "log").read_text()
        yield port
    finally:
        process.terminate()
        process.wait(30)


def asked(port, path, method="GET", **headers):
    """Status, headers and content of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def test_a_page_comes_compressed_with_its_headers_and_only_once(server, exported):
    status, headers, content = asked(server, f"/{NOTEBOOK}.html", **{"Accept-Encoding": "gzip"})
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
    page = exported(NOTEBOOK).read_bytes()
    assert gzip.decompress(content) == page and len(content) < len(page) / 2
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self' https:"
    again = {"Accept-Encoding": "gzip", "If-None-Match": headers["ETag"]}
    status, _, content = asked(server, f"/{NOTEBOOK}.html", **again)
    assert (status, content) == (304, b"")


def test_only_reading_is_allowed_and_not_of_everything(server):
    assert asked(server, "/")[0] == asked(server, f"/{NOTEBOOK}.pdf")[0] == 200
    assert asked(server, "/index.html", "POST")[0] in (403, 405)
    for path in (f"/{NOTEBOOK}.answers.pdf", "/.hidden", "/class.csv", "/none.html"):
        assert asked(server, path)[0] == 404, path


def test_the_page_is_alive_there_and_asks_for_nothing_more(server, page_factory):
    page, messages, requests = page_factory(), [], []
    record_messages(page, messages)
    page.on("request", lambda request: requests.append(request.url))
    looked_first(page, NOTEBOOK)
    address = f"http://127.0.0.1:{server}/{NOTEBOOK}.html"
    page.goto(address)
    wait_until_live(page, NOTEBOOK)
    slider = page.locator("#one-record").locator("input[type=range]").first
    before = slider.input_value()
    slider.press("ArrowRight")
    expect(slider).not_to_have_js_property("value", before)
    assert requests == [address] and messages == []


# Of what the chart's own schema (jupyterhub/values.schema.yaml) allows, what is set, and its type.
CHART = {
    "singleuser.image.name": str,
    "singleuser.image.tag": str,
    "singleuser.memory.guarantee": str,
    "singleuser.memory.limit": str,
    "singleuser.cpu.guarantee": float,
    "singleuser.cpu.limit": int,
    "singleuser.storage.capacity": str,
    "singleuser.defaultUrl": str,
    "singleuser.extraFiles.course.mountPath": str,
    "singleuser.extraFiles.course.data": dict,
    "scheduling.userScheduler.enabled": bool,
    "cull.enabled": bool,
    "cull.timeout": int,
    "cull.every": int,
}


def test_the_hub_s_values_have_keys_and_types_that_the_chart_knows():
    def leaves(value, name=""):
        if not isinstance(value, dict) or name in CHART:
            return {name: type(value)}
        below = [leaves(each, f"{name}.{key}".lstrip(".")) for key, each in value.items()]
        return {key: kind for each in below for key, kind in each.items()}

    values = yaml.safe_load((SHIPPED / "zero-to-jupyterhub.yaml").read_text("utf-8"))
    assert leaves(values) == CHART


def test_the_link_for_students_has_the_parameters_that_nbgitpuller_documents():
    page = (REPOSITORY / "docs" / "hosting.md").read_text("utf-8")
    address = urlsplit(re.search(r"^https://HUB/\S+$", page, re.M)[0])
    assert address.path == "/hub/user-redirect/git-pull"
    # what follows `lab/tree/` begins with the folder that the repository is cloned into
    asked = parse_qs(address.query, strict_parsing=True)
    assert asked.keys() == {"repo", "branch", "urlpath"}
    opens = asked["urlpath"][0].removeprefix("lab/tree/FOLDER/")
    assert (REPOSITORY / opens).is_file()


def test_the_hub_s_values_name_a_module_that_is_there():
    values = yaml.safe_load((SHIPPED / "zero-to-jupyterhub.yaml").read_text("utf-8"))
    data = values["singleuser"]["extraFiles"]["course"]["data"]
    name = f"{CourseContents.__module__}.{CourseContents.__name__}"
    assert data["ServerApp"]["contents_manager_class"] == name
    page = (REPOSITORY / "docs" / "hosting.md").read_text("utf-8")
    assert name in page
    for file in re.findall(r"hosting/[\w.-]+", page):
        assert (REPOSITORY / "docs" / file).is_file(), file
