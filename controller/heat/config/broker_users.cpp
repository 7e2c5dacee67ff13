#include "heat/config/broker_users.h"

#include <algorithm>

#include "heat/config/rabbitmq_conf.h"
#include "heat/config/uwsgi_ini.h"
#include "heat/names.h"

namespace heat {
namespace {

constexpr std::int64_t pause_seconds = 10;
// An API's pod that was replaced keeps its connections until its last call is answered, at most twice the longest call
// and half a minute (heat/desired/api_deployment.cpp).
constexpr std::int64_t least_patience_seconds = 300;
constexpr std::int64_t margin_seconds = 90;

// Those that broker_user() names: from the second generation on with a number, of at most seven digits.
constexpr std::string_view former_users = "heat(-([2-9]|[1-9][0-9]{1,6}))?";

// rabbitmqctl tells a hash of the cookie where it reaches no node: that is kept back. A broker whose users do not
// include the one of the spec has not been rolled, or is another one: there nobody's user goes.
constexpr std::string_view script = R"sh(set -eu
umask 077
ulimit -n 1024 2>/dev/null || true
PATH=/usr/lib/rabbitmq/bin:$PATH
cookie=$1 former=$2 in_use=$3 pause=$4 looks=$5 current=$6
shift 6
cat "$cookie" > "$HOME/.erlang.cookie"
tab=$(printf '\t')

say() { printf '%s\n' "$*" >&2; }
give_up() {
  say "$*"
  exit 1
}
ask() { rabbitmqctl --silent --longnames --node "$asked" --timeout 120 "$@"; }

# hosts_of USER: one line for each of his connections.
hosts_of() { printf '%s\n' "$connections" | grep "^$1$tab" | cut -f 2 || true; }

# tell USER: who still is USER.
tell() {
  text=
  while read -r count host; do text="$text, $count from $host"; done <<END
$(hosts_of "$1" | sort | uniq -c)
END
  say "user $1 is in use, by connections: ${text#, }"
}

remove() {
  told=$(ask delete_user "$1" 2>&1) || {
    printf '%s\n' "$told" | grep -v -i cookie >&2 || true
    give_up "user $1 could not be removed"
  }
  say "user $1 is removed: nobody uses it any more"
}

users=
for asked in "$@"; do
  if users=$(ask list_users 2>/dev/null); then break; fi
  users=
  say "$asked does not answer"
done
[ -n "$users" ] || give_up "no broker node tells its users"
users=$(printf '%s\n' "$users" | cut -f 1)
printf '%s\n' "$users" | grep -q -F -x "$current" || give_up "the broker has no user $current"
left=$(printf '%s\n' "$users" | grep -E -x "$former" | grep -v -F -x "$current" || true)

while [ -n "$left" ]; do
  connections=$(ask list_connections user peer_host 2>/dev/null) || give_up "$asked does not tell who is connected"
  used=
  for user in $left; do
    if [ -n "$(hosts_of "$user")" ]; then
      tell "$user"
      used="$used $user"
    else
      remove "$user"
    fi
  done
  left=$used
  [ -n "$left" ] || break
  looks=$((looks - 1))
  [ "$looks" -gt 0 ] || {
    say "refused: end the clients of these users, or let them log in as $current:$left"
    exit "$in_use"
  }
  sleep "$pause"
done
say "the operator has no user here but $current"
)sh";

}  // namespace

std::vector<std::string> broker_users_rule() {
  return {"sh",
          "-c",
          std::string(script),
          "sh",
          std::string(config_directory) + "/" + std::string(erlang_cookie_file),
          std::string(former_users),
          std::to_string(former_user_in_use),
          std::to_string(pause_seconds)};
}

std::vector<std::string> broker_users_command(const Spec& spec) {
  const ManagedBroker& broker = *spec.broker.managed();
  std::vector<std::string> command = broker_users_rule();
  command.push_back(std::to_string(broker_users_patience_seconds(spec) / pause_seconds));
  command.push_back(broker_user(broker.credentials_generation));
  for (std::int64_t i = 0; i < broker.replicas; ++i) command.push_back(broker_node(spec, i));
  return command;
}

std::int64_t broker_users_patience_seconds(const Spec& spec) {
  return std::max<std::int64_t>(least_patience_seconds, 2 * longest_call(spec).count() + margin_seconds);
}

}  // namespace heat
