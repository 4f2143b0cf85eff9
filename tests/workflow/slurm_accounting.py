"""A SLURM of one node with accounting: slurmdbd on a MariaDB of its own.

Debian's packages slurmdbd and mariadb-server, beside those of `slurm`.
"""

import subprocess
import time

from patience import HUNG
from workflow import slurm

PROGRAMS = ("slurmdbd", "mariadbd", "mariadb-install-db", "sacctmgr", "sacct")
CONF = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost=localhost
DbdPort={port}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={storage}
StorageUser=slurm
StoragePass=slurm
StorageLoc=accounts
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
"""


def lacking():
    """What this machine lacks for it; empty when nothing."""
    names = [name for name in PROGRAMS if not slurm.found(name)]
    return slurm.lacking() or ", ".join(names)


class AccountingCluster(slurm.Cluster):
    """One node with accounting; root has the account `trials`."""

    def __init__(self, folder, **more):
        self.port = slurm.free_port()
        super().__init__(
            folder,
            AccountingStorageType="accounting_storage/slurmdbd",
            AccountingStorageHost="localhost",
            AccountingStoragePort=self.port,
            AccountingStoragePass=f"{folder}/munge.socket",
            **more,
        )

    def prepare(self):
        """Start the database and its daemon, and enter the account."""
        data, storage = self.folder / "database", slurm.free_port()
        made = ["--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"]
        subprocess.run(
            [slurm.found("mariadb-install-db"), "--no-defaults", f"--datadir={data}", *made],
            check=True, capture_output=True,
        )  # fmt: skip
        self.start(
            "mariadbd", "--no-defaults", f"--datadir={data}", f"--port={storage}", "--user=root",
            f"--socket={self.folder}/database.socket", "--bind-address=127.0.0.1",
            "--skip-grant-tables",
        )  # fmt: skip
        conf = self.folder / "slurmdbd.conf"
        conf.write_text(
            CONF.format(folder=self.folder, port=self.port, storage=storage), encoding="utf-8"
        )
        conf.chmod(0o600)
        time.sleep(3)
        self.start("slurmdbd", "-D")
        end = time.monotonic() + HUNG
        while not self.client("sacctmgr", "-n", "list", "cluster"):
            if time.monotonic() > end:
                raise RuntimeError((self.folder / "slurmdbd.log").read_text("utf-8")[-3000:])
            self.client("sacctmgr", "-i", "add", "cluster", "one")
            time.sleep(0.5)
        self.client("sacctmgr", "-i", "add", "account", "trials")
        self.client("sacctmgr", "-i", "add", "user", "root", "account=trials")
