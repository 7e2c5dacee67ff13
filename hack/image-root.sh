#!/bin/sh
# The Dockerfile's own step: image-root.sh PROGRAM DIRECTORY makes DIRECTORY the root of an image that holds PROGRAM as
# /usr/bin/heat-operator, the shared libraries that it is linked to, and the little else that it opens. Nothing is
# written outside DIRECTORY. Needs Debian: dpkg tells which packages the libraries are from.
set -eu

program=$1 root=$2
version_of_base=$(. /etc/os-release && echo "$ID $VERSION_ID")

main() {
  mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/var/lib/dpkg/status.d" "$root/usr/lib"
  # As Debian has it: /lib and /lib64 are links, so that the loader's path in the program leads somewhere.
  ln -s usr/lib "$root/lib"
  mkdir -p "$root/usr/lib64" && ln -s usr/lib64 "$root/lib64"
  install --strip --mode=0755 "$program" "$root/usr/bin/heat-operator"

  libraries "$program" | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp --dereference "$library" "$root$library"
    owner_of "$library"
  done | sort -u >"$root/.packages"
  echo ca-certificates >>"$root/.packages"
  record_packages
  rm "$root/.packages"

  # TLS to addresses that users name, such as a Keystone with a public certificate.
  cp --dereference /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  # Without it glibc would ask DNS before /etc/hosts.
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  echo 'heat-operator:x:65532:65532::/:/sbin/nologin' >"$root/etc/passwd"
  echo 'heat-operator:x:65532:' >"$root/etc/group"
  cp --dereference /etc/os-release "$root/etc/os-release"
  echo "made $root on $version_of_base: $(du -sh "$root" | cut -f1)"
}

# All that the loader would open, itself included.
libraries() {
  ldd "$1" | sed -nE 's/.*=> (\/[^ ]+) .*/\1/p; s/^[[:space:]]*(\/[^ ]+) .*/\1/p'
}

# dpkg knows a file under the path that its package has, with or without /usr.
owner_of() {
  real=$(realpath "$1")
  { dpkg-query --search "$real" || dpkg-query --search "${real#/usr}" || dpkg-query --search "$1"; } 2>/dev/null |
    head -n 1 | cut -d: -f1
}

# One file a package, where scanners of vulnerabilities look when an image has no package manager.
record_packages() {
  while read -r package; do
    dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
  done <"$root/.packages"
}

main
