"""Django's own PostgreSQL backend, with the embedded server started before the first connection of a process."""

from pathlib import Path

from django.db.backends.postgresql import base

from uep.postgres.server import Server


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self):
        server = Server(Path(self.settings_dict["VAR_DIR"]))
        self.settings_dict |= {"HOST": server.HOST, "PORT": server.use(), "PASSWORD": server.password()}
        return super().get_connection_params()
