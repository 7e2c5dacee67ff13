#!/usr/bin/env bash
# Builds the operator's image and starts it once. No daemon is needed: buildah does it, or podman or docker where there
# is no buildah.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=/dev/null
. "$ROOT/hack/lib/say.sh"

usage() {
  cat <<USAGE
usage: hack/image.sh [--tag NAME:TAG] [--base IMAGE | --bootstrap] [--archive FILE]

  --tag NAME:TAG  (default: localhost/heat-operator:VERSION)
  --base IMAGE    Debian 12, to build on (default: the Dockerfile's, docker.io/library/debian:12-slim)
  --bootstrap     makes that base with hack/images, where no registry can be reached; buildah only, as root
  --archive FILE  writes it there too, for nodes that fetch from no registry: ctr -n k8s.io images import FILE

Push it to a registry that your nodes reach: buildah push NAME:TAG
USAGE
}

main() {
  read_arguments "$@"
  local tool
  tool=$(first_of buildah podman docker) ||
    fail "Neither buildah nor podman nor docker is installed." "Debian: apt-get install buildah"
  if [[ "$BOOTSTRAP" == yes ]]; then
    [[ "$tool" == buildah ]] || fail "--bootstrap needs buildah."
    bootstrap_base
  fi

  local -a command=("$tool" build)
  [[ "$tool" != buildah ]] || command=(buildah build --layers)
  "${command[@]}" ${BASE:+--build-arg "BASE=$BASE"} --build-arg "VERSION=$VERSION" \
    --build-arg "REVISION=$(git -C "$ROOT" rev-parse HEAD 2>/dev/null || echo unknown)" --tag "$TAG" "$ROOT"
  start_once "$tool"
  [[ -z "$ARCHIVE" ]] || write_archive "$tool"
}

read_arguments() {
  VERSION=$(sed -nE 's/^project\(heat-operator VERSION ([0-9.]+).*/\1/p' "$ROOT/CMakeLists.txt")
  TAG=localhost/heat-operator:$VERSION BASE='' BOOTSTRAP=no ARCHIVE=''
  while (($#)); do
    case $1 in
      --tag) TAG=${2:?--tag needs a name} && shift ;;
      --base) BASE=${2:?--base needs an image} && shift ;;
      --bootstrap) BOOTSTRAP=yes ;;
      --archive) ARCHIVE=${2:?--archive needs a file} && shift ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

first_of() {
  local name
  for name in "$@"; do
    ! command -v "$name" >/dev/null || { echo "$name" && return; }
  done
  return 1
}

bootstrap_base() {
  BASE=localhost/debian:12
  if buildah inspect --type image "$BASE" >/dev/null 2>&1; then return; fi
  local archive container
  archive=$("$ROOT/hack/images/build.sh" --release zed debian | cut -f 2)
  # Committed anew: an image with layers that its history does not tell of cannot have layers laid on it one by one.
  container=$(buildah from --quiet "oci-archive:$archive")
  buildah commit --quiet --squash --rm "$container" "$BASE" >/dev/null
}

# A library that is missing in the image shows here and not on a node.
start_once() {
  local said container
  case $1 in
    buildah)
      container=$(buildah from "$TAG")
      said=$(buildah run "$container" -- /usr/bin/heat-operator --version) || said=
      buildah rm "$container" >/dev/null
      ;;
    *) said=$("$1" run --rm --read-only --cap-drop ALL "$TAG" --version) || said= ;;
  esac
  [[ "$said" == "$VERSION" ]] || fail "The image was built, but its program does not start (it said: ${said:-nothing})."
  say "$TAG starts: heat-operator $said"
}

write_archive() {
  rm -f -- "$ARCHIVE"
  case $1 in
    buildah) buildah push --quiet "$TAG" "oci-archive:$ARCHIVE:$TAG" ;;
    podman) podman save --quiet --format oci-archive --output "$ARCHIVE" "$TAG" ;;
    docker) docker save --output "$ARCHIVE" "$TAG" ;;
  esac
}

main "$@"
