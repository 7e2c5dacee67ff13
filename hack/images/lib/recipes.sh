# shellcheck shell=bash
# What the images are: for a release its suite of Debian and the images' names, for an image what it is laid on, what is
# installed and whom it runs as. The cache's keys are made of these values and of the text of the functions here, so a
# change of one image builds that image, and those laid on it, anew.
#
# Uses IMAGES_ROOT, the directory above. The functions that finish an image run on the machine, with TREE as the image's
# root; those that check one run in it, as its user, with VERSION as what the tag promises (none where it promises none).

readonly -a IMAGES=(heat haproxy rabbitmq mariadb keystone pause)
# The base of the others, and of the operator's own image where no registry can be reached (hack/image.sh --bootstrap).
readonly BASE=debian

# use_release RELEASE: sets SUITE, and TAGS and VERSIONS by image, and by image REQUIREMENTS, the file of those of which
# no Debian has the release.
use_release() {
  declare -gA TAGS VERSIONS REQUIREMENTS=()
  case $1 in
    zed)
      SUITE=bookworm
      VERSIONS=([heat]=19 [haproxy]=2.6 [rabbitmq]=3.10 [mariadb]=10.11 [keystone]=22 [debian]=12)
      ;;
    2025.1)
      SUITE=trixie
      VERSIONS=([heat]=24 [haproxy]=3.0 [rabbitmq]=4.0 [mariadb]=11.8 [keystone]=27 [debian]=13)
      ;;
    2026.1)
      # All but Heat are 2025.1's, by the same names in the cache.
      use_release 2025.1
      VERSIONS[heat]=26 REQUIREMENTS=([heat]=$IMAGES_ROOT/heat/requirements-2026.1.txt)
      # shellcheck disable=SC2317  # make_layer's to call
      finish_heat() {
        install_from_pypi "${REQUIREMENTS[heat]}"
        mv -- "$TREE/usr/local/etc/heat" "$TREE/etc/heat"
      }
      ;;
    2026.2)
      # Moves under us: what it holds when it is built is what one gets, and a check tells when Heat is another.
      SUITE=sid
      VERSIONS=([heat]=27 [haproxy]=3.2 [rabbitmq]=4.3 [mariadb]=11.8 [keystone]=30)
      ;;
    *) return 1 ;;
  esac
  local image
  for image in "${IMAGES[@]}" "$BASE"; do TAGS[$image]=${VERSIONS[$image]:-$SUITE}; done
  TAGS[heat]=$1 TAGS[pause]=1
  [[ "$SUITE" != sid ]] || TAGS[mariadb]+=-sid # trixie has the same
}

# shellcheck disable=SC2034  # who sources this uses them
# recipe IMAGE: sets PARENT, PACKAGES, ACCOUNT and NUMBER (whom it runs as), ENTRYPOINT and COMMAND, SEARCH (its PATH) and
# WRITABLE (where its check may write, beside /tmp). The numbers are those of the operator's defaults and of the samples.
recipe() {
  PARENT=$BASE PACKAGES=() ACCOUNT=root NUMBER=0 ENTRYPOINT=() COMMAND=(bash) WRITABLE=()
  SEARCH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  case $1 in
    debian) PARENT='' ;;
    heat)
      # The clients are for whoever tries it out: a pod of this image can be asked to create a stack.
      PACKAGES=(heat-engine uwsgi-core uwsgi-plugin-python3 python3-pymysql tini ca-certificates
        python3-openstackclient python3-heatclient)
      [[ -z "${REQUIREMENTS[heat]:-}" ]] || PACKAGES=(uwsgi-core uwsgi-plugin-python3 tini ca-certificates)
      ACCOUNT=heat NUMBER=42424 ENTRYPOINT=(tini --)
      ;;
    keystone)
      # Not on Heat, which may be of a later release and then brings libraries that Keystone would find first.
      PACKAGES=(keystone uwsgi-core uwsgi-plugin-python3 python3-pymysql tini ca-certificates)
      ACCOUNT=keystone NUMBER=42425 ENTRYPOINT=(tini --)
      ;;
    haproxy) PACKAGES=(haproxy) ACCOUNT=haproxy NUMBER=99 ;;
    rabbitmq)
      PACKAGES=(rabbitmq-server) ACCOUNT=rabbitmq NUMBER=999
      # The ones in /usr/sbin are wrappers that want a log directory and one of two users.
      SEARCH=/usr/lib/rabbitmq/bin:$SEARCH
      ;;
    mariadb)
      PACKAGES=(mariadb-server-core mariadb-client-core mariadb-common) ACCOUNT=mysql NUMBER=999
      ENTRYPOINT=(docker-entrypoint.sh) COMMAND=(mariadbd) WRITABLE=(/var/lib/mysql /run/mysqld)
      ;;
    pause) PARENT='' ACCOUNT='' NUMBER=65535 COMMAND=(/pause) SEARCH=/ ;;
  esac
}

# Files of ours that an image is made of.
sources_of() {
  case $1 in
    heat) [[ -z "${REQUIREMENTS[heat]:-}" ]] || printf '%s\n' "${REQUIREMENTS[heat]}" "$IMAGES_ROOT/lib/pypi.sh" ;;
    mariadb) printf '%s\n' "$IMAGES_ROOT/mariadb/docker-entrypoint.sh" "$IMAGES_ROOT/mariadb/healthcheck.sh" ;;
    pause) printf '%s\n' "$IMAGES_ROOT/pause.c" ;;
  esac
}

