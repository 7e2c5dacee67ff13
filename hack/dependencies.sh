#!/usr/bin/env bash
# Sees to it that this machine has what the build, the tests and the local cluster need.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in say go; do
  # shellcheck source=/dev/null
  . "$HERE/lib/$part.sh"
done

readonly -a PACKAGES=(
  # the build
  g++ cmake ninja-build ccache pkg-config
  # the operator
  libcpprest-dev libboost-dev libyaml-cpp-dev libssl-dev libspdlog-dev libfmt-dev nlohmann-json3-dev rapidjson-dev
  libexpected-dev libcli11-dev prometheus-cpp-dev libcivetweb-dev
  # its tests and benchmarks
  libgtest-dev libgmock-dev libbenchmark-dev libcurl4-openssl-dev
  # the scripts under hack/
  jq openssl curl ca-certificates
)

# hack/images/
readonly -a IMAGE_PACKAGES=(debootstrap debian-archive-keyring iproute2 util-linux zstd)
# hack/image.sh --bootstrap
readonly -a OPERATOR_IMAGE_PACKAGES=(buildah)
# A real node: hack/cluster/up.sh --node.
readonly -a NODE_PACKAGES=(containerd runc containernetworking-plugins iptables iproute2 socat util-linux)

usage() {
  cat <<USAGE
usage: hack/dependencies.sh [--yes] [--images] [--operator-image] [--node]

Installs the Debian packages that are missing, after asking. With --yes, or with CI set, it does not ask.
With --images also those that hack/images/build.sh needs, with --operator-image (and --images) those of
hack/image.sh --bootstrap, with --node those of hack/cluster/up.sh --node.
Looks for Go $GO_WANTED or newer too, which it does not install.
USAGE
}

main() {
  read_arguments "$@"
  local -a missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]})); then
    require_debian "${missing[@]}"
    ask "${missing[@]}"
    install_packages "${missing[@]}"
  fi
  require_go_compiler
  say "Everything that is needed is there."
}

read_arguments() {
  ASK=yes WANTED=("${PACKAGES[@]}")
  [[ -z "${CI:-}" ]] || ASK=no
  while (($#)); do
    case $1 in
      -y | --yes) ASK=no ;;
      --images) WANTED+=("${IMAGE_PACKAGES[@]}") ;;
      --operator-image) WANTED+=("${OPERATOR_IMAGE_PACKAGES[@]}") ;;
      --node) WANTED+=("${NODE_PACKAGES[@]}") ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

missing_packages() {
  local package
  for package in "${WANTED[@]}"; do
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] ||
      printf '%s\n' "$package"
  done
}

require_debian() {
  ! is_debian_12 || return 0
  fail "These packages are missing, and only Debian 12 or newer is known to have them all; this is $(os_release PRETTY_NAME): $*" \
    "install them (or what they are called here) by hand, or work in a Debian 12 container or virtual machine"
}

# Debian's testing has no VERSION_ID and is newer than any that has.
is_debian_12() {
  local version
  version=$(os_release VERSION_ID)
  [[ "$(os_release ID)" == debian ]] && ((${version:-99} >= 12)) && command -v apt-get >/dev/null
}

os_release() { (. /etc/os-release 2>/dev/null && eval "printf '%s' \"\${$1:-}\""); }

ask() {
  local answer
  say "Missing Debian packages: $*"
  [[ "$ASK" == yes ]] || return 0
  [[ -t 0 ]] || fail "Nobody can be asked here whether to install them." "run it with --yes, or: apt-get install $*"
  read -r -p "Install them with apt-get? [Y/n] " answer
  [[ -z "$answer" || "$answer" == [yY]* ]] || fail "Nothing was installed." "apt-get install $*"
}

install_packages() {
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "Installing packages needs root, and there is no sudo." "as root: apt-get install $*"
    # Asks for the password now, and not under the clock.
    sudo -v
  fi
  local log
  log=$(mktemp)
  # A source that has nothing to do with us may be down: whether that matters shows when installing.
  with_progress "reading the package lists" "$log" as_root apt-get update || show_log "$log" 5
  with_progress "installing $# packages" "$log" as_root apt-get install --yes --no-install-recommends "$@" || {
    show_log "$log"
    fail "apt-get install failed." "the whole log: $log"
  }
  rm -f -- "$log"
}

as_root() {
  if ((EUID == 0)); then
    DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

require_go_compiler() {
  has_wanted_go "$HERE/cluster/modules/kubernetes" ||
    fail "Go $GO_WANTED or newer is needed, to build the local cluster; found: $(go version 2>/dev/null || echo none)." \
      "install it (https://go.dev/doc/install) and put its bin directory on PATH"
}

main "$@"
