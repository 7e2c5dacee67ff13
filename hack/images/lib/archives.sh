# shellcheck shell=bash
# OCI archives: a tar file that holds an OCI image layout, as `ctr image import`, `podman load`, buildah and skopeo take
# it. And the check of one, from the archive itself: what is tried is what others get.
#
# Uses WORK; runs in the namespaces that lib/layers.sh wants.

# write_archive IMAGE FILE
write_archive() {
  local image=$1 file=$2 layout=$WORK/layout member layer config manifest
  local -a layers=()
  rm -rf -- "$layout" && mkdir -p -- "$layout/blobs/sha256"
  for member in $(lineage "$image"); do
    layer=$(layer_of "$member")
    layers+=("$layer.json")
    ln -s -- "$layer" "$layout/blobs/sha256/$(jq --raw-output '.digest | ltrimstr("sha256:")' "$layer.json")"
  done
  recipe "$image"
  config=$(jq --slurp --arg architecture "$(architecture)" --arg user "$NUMBER:$NUMBER" --arg path "PATH=$SEARCH" \
    --arg created "$(date --utc +%Y-%m-%dT%H:%M:%SZ)" --argjson entry "$(json_list "${ENTRYPOINT[@]}")" \
    --argjson command "$(json_list "${COMMAND[@]}")" '{
      $created, $architecture, os: "linux",
      config: {User: $user, Env: [$path], Entrypoint: $entry, Cmd: $command, WorkingDir: "/"},
      rootfs: {type: "layers", diff_ids: map(.diff)}
    }' "${layers[@]}" | add_blob config)
  manifest=$(jq --slurp --argjson config "$config" '{
      schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: $config,
      layers: map({mediaType: "application/vnd.oci.image.layer.v1.tar+zstd", digest, size})
    }' "${layers[@]}" | add_blob manifest)
  # The whole name in both: containerd reads the one, podman the other.
  jq --null-input --argjson manifest "$manifest" --arg name "$(reference_of "$image")" '{
      schemaVersion: 2,
      manifests: [$manifest + {annotations: {"io.containerd.image.name": $name, "org.opencontainers.image.ref.name": $name}}]
    }' >"$layout/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  tar --create --dereference --file="$file" --directory="$layout" oci-layout index.json blobs
}

# add_blob KIND: puts what it reads among the blobs and prints its descriptor.
add_blob() {
  local sum
  cat >"$WORK/blob"
  sum=$(sha256sum <"$WORK/blob" | cut -d' ' -f1)
  jq --null-input --compact-output --arg type "application/vnd.oci.image.$1.v1+json" --arg digest "sha256:$sum" \
    --argjson size "$(stat --format=%s "$WORK/blob")" '{mediaType: $type, $digest, $size}'
  mv -- "$WORK/blob" "$WORK/layout/blobs/sha256/$sum"
}

json_list() { jq --null-input --compact-output '$ARGS.positional' --args -- "$@"; }

architecture() { uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/'; }

# check_archive IMAGE FILE: runs the image's programs as a restricted pod does: as its user, without rights, on a root
# that cannot be written to; and without a network but a loopback of its own.
check_archive() {
  local image=$1 file=$2 root=$WORK/check/root layout=$WORK/check/layout digest directory
  mkdir -p -- "$root" "$layout"
  tar --extract --file="$file" --directory="$layout"
  digest=$(jq --raw-output '.manifests[0].digest' "$layout/index.json")
  for digest in $(jq --raw-output '.layers[].digest' "$layout/blobs/${digest/://}"); do
    unpack_layer "$layout/blobs/${digest/://}" "$root"
  done
  recipe "$image"
  mount --bind "$root" "$root"
  if [[ -z "$ACCOUNT" ]]; then
    mount -o remount,bind,ro "$root"
    "check_${image}_outside" "$root"
  else
    mount_system "$root"
    # As kubelet does.
    printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
    mount -o remount,bind,ro "$root"
    for directory in /tmp "${WRITABLE[@]}"; do mount -t tmpfs -o "mode=0700,uid=$NUMBER,gid=$NUMBER" tmpfs "$root$directory"; done
    [[ "$(chroot "$root" id --user --name "$NUMBER")" == "$ACCOUNT" ]]
    confined "$root" env VERSION="${VERSIONS[$image]:-}" bash -c \
      "set -euo pipefail; $(declare -f answers "check_$image"); ! touch /written 2>/dev/null; check_$image"
  fi
  umount --recursive "$root"
  rm -rf -- "$WORK/check"
}

# confined ROOT COMMAND…: as the user of the recipe. What a program leaves running, as RabbitMQ does epmd, ends with the
# namespaces.
confined() {
  # shellcheck disable=SC2016  # the inner shell's
  unshare --net --mount --pid --fork --kill-child bash -euc \
    'ip link set lo up; mount -t proc proc "$1/proc"; exec chroot "$@"' - "$1" \
    /usr/bin/setpriv --reuid="$NUMBER" --regid="$NUMBER" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    env --ignore-environment HOME=/tmp PATH="$SEARCH" PYTHONDONTWRITEBYTECODE=1 "${@:2}"
}
