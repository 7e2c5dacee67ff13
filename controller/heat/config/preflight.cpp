#include "heat/config/preflight.h"

#include <sstream>

#include "heat/names.h"
#include "heat/release.h"
#include "json/json.h"

namespace heat {
namespace {

// No signal ends a process with a code as high, and Python with none of these. The first is for a Heat that this
// operator does not know, the others are it and Heat's major version.
constexpr int unknown_heat_code = 200;

constexpr std::string_view script = R"python(# Made by heat-operator.
import json
import os
import sys

from oslo_config import cfg

settings, command = json.loads(sys.argv[1]), sys.argv[2:]
rows_tried = 20  # of each table, the newest


def refuse(message, code=1):
    print("refused: " + message, file=sys.stderr, flush=True)
    sys.exit(code)


# Before anything is touched: what comes next are new engines in the place of the old ones.
def check_release():
    import importlib.metadata

    try:
        version = importlib.metadata.version("openstack-heat")
    except importlib.metadata.PackageNotFoundError:
        print("release: the image does not tell which Heat it has")
        return
    print("release: Heat " + version)
    major = version.split(".")[0]
    if major != str(settings["heat"]):
        known = major.isdigit() and settings["oldest"] <= int(major) <= settings["newest"]
        refuse("the image has Heat %s, and spec.release is one with Heat %d: let spec.release and spec.images.heat name "
               "the same release" % (version, settings["heat"]), settings["code"] + (int(major) if known else 0))


def database():
    import sqlalchemy
    from oslo_db import options
    from oslo_db.sqlalchemy import enginefacade

    cfg.CONF.register_opts(options.database_opts, "database")
    try:
        return enginefacade.writer.get_engine()
    except sqlalchemy.exc.NoSuchModuleError as error:
        refuse("the connection to the database names what this image does not have (%s): leave it out of the connection, "
               "as the &plugin=dbcounter that devstack writes there" % error)


def check_key(connection):
    import sqlalchemy
    from heat.common import crypt  # and with it the option

    key = cfg.CONF.auth_encryption_key
    there = sqlalchemy.inspect(connection).get_table_names()
    values = []
    if "user_creds" in there:
        for row in connection.execute(sqlalchemy.text(
                "SELECT decrypt_method, trust_id, password FROM user_creds WHERE decrypt_method IS NOT NULL "
                "ORDER BY id DESC LIMIT %d" % rows_tried)):
            values.append((row[0], row[1] or row[2]))
    if "resource_data" in there:
        for row in connection.execute(sqlalchemy.text(
                "SELECT decrypt_method, value FROM resource_data WHERE redact AND decrypt_method IS NOT NULL "
                "ORDER BY id DESC LIMIT %d" % rows_tried)):
            values.append((row[0], row[1]))
    values = [(method, value) for method, value in values if value]

    def readable(method, value):
        try:
            crypt.decrypt(method, value, key)
            return True
        except Exception:
            return False

    read = sum(readable(method, value) for method, value in values)
    print("encryption key: reads %d of %d values that were tried" % (read, len(values)))
    if values and not read:
        refuse("the database holds values that this encryption key does not read. Give the key of the Heat that this "
               "database belongs to: name its Secret in spec.encryptionKey.secretName, or restore the old one")


def check_broker():
    import socket
    import ssl

    import amqp
    import oslo_messaging

    hosts = oslo_messaging.TransportURL.parse(cfg.CONF)  # of transport_url, whose option comes with it
    for host in hosts.hosts:
        tls = False
        if settings.get("authorities"):
            tls = {"ca_certs": settings["authorities"], "cert_reqs": ssl.CERT_REQUIRED, "server_hostname": host.hostname}
        name = "[%s]" % host.hostname if ":" in host.hostname else host.hostname
        place = "%s:%d" % (name, host.port or 5672)
        connection = amqp.Connection(
            place, userid=host.username, password=host.password, virtual_host=hosts.virtual_host or "/",
            login_method="PLAIN", ssl=tls, connect_timeout=10, read_timeout=10, write_timeout=10)
        try:
            connection.connect()
        except (amqp.AccessRefused, amqp.NotAllowed) as error:
            refuse("the broker at %s does not let %s in (%s): mend the Secret of its credentials, or the user or "
                   "virtual host there" % (place, host.username, error.reply_text))
        except (OSError, socket.timeout, amqp.AMQPError) as error:
            print("broker %s: does not answer (%s)" % (place, error))
            continue
        for queue in ("engine", "heat-engine-listener", "engine_worker"):
            check_queue(connection, place, queue)
        print("broker %s: fits" % place)
        connection.close()
        return


# Declared as Heat would: the broker refuses what is not equal. Only where it is there, so that none is made.
def check_queue(connection, place, queue):
    import amqp

    quorum = settings["queueType"] == "quorum"
    try:
        connection.channel().queue_declare(queue, passive=True)
    except amqp.NotFound:
        return
    except amqp.AMQPError as error:
        print("broker %s: queue %s cannot be looked at (%s)" % (place, queue, error))
        return
    try:
        connection.channel().queue_declare(
            queue, durable=quorum, auto_delete=False, arguments={"x-queue-type": "quorum"} if quorum else None)
    except amqp.PreconditionFailed as error:
        if "'durable'" in error.reply_text or "'x-queue-type'" in error.reply_text:
            refuse("the broker at %s has queue %s with another type: set spec.broker.queueType to %s, as the Heat "
                   "that runs there has it" % (place, queue, "classic" if quorum else "quorum"))


def main():
    check_release()
    files = [command[i + 1] for i, word in enumerate(command) if word == "--config-file"]
    cfg.CONF([word for file in files for word in ("--config-file", file)], project="heat")
    with database().connect() as connection:
        check_key(connection)
    check_broker()
    sys.stdout.flush()
    os.execvp(command[0], command)


main()
)python";

}  // namespace

std::string_view preflight_script() { return script; }

std::string preflight_settings(const Spec& spec) {
  json::Value settings = json::object({{"queueType", spec.broker.queue_type},
                                       {"heat", heat_version(spec.release)},
                                       {"oldest", oldest_heat},
                                       {"newest", newest_heat},
                                       {"code", unknown_heat_code}});
  const ExternalBroker* external = spec.broker.external();
  if (external != nullptr && !external->ca_secret.empty()) {
    settings["authorities"] = std::string(config_directory) + "/" + std::string(broker_authorities_file);
  }
  return settings.dump();
}

std::vector<int> release_refusals() {
  std::vector<int> codes{unknown_heat_code};
  for (int heat = oldest_heat; heat <= newest_heat; ++heat) codes.push_back(unknown_heat_code + heat);
  return codes;
}

std::string release_refusal(int code) {
  if (code == unknown_heat_code) return "has a Heat that this operator does not know";
  const int heat = code - unknown_heat_code;
  std::istringstream known{std::string(releases)};
  for (std::string release; known >> release;) {
    if (heat_version(release) == heat) return "has Heat " + std::to_string(heat) + ", which is " + release;
  }
  return {};
}

}  // namespace heat
