#!/bin/sh
# The two questions of the Docker Official Image's healthcheck.sh that manifests/samples/mariadb.yaml asks.
set -eu

[ $# -gt 0 ] || { echo "usage: healthcheck.sh [--connect] [--innodb_initialized]" >&2 && exit 2; }

for question in "$@"; do
  case $question in
    --connect)
      # By TCP, as whom the server was started for.
      MYSQL_PWD=${MARIADB_PASSWORD:?} mariadb --protocol=tcp --host=127.0.0.1 --user="${MARIADB_USER:?}" \
        --connect-timeout=3 --execute='SELECT 1' >/dev/null
      ;;
    --innodb_initialized)
      mariadb --skip-column-names --batch --execute \
        "SELECT SUPPORT FROM information_schema.ENGINES WHERE ENGINE = 'InnoDB'" | grep --quiet 'YES\|DEFAULT'
      ;;
    *) echo "error: healthcheck.sh does not know $question" >&2 && exit 2 ;;
  esac
done
