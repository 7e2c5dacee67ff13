# shellcheck shell=bash
# The Go compiler builds the programs of the local cluster; the operator itself needs none.

readonly GO_WANTED=1.26

# go_version DIR: the Go that works inside a module. With GOTOOLCHAIN=auto an older Go may fetch
# the one that go.mod asks for, so it is asked there and not elsewhere.
go_version() {
  (cd -- "$1" && go version 2>/dev/null) | sed -nE 's/^go version go([0-9]+\.[0-9]+).*/\1/p'
}

has_wanted_go() {
  local version
  version=$(go_version "$1") || return 1
  [[ -n "$version" ]] && printf '%s\n' "$GO_WANTED" "$version" | sort -V -C
}
