#!/usr/bin/env bash
# Builds the images that HeatClusters run, from Debian's packages (and Heat 26 from PyPI's), on one machine: no Docker, no
# daemon, no registry of images. README.md beside this file tells more.
set -euo pipefail

IMAGES_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in ../lib/say lib/recipes lib/cache; do
  # shellcheck source=/dev/null
  . "$IMAGES_ROOT/$part.sh"
done

usage() {
  cat <<USAGE
usage: hack/images/build.sh [--release RELEASE] [--fresh] [IMAGE…]

Builds OCI archives, tries the programs in each, and prints a line NAME<TAB>ARCHIVE for each image. What is in the cache
($IMAGE_CACHE) is not built again.

  --release R   2025.1 (the default): Debian 13, Heat 24, RabbitMQ 4.0, HAProxy 3.0
                zed: Debian 12, Heat 19, RabbitMQ 3.10, HAProxy 2.6
                2026.1: the same, with Heat 26 from PyPI
                2026.2: Debian sid as it is today, Heat 27
  --fresh       builds anew, with today's packages
  IMAGE         ${IMAGES[*]} (the default: all of them), or $BASE, which they are laid on
USAGE
}

main() {
  read_arguments "$@"
  local image
  local -a missing
  find_missing
  if ((${#missing[@]})); then
    require_means
    # Whoever waited for another run finds what that has built.
    mkdir -p -- "$IMAGE_CACHE"
    exec 9>"$IMAGE_CACHE/lock"
    flock --nonblock 9 || { say "Waiting for another run that builds images …" && flock 9; }
    find_missing
    if ((${#missing[@]})); then
      build
      FRESH=no find_missing
      ((${#missing[@]} == 0)) || fail "Somebody emptied $IMAGE_CACHE meanwhile." "run the same again"
    fi
  fi
  for image in "${WANTED[@]}"; do printf '%s\t%s\n' "$(reference_of "$image")" "${ARCHIVES[$image]}"; done
}

read_arguments() {
  local release=2025.1
  FRESH=no WANTED=()
  while (($#)); do
    case $1 in
      --release) release=${2:?--release needs a name} && shift ;;
      --fresh) FRESH=yes ;;
      -h | --help) usage && exit 0 ;;
      -*) usage >&2 && exit 2 ;;
      *) WANTED+=("$1") ;;
    esac
    shift
  done
  RELEASE=$release
  use_release "$RELEASE" || fail "No Debian is known that has OpenStack $RELEASE." "use one of: zed, 2025.1, 2026.1, 2026.2"
  ((${#WANTED[@]})) || WANTED=("${IMAGES[@]}")
  local image
  for image in "${WANTED[@]}"; do
    [[ " ${IMAGES[*]} $BASE " == *" $image "* ]] || fail "There is no image $image." "use some of: ${IMAGES[*]} $BASE"
  done
}

# Sets missing, and ARCHIVES by image. An image's name is not known before what it is laid on is there.
find_missing() {
  local image
  declare -gA ARCHIVES
  missing=()
  for image in "${WANTED[@]}"; do
    ARCHIVES[$image]=$(archive_of "$image")
    [[ "$FRESH" == no && -e "${ARCHIVES[$image]}" ]] || missing+=("$image")
  done
}

require_means() {
  ((EUID == 0)) || fail "Building images needs root: packages' scripts run as root, in a tree of their own." \
    "sudo HEAT_OPERATOR_CACHE=$(dirname -- "$IMAGE_CACHE") $0 --release $RELEASE ${WANTED[*]}"
  local tool
  for tool in debootstrap apt-get zstd jq gcc ip unshare; do
    command -v "$tool" >/dev/null || fail "$tool is not installed." "hack/dependencies.sh --images"
  done
  local -i free
  free=$(df --output=avail --block-size=1M "${TMPDIR:-/var/tmp}" | tail -n 1)
  ((free >= 4000)) || fail "${TMPDIR:-/var/tmp} has ${free} MB left; building needs 4000." "set TMPDIR to a roomier directory"
}

# In namespaces of its own, which end with it however it ends: no mount and no process is left behind. Only then is the tree
# removed that they were in. In the background, since what is waited for lets a signal be acted on at once.
build() {
  WORK=$(mktemp --directory --tmpdir="${TMPDIR:-/var/tmp}" heat-operator-images.XXXXXXXX)
  BUILDER=''
  trap 'end_builder; await 10 rm -rf -- "$WORK"' EXIT
  trap 'exit 130' INT TERM
  say "Building ${missing[*]} into $IMAGE_CACHE (once):"
  setpriv --pdeathsig KILL \
    unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
    "$IMAGES_ROOT/lib/make.sh" "$RELEASE" "$WORK" make_images "$FRESH" "${missing[@]}" &
  BUILDER=$!
  local status=0
  wait "$BUILDER" || status=$?
  BUILDER=''
  ((status == 0)) || exit 1
}

end_builder() {
  [[ -n "$BUILDER" ]] || return 0
  kill -KILL "$BUILDER" 2>/dev/null || true
  wait "$BUILDER" 2>/dev/null || true
}

main "$@"
