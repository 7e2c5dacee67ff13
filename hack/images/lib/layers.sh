# shellcheck shell=bash
# Layers: a Debian made with debootstrap, and on it whatever packages add, kept apart by an overlay. Runs as root in a
# mount and a PID namespace of its own (build.sh sees to that), so nothing that is mounted or started here outlives it.
#
# apt is the machine's own and works on the image's tree from outside: it goes where the machine's sources point, by its
# proxies and passwords, and none of that gets into an image.
#
# Uses WORK, a directory to work in.

# make_layer IMAGE FILE
make_layer() {
  local image=$1 file=$2 lower=$WORK/empty upper=$WORK/made/$1/upper
  recipe "$image"
  TREE=$WORK/made/$image/tree
  mkdir -p -- "$WORK/empty" "$upper" "$WORK/made/$image/overlay" "$TREE"
  [[ -z "$PARENT" ]] || lower=$(unpacked "$PARENT")
  # Volatile: dpkg waits for the disk after every file, for a tree that is thrown away if anything fails.
  mount -t overlay overlay "$TREE" \
    -o "lowerdir=$lower,upperdir=$upper,workdir=$WORK/made/$image/overlay,redirect_dir=off,metacopy=off,volatile"
  recipe "$image" # unpacked has set the parent's
  if [[ -z "$ACCOUNT" ]]; then :; elif [[ -z "$PARENT" ]]; then bootstrap; else install_packages; fi
  ! declare -F "finish_$image" >/dev/null || "finish_$image"
  write_layer "$lower" "$upper" "$file"
  umount --recursive "$TREE"
  rm -rf -- "$WORK/made/$image"
}

bootstrap() {
  local mirror
  mirror=$(sed -nE '1s/.*\] ([^ ]+) .*/\1/p' "$WORK/sources.list")
  # wget asks only the environment.
  eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
  export http_proxy https_proxy
  debootstrap --variant=minbase --keyring="$KEYRING" "$SUITE" "$TREE" "$mirror" ||
    { tail -n 20 "$TREE/debootstrap/debootstrap.log" && return 1; }
  sed -E 's#(//)[^/@ ]*@#\1#' "$WORK/sources.list" >"$TREE/etc/apt/sources.list"
  printf 'path-%s\n' exclude=/usr/share/{doc,man,info,locale,lintian,bug}/'*' include='/usr/share/doc/*/copyright' \
    >"$TREE/etc/dpkg/dpkg.cfg.d/image"
  mount_system "$TREE"
  apt_in_tree dist-upgrade # security updates
  find "$TREE"/usr/share/{man,info,locale,lintian,bug} -mindepth 1 -delete
  find "$TREE/usr/share/doc" ! -type d ! -name copyright -delete
  clean_tree
}

install_packages() {
  mount_system "$TREE"
  apt_in_tree install "${PACKAGES[@]}"
  own_account
  # They are a third of what Python's packages hold.
  find "$TREE/usr/lib/python3/dist-packages" -type d -name tests -prune -exec rm -rf -- {} + 2>/dev/null || true
  clean_tree
}

apt_in_tree() {
  # Whatever a package's script wants to start: no.
  printf '#!/bin/sh\nexit 101\n' >"$TREE/usr/sbin/policy-rc.d"
  chmod 0755 "$TREE/usr/sbin/policy-rc.d"
  machines_apt update
  machines_apt "$@"
  rm -f -- "$TREE/usr/sbin/policy-rc.d"
}

machines_apt() {
  DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get --config-file="$WORK/apt.conf" -o Dir="$TREE/" \
    -o DPkg::Chroot-Directory="$TREE" --yes "$@"
}

