#!/usr/bin/env bash
# The part of build.sh that runs as root in namespaces of its own: make.sh RELEASE WORK make_images FRESH IMAGE… puts the
# archives of IMAGES, and the layers that they lack, into the cache. Each step is make.sh RELEASE WORK FUNCTION ARGUMENT…
set -euo pipefail

IMAGES_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
for part in ../lib/say lib/recipes lib/cache lib/sources lib/layers lib/pypi lib/archives; do
  # shellcheck source=/dev/null
  . "$IMAGES_ROOT/$part.sh"
done

main() {
  RELEASE=$1 WORK=$2
  use_release "$RELEASE"
  "${@:3}"
}

make_images() {
  FRESH=$1
  mkdir -p -- "$IMAGE_CACHE"/{layers,archives,logs}
  local image
  for image in "${@:2}"; do make_image "$image"; done
}

make_image() {
  local image=$1 member file
  for member in $(lineage "$image"); do
    file=$(layer_of "$member")
    [[ ! -e "$file" || ("$FRESH" == yes && -z "${MADE[$member]:-}") ]] || continue
    find_sources
    step "$member" "layer of $member ($SUITE)" make_layer "$member" "$file"
    MADE[$member]=yes
  done
  file=$(archive_of "$image")
  step "$image" "archive of $image" write_archive "$image" "$WORK/archive"
  step "$image" "trying the programs of $image" check_archive "$image" "$WORK/archive"
  mv -- "$WORK/archive" "$file"
}

declare -A MADE

# step IMAGE WHAT FUNCTION ARGUMENT…. In a process of its own: with_progress asks how it ended, and to a function that is
# asked that, -e does not apply.
step() {
  local log=$IMAGE_CACHE/logs/$1-$SUITE-$3.log
  with_progress "$2" "$log" "$IMAGES_ROOT/lib/make.sh" "$RELEASE" "$WORK" "${@:3}" || {
    show_log "$log"
    fail "Failed: $2." "the whole log: $log; run the same again: what was made is kept"
  }
}

main "$@"
