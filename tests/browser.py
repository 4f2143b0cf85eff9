"""A page in a real browser, without network: what a script that is added to it saw."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from confined import hashed
from patience import HUNG

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
CLOSED = [
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--no-sandbox",
]


def allowed(html: str, *probes: str) -> str:
    """The page with leave for the scripts of the probes."""
    scripts = re.findall(r"<script>(.*?)</script>", "".join(probes), re.S)
    return html.replace("script-src", f"script-src {' '.join(map(hashed, scripts))}")


def probed(path: Path, probe: str, width: int = 1280) -> tuple[Any, str]:
    """What a probe saw in the page, and what the browser said; the page stays as it is."""
    html = path.read_text(encoding="utf-8").replace("</body>", probe)
    path = path.with_name("probed.html")
    path.write_text(html, encoding="utf-8")
    command = [str(CHROMIUM), "--headless", "--disable-gpu", *CLOSED, f"--window-size={width},900"]
    command += ["--enable-logging=stderr", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HUNG, check=True)
    found = re.search(r'<pre id="seen">(.*?)</pre>', done.stdout, re.S)
    assert found, "the probe did not end"
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return json.loads(text), done.stderr
