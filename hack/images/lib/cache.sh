# shellcheck shell=bash
# Where layers and archives lie, outside the checkout, under names made of what they are made of. Nothing in the cache
# changes: it can be removed at any time, as a whole or in part.
#
# Uses SUITE, TAGS and IMAGES_ROOT.

IMAGE_CACHE=${HEAT_OPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/heat-operator}/images

# layer_of IMAGE: the file of the layer that IMAGE adds to what it is laid on; beside it, in .json, what a manifest says.
layer_of() { printf '%s/layers/%s-%s.tar.zst\n' "$IMAGE_CACHE" "$1" "$(layer_key "$1")"; }

archive_of() {
  printf '%s/archives/%s-%s-%s.tar\n' "$IMAGE_CACHE" "$1" "${TAGS[$1]}" "$(
    {
      layer_key "$1"
      recipe "$1"
      declare -p NUMBER ENTRYPOINT COMMAND SEARCH
      declare -f "check_$1" "check_$1_outside" answers || true
      cat -- "$IMAGES_ROOT/lib/archives.sh"
    } | digest
  )"
}

reference_of() { printf 'localhost/%s:%s\n' "$1" "${TAGS[$1]}"; }

# lineage IMAGE: what it is laid on, the lowest first, and itself.
lineage() {
  recipe "$1"
  [[ -z "$PARENT" ]] || (lineage "$PARENT")
  printf '%s\n' "$1"
}

# What a layer is laid on counts as it is, not as it would be made: --fresh makes another of the same, and what lay on the
# one does not fit the other.
layer_key() {
  recipe "$1"
  {
    printf '%s\n' "$SUITE" "$(uname -m)" "$ACCOUNT" "$NUMBER" "${PACKAGES[@]}"
    cat -- "$IMAGES_ROOT/lib/layers.sh"
    declare -f "finish_$1" || true
    sources_of "$1" | xargs --no-run-if-empty cat --
    [[ -z "$PARENT" ]] || cat -- "$(layer_of "$PARENT").json" 2>/dev/null || echo none
  } | digest
}

digest() { sha256sum | cut -c 1-16; }
