#include "heat/config/database_tls.h"

#include "heat/config/ini.h"
#include "heat/names.h"

namespace heat {

// Not part of connection, which is in a Secret that changes under running pods: an engine keeps the authorities that it
// was made for, and reads them for each connection.
std::string database_conf() {
  IniWriter ini;
  ini.comment("Made by heat-operator. TLS to the database, for engines and heat-manage.");
  ini.section("database");
  // With authorities PyMySQL checks the server's certificate and, unless it is told otherwise, its name.
  ini.set("connection_parameters", "ssl_ca=" + std::string(config_directory) + "/" +
                                       std::string(database_authorities_file) + "&ssl_check_hostname=true");
  return ini.text();
}

std::string database_site() {
  return R"(# Made by heat-operator.
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
)";
}

}  // namespace heat
