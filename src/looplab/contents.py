"""The server's half of a calm notebook: what JupyterLab is given on opening, and keeps on saving.

`looplab open` puts `CourseContents` in the place of Jupyter's own contents manager. It changes no
file on opening one, and of a notebook it saves all that the reader sees.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from looplab import saved

KERNEL = "python3"


class CourseContents(AsyncLargeFileManager):
    """Notebooks whose saved widgets are alive on opening, and not marked as changed by it."""

    async def get(self, path, content=True, *args, **options):
        model = await super().get(path, content, *args, **options)
        if content and model["type"] == "notebook":
            saved.keep(model["content"])
            saved.fall_back(model["content"])
            self._name_the_kernel(model["content"]["metadata"])
        return model

    async def save(self, model, path=""):
        if model.get("type") == "notebook" and model.get("content"):
            earlier = self._on_disk(path)
            saved.keep(model["content"], earlier)
            _forget_the_kernel(model["content"]["metadata"], earlier.get("metadata", {}))
        return await super().save(model, path)

    def _name_the_kernel(self, metadata):
        """Write down what JupyterLab would: else it does once the kernel answers, as a change."""
        if metadata.get("kernelspec", {}).get("name") != KERNEL:
            return
        with suppress(NoSuchKernel):
            spec = KernelSpecManager(parent=self).get_kernel_spec(KERNEL)
            about = {"name": KERNEL, "display_name": spec.display_name, "language": spec.language}
            metadata.update(kernelspec=about, language_info=dict(IPythonKernel.language_info))

    def _on_disk(self, path):
        with suppress(OSError, ValueError):
            return json.loads(Path(self._get_os_path(path.strip("/"))).read_text(encoding="utf-8"))
        return {}


def _forget_the_kernel(metadata, earlier):
    """Keep what the file said of its kernel: this machine's version and names are no one's news."""
    for key in ("kernelspec", "language_info"):
        now, before = metadata.get(key, {}), earlier.get(key)
        if before and now.get("name") == before.get("name"):
            metadata[key] = before
    metadata.get("language_info", {}).pop("version", None)