finish_mariadb() {
  install --mode=0755 "$IMAGES_ROOT"/mariadb/*.sh "$TREE/usr/local/bin/"
  install --directory --owner="$NUMBER" --group="$NUMBER" "$TREE/run/mysqld"
  # A database that a package made would be found in no volume, and in all of them the same.
  rm -rf -- "$TREE/var/lib/mysql"
  install --directory --owner="$NUMBER" --group="$NUMBER" "$TREE/var/lib/mysql"
  # The distribution's own server listens on loopback only.
  cat >"$TREE/etc/mysql/mariadb.conf.d/90-image.cnf" <<CONFIGURATION
[mariadbd]
datadir = /var/lib/mysql
socket = /run/mysqld/mysqld.sock
pid-file = /run/mysqld/mysqld.pid
bind-address = *
skip-name-resolve
character-set-server = utf8mb4

[client]
socket = /run/mysqld/mysqld.sock
CONFIGURATION
}

finish_pause() { gcc -static -Os -s -Wall -Wextra -Werror -o "$TREE/pause" "$IMAGES_ROOT/pause.c"; }

check_debian() { apt-get --version && grep -w "VERSION_ID=\"${VERSION:-.*}\"\|sid" /etc/os-release; }

# As the operator runs it: uwsgi with the plugin by its name, the application by its module. Heat's API asks neither
# database nor broker before the first call.
check_heat() {
  local module
  heat-engine --version 2>&1 | grep "^$VERSION\."
  heat-manage --version
  tini --version
  openstack --version
  openstack orchestration service list --help >/dev/null
  python3 -c 'import pymysql, heat.engine.service'
  printf '%s\n' '[database]' 'connection = sqlite:////tmp/heat.sqlite' '[paste_deploy]' 'flavor = noauth' \
    'api_paste_config = /etc/heat/api-paste.ini' >/tmp/heat.conf
  heat-manage --config-file /tmp/heat.conf db_sync
  heat-manage --config-file /tmp/heat.conf db_version
  module=heat.wsgi.api:application
  ((VERSION >= 24)) || module='heat.httpd.heat_api:init_application()'
  uwsgi --plugins python3 --http-socket 127.0.0.1:8004 --module "$module" --pyargv '--config-file /tmp/heat.conf' \
    --need-app --master --die-on-term --disable-logging &
  answers http://127.0.0.1:8004/healthcheck
  kill -TERM $!
  wait $!
}

check_keystone() {
  local module
  keystone-manage --version 2>&1 | grep "^$VERSION\."
  install --directory --mode=0700 /tmp/keys
  printf '[fernet_tokens]\nkey_repository = /tmp/keys\n[fernet_receipts]\nkey_repository = /tmp/keys\n' >/tmp/keystone.conf
  keystone-manage --config-file /tmp/keystone.conf fernet_setup
  module=keystone.wsgi.api:application
  ((VERSION >= 27)) || module='keystone.server.wsgi:initialize_public_application()'
  uwsgi --plugins python3 --http-socket 127.0.0.1:5000 --module "$module" --env OS_KEYSTONE_CONFIG_FILES=/tmp/keystone.conf \
    --need-app --master --die-on-term --disable-logging &
  answers http://127.0.0.1:5000/v3
  kill -TERM $!
  wait $!
}

check_haproxy() {
  haproxy -vv | grep "^HAProxy version $VERSION\."
  haproxy -vv | grep 'Built with the Prometheus exporter'
}

# A broker with the plugins that the operator turns on.
check_rabbitmq() {
  export RABBITMQ_NODENAME=rabbit@localhost RABBITMQ_MNESIA_BASE=/tmp/mnesia RABBITMQ_LOG_BASE=/tmp/log \
    RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE=/tmp/plugins LC_ALL=C.UTF-8
  echo '[rabbitmq_management,rabbitmq_prometheus].' >/tmp/plugins
  rabbitmqctl version | grep "^$VERSION\."
  ulimit -n 1024
  rabbitmq-server &
  rabbitmqctl --quiet await_startup --timeout 120
  rabbitmq-plugins --quiet is_enabled rabbitmq_management rabbitmq_prometheus
  rabbitmqctl --quiet shutdown
  wait $!
}

# As the sample runs it, entry point and health check; then what Heat does: it comes in by TCP and makes a table.
check_mariadb() {
  export MARIADB_DATABASE=heat_1 MARIADB_USER=heat MARIADB_PASSWORD="it's \\ a secret"
  mariadbd --version | grep " $VERSION\."
  docker-entrypoint.sh --character-set-server=utf8mb4 --max-connections=600 &
  local attempt
  for attempt in {1..120}; do
    ! healthcheck.sh --connect --innodb_initialized 2>/dev/null || break
    ((attempt < 120)) && kill -0 $!
    sleep 0.5
  done
  MYSQL_PWD=$MARIADB_PASSWORD mariadb --protocol=tcp --host=127.0.0.1 --user=heat heat_1 \
    --execute='CREATE TABLE one (two INT) ENGINE = InnoDB; INSERT INTO one VALUES (3); SELECT * FROM one'
  kill -TERM $!
  wait $!
}

# There is no shell in it. As PID 1 it must end at SIGTERM all the same.
check_pause_outside() {
  unshare --pid --fork --kill-child chroot "$1" /pause &
  local pause
  await 10 pgrep --parent $!
  pause=$(pgrep --parent $!)
  kill -TERM "$pause"
  wait $!
}

# For the checks that wait for a server.
answers() {
  python3 -I -c '
import sys, time, urllib.request
for attempt in range(120):
    try:
        print(sys.argv[1], urllib.request.urlopen(sys.argv[1], timeout=10).status)
        break
    except OSError as error:
        time.sleep(0.5)
else:
    sys.exit(f"{sys.argv[1]}: {error}")' "$1"
}
