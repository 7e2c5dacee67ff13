# Made by heat-operator.
"""TLS to the database, or no connection.

PyMySQL before 1.2 goes on in the clear where the server offers no TLS, whatever it was told, and whoever is on the way
can take the offer away. So the offer is looked at before anything is sent.
"""
import importlib.abc
import importlib.util
import sys


def require_tls(connections):
    read = connections.Connection._get_server_information

    def read_and_require(self):
        read(self)
        if not self.ssl or not self.server_capabilities & connections.CLIENT.SSL:
            raise connections.err.OperationalError(
                2026, "spec.database.tls is set, but the server offers no TLS")

    connections.Connection._get_server_information = read_and_require


class Finder(importlib.abc.MetaPathFinder):
    """Finds PyMySQL's module when it is imported, once, and changes it."""

    def find_spec(self, name, path=None, target=None):
        if name != "pymysql.connections":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_change(module):
            execute(module)
            require_tls(module)

        spec.loader.exec_module = execute_and_change
        return spec


sys.meta_path.insert(0, Finder())
