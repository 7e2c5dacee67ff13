# shellcheck shell=bash
# Background processes that outlive the script which starts them. Each is recorded with its pid and
# its start time: a pid alone may belong to somebody else by the time it is signalled.
#
# Records are files of a directory: RUN/<name>, in the order of their start.

# start_recorded RUN NAME LOG COMMAND…: a session of its own, so that a terminal's Ctrl-C does not
# reach it and its children can be ended with it.
start_recorded() {
  local run=$1 name=$2 log=$3 pid
  shift 3
  setsid "$@" >>"$log" 2>&1 </dev/null &
  pid=$!
  disown "$pid" 2>/dev/null || true
  printf '%s %s\n' "$pid" "$(_start_time "$pid" || echo gone)" >"$run/$name"
}

# Field 22 of /proc/PID/stat; the second field is a name that may hold spaces and brackets.
# A zombie has ended already.
_start_time() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -ra fields <<<"${stat##*) }"
  [[ "${fields[0]}" != Z ]] || return 1
  printf '%s\n' "${fields[19]}"
}

is_running() {
  local run=$1 name=$2 pid started
  { read -r pid started <"$run/$name"; } 2>/dev/null || return 1
  [[ "$(_start_time "$pid")" == "$started" ]]
}

# stop_recorded RUN NAME: asks, waits, and insists only with what does not listen.
stop_recorded() {
  local run=$1 name=$2 pid
  if is_running "$run" "$name"; then
    read -r pid _ <"$run/$name"
    kill -TERM -- "-$pid" 2>/dev/null || true
    if ! await 15 _is_over "$run" "$name"; then
      say "  $name (pid $pid) did not end within 15s and is killed"
      kill -KILL -- "-$pid" 2>/dev/null || true
      await 5 _is_over "$run" "$name" || return 1
    fi
  fi
  rm -f -- "$run/$name"
}

_is_over() { ! is_running "$@"; }

# The names recorded in RUN, newest first: what was started last depends on what came before.
recorded() {
  [[ -d "$1" ]] || return 0
  find "$1" -type f -printf '%T@ %f\n' | sort -rn | cut -d' ' -f2
}
