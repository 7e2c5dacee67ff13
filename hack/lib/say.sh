# shellcheck shell=bash
# What scripts tell a person: headings, progress, and failures that say what to do.
# Everything goes to stderr, so that stdout stays free for answers.

# A terminal gets one line that counts up; a log (CI, a pipe) gets plain lines now and then.
is_terminal() { [[ -t 2 && -z "${CI:-}" ]]; }

say() { printf '%s\n' "$*" >&2; }

heading() { printf '\n== %s\n' "$*" >&2; }

# fail MESSAGE [WHAT TO DO]
fail() {
  printf 'error: %s\n' "$1" >&2
  [[ -z "${2:-}" ]] || printf '  -> %s\n' "$2" >&2
  exit 1
}

# show_log FILE [LINES]: the end of a log, set apart from our own words.
show_log() {
  local file=$1 lines=${2:-15}
  [[ -s "$file" ]] || { say "  ($file is empty)"; return 0; }
  say "  last lines of $file:"
  tail -n "$lines" -- "$file" | sed 's/^/  | /' >&2
}

duration() {
  local seconds=$1
  if ((seconds < 60)); then printf '%ds' "$seconds"; else printf '%dm%02ds' $((seconds / 60)) $((seconds % 60)); fi
}

# await SECONDS COMMAND…: true as soon as the command is, false when the time is over.
await() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

# with_progress WHAT LOG COMMAND…: runs a long, silent command and shows that time passes.
# The command keeps the foreground, so that Ctrl-C reaches it; only the clock is in the background.
with_progress() {
  local what=$1 log=$2 began=$SECONDS clock status=0
  shift 2
  _tick "$what" $$ &
  clock=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$clock" 2>/dev/null || true
  wait "$clock" 2>/dev/null || true
  is_terminal && printf '\r\033[K' >&2
  if ((status == 0)); then
    say "  $what: done ($(duration $((SECONDS - began))))"
  else
    say "  $what: failed after $(duration $((SECONDS - began)))"
  fi
  return "$status"
}

# Ends by itself when the script does, however that ends.
_tick() {
  local what=$1 script=$2 began=$SECONDS every=30 next=30
  is_terminal || say "  $what …"
  while kill -0 "$script" 2>/dev/null; do
    if is_terminal; then
      printf '\r\033[K  %s … %s' "$what" "$(duration $((SECONDS - began)))" >&2
    elif ((SECONDS - began >= next)); then
      say "  $what … $(duration $((SECONDS - began)))"
      next=$((next + every))
    fi
    sleep 1
  done
}
