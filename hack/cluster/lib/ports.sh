# shellcheck shell=bash
# Free ports on loopback.

# free_ports COUNT: that many different ports nobody listens on. They lie below the range from which
# the kernel takes ports for outgoing connections, so nothing takes one before its owner listens.
free_ports() {
  local count=$1 port
  local -A taken=()
  while read -r port; do taken[$port]=1; done < <(_listening_ports)
  while ((count > 0)); do
    port=$((20000 + RANDOM % 12000))
    [[ -z "${taken[$port]:-}" ]] || continue
    taken[$port]=1
    printf '%s\n' "$port"
    count=$((count - 1))
  done
}

# /proc/net/tcp: the second column is address:port in hex, the fourth the state (0A is LISTEN).
_listening_ports() {
  local _ local_address _remote state
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ local_address _remote state _; do
    [[ "$state" != 0A ]] || printf '%d\n' "0x${local_address##*:}"
  done
}
