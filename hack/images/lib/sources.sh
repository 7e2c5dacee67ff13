# shellcheck shell=bash
# Where packages come from: the mirrors of Debian that the machine's own apt uses, with the suite that is wanted.
#
# Uses WORK and SUITE.

readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# find_sources: writes WORK/sources.list, the mirror first, and WORK/apt.conf; once a run.
find_sources() {
  [[ ! -e "$WORK/sources.list" ]] || return 0
  local mirror security
  mirror=$(mirror_of Debian)
  security=$(mirror_of Debian-Security)
  [[ -n "$mirror" ]] || fail "apt on this machine knows no mirror of Debian." \
    "apt-get update, and see that /etc/apt/sources.list or sources.list.d names one"
  [[ -n "$security" || "$SUITE" == sid ]] || say "  no mirror of Debian's security updates is known to apt here: going without them"
  {
    source_line "$mirror" "$SUITE"
    [[ "$SUITE" == sid || -z "$security" ]] || source_line "$security" "$SUITE-security"
  } >"$WORK/sources.list"
  write_apt_conf
}

# mirror_of LABEL: as the index of the archive calls itself; none before the first apt-get update.
mirror_of() {
  # shellcheck disable=SC2016  # apt's own variables
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Identifier: Packages' |
    sed -nE "s#^Debian $1 ([a-z+]+://.*)#\1#p" | head -n 1
}

source_line() { printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$1" "$2"; }

# On top of the machine's own settings, since that is where its proxies are; but not what it does after each run, and
# nothing that only people read.
write_apt_conf() {
  cat >"$WORK/apt.conf" <<CONFIGURATION
#clear APT::Update;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::DEP-11-icons;
#clear Acquire::IndexTargets::deb::DEP-11-icons-hidpi;
#clear Acquire::IndexTargets::deb::Contents-deb;
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Dir::Etc::SourceList "$WORK/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::lists "$WORK/lists/";
DPkg::Options:: "--force-unsafe-io";
CONFIGURATION
  mkdir -p -- "$WORK/lists/partial"
}
