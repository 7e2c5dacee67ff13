#!/bin/sh
# Starts MariaDB as the Docker Official Image does, as far as manifests/samples/mariadb.yaml needs: arguments that begin
# with a dash are the server's; MARIADB_DATABASE, MARIADB_USER and MARIADB_PASSWORD name what shall be there. There is no
# root password to choose: root, and the user that the server runs as, come in by the socket alone.
#
# Any user that owns the volume will do, with a read-only root too; /run/mysqld and /tmp must be writable then.
set -eu

data=/var/lib/mysql
statements=/run/mysqld/init.sql

main() {
  case ${1:--} in -*) set -- mariadbd "$@" ;; esac
  if [ "$1" = mariadbd ]; then
    [ -d "$data/mysql" ] || initialise
    write_statements
    set -- "$@" --init-file="$statements"
  fi
  exec "$@"
}

initialise() {
  mariadb-install-db --datadir="$data" --skip-test-db --skip-name-resolve \
    --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" >&2
}

# At every start, since each of them may be repeated: a start that was cut short leaves nothing undone, and a new
# password counts from the next start on. The server wants one statement a line.
write_statements() {
  require_one_line "${MARIADB_DATABASE:-}" "${MARIADB_USER:-}" "${MARIADB_PASSWORD:-}"
  umask 077
  {
    if [ -n "${MARIADB_DATABASE:-}" ]; then
      statement "CREATE DATABASE IF NOT EXISTS $(name "$MARIADB_DATABASE")"
    fi
    if [ -n "${MARIADB_USER:-}" ]; then
      [ -n "${MARIADB_PASSWORD:-}" ] || fail "MARIADB_USER is set, MARIADB_PASSWORD is not."
      statement "CREATE USER IF NOT EXISTS $(text "$MARIADB_USER")@'%'"
      statement "ALTER USER $(text "$MARIADB_USER")@'%' IDENTIFIED BY $(text "$MARIADB_PASSWORD")"
      if [ -n "${MARIADB_DATABASE:-}" ]; then
        # In a grant, an underscore stands for any character.
        statement "GRANT ALL ON $(name "$MARIADB_DATABASE" | sed 's/_/\\_/g').* TO $(text "$MARIADB_USER")@'%'"
      fi
    fi
  } >"$statements"
}

# Not echo, which reads backslashes.
statement() { printf '%s;\n' "$1"; }

# shellcheck disable=SC2016  # MariaDB's quotes
name() { printf '`%s`' "$(printf %s "$1" | sed 's/`/``/g')"; }

text() { printf "'%s'" "$(printf %s "$1" | sed "s/['\\\\]/\\\\&/g")"; }

require_one_line() {
  for value in "$@"; do
    [ "$(printf %s "$value" | wc -l)" -eq 0 ] ||
      fail "MARIADB_DATABASE, MARIADB_USER and MARIADB_PASSWORD must be one line each."
  done
}

fail() {
  echo "error: $1" >&2
  exit 1
}

main "$@"
