# shellcheck shell=bash
# What Debian does not have, from PyPI: into the image's /usr/local, where Debian's own Python, and so its uwsgi, finds it.
#
# Uses TREE, the image's root; runs in the namespaces that lib/layers.sh wants.

# install_from_pypi REQUIREMENTS. All that these need is taken from there too, even if Debian's packages in the image have
# it: those of pip itself are gone at the end, and a library is not of two releases at once. Nothing is built: what has
# no wheel would run its own code as root, outside the image.
install_from_pypi() {
  mount_system "$TREE"
  apt_in_tree install python3-pip
  images_pip install --break-system-packages --root-user-action=ignore --ignore-installed --only-binary=:all: \
    --progress-bar=off --requirement "$1"
  apt_in_tree purge --auto-remove python3-pip
  find "$TREE"/usr/local/lib/python3*/dist-packages -type d -name tests -prune -exec rm -rf -- {} +
  clean_tree
}

# The image's pip among the machine's settings, index, proxies, certificates and names: the machine's root with the image's
# /usr in it. So none of them has to be found, and none gets into the image.
images_pip() {
  # shellcheck disable=SC2016  # the inner shell's
  unshare --mount bash -euc 'mount --bind "$1/usr" /usr; shift; exec "$@"' - "$TREE" \
    env --unset=LD_LIBRARY_PATH --unset=LD_PRELOAD PATH=/usr/local/bin:/usr/bin LC_ALL=C.UTF-8 PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 \
    python3 -I -m pip "$@"
}