# Other distributors' numbers, and the same in every suite: packages take whatever number is free.
own_account() {
  local found
  if found=$(chroot "$TREE" getent passwd "$NUMBER") && [[ "$found" != "$ACCOUNT":* ]]; then
    echo "The number $NUMBER, wanted for $ACCOUNT, is taken: $found" && return 1
  fi
  if ! found=$(chroot "$TREE" getent passwd "$ACCOUNT"); then
    chroot "$TREE" groupadd --system --gid "$NUMBER" "$ACCOUNT"
    chroot "$TREE" useradd --system --uid "$NUMBER" --gid "$NUMBER" --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin "$ACCOUNT"
    return
  fi
  local user group
  IFS=: read -r _ _ user group _ <<<"$found"
  chroot "$TREE" groupmod --gid "$NUMBER" "$(chroot "$TREE" getent group "$group" | cut -d: -f1)"
  chroot "$TREE" usermod --uid "$NUMBER" --gid "$NUMBER" "$ACCOUNT"
  find "$TREE" -xdev -user "$user" -exec chown --no-dereference "$NUMBER" {} +
  find "$TREE" -xdev -group "$group" -exec chgrp --no-dereference "$NUMBER" {} +
}

clean_tree() {
  umount --recursive "$TREE/dev" "$TREE/proc"
  rm -rf -- "${TREE:?}"/{dev,run,tmp,var/cache/{apt,debconf,ldconfig},var/lib/apt/lists,var/log}/*
  # Old versions of files; and the machine's own, which debootstrap copies.
  rm -f -- "$TREE"/var/lib/dpkg/*-old "$TREE"/etc/*- "$TREE/etc/resolv.conf" "$TREE/etc/hostname"
}

# mount_system TREE: /proc, and a /dev without the machine's devices.
mount_system() {
  local device
  mount -t proc proc "$1/proc"
  mount -t tmpfs -o mode=0755 tmpfs "$1/dev"
  for device in null zero full random urandom tty; do
    : >"$1/dev/$device"
    mount --bind "/dev/$device" "$1/dev/$device"
  done
  ln -s /proc/self/fd "$1/dev/fd"
  mkdir -m 1777 "$1/dev/shm"
}

# write_layer LOWER UPPER FILE. What the overlay has hidden is told from the trees themselves, so that it matters not how
# the kernel marks it; in a layer it is an empty file with a prefix.
write_layer() {
  local lower=$1 upper=$2 file=$3 marks=$WORK/marks path
  rm -rf -- "$marks" && mkdir -p -- "$marks"
  comm -23 <(cd -- "$lower" && find . | sort) <(cd -- "$TREE" && find . -xdev | sort) | while read -r path; do
    # Below something that is gone there is nothing to mark.
    [[ -d "$TREE/${path%/*}" ]] || continue
    mkdir -p -- "$marks/${path%/*}" && : >"$marks/${path%/*}/.wh.${path##*/}"
  done
  (cd -- "$upper" && find . ! -type c) >"$WORK/files"
  (cd -- "$marks" && find . -type f) >"$WORK/marked"
  mkdir -p -- "${file%/*}"
  # The sum of what is in it and the sum of how it is packed: a manifest names both.
  tar --create --numeric-owner --no-recursion --directory="$upper" --files-from="$WORK/files" \
    --directory="$marks" --files-from="$WORK/marked" |
    tee >(sha256sum | cut -d' ' -f1 >"$WORK/sum") | zstd --quiet -1 --threads=0 --force -o "$WORK/layer"
  await 10 test -s "$WORK/sum"
  jq --null-input --arg diff "sha256:$(<"$WORK/sum")" --arg digest "sha256:$(sha256sum <"$WORK/layer" | cut -d' ' -f1)" \
    --argjson size "$(stat --format=%s "$WORK/layer")" '{$diff, $digest, $size}' >"$file.json"
  rm -f -- "$WORK/sum"
  mv -- "$WORK/layer" "$file"
}

# unpacked IMAGE: a directory with all of IMAGE, to lay others on; once a run.
unpacked() {
  local image tree=$WORK/unpacked/$1
  if [[ ! -d "$tree" ]]; then
    mkdir -p -- "$tree"
    for image in $(lineage "$1"); do unpack_layer "$(layer_of "$image")" "$tree"; done
  fi
  printf '%s\n' "$tree"
}

# unpack_layer FILE TREE
unpack_layer() {
  local mark
  while read -r mark; do rm -rf -- "${2:?}/${mark/.wh./}"; done < <(tar --list --file="$1" --zstd | grep '/\.wh\.' || true)
  tar --extract --file="$1" --zstd --directory="$2" --numeric-owner --same-permissions --exclude='.wh.*'
}
