#include "heat/config/broker_check.h"

#include "heat/config/rabbitmq_conf.h"
#include "heat/names.h"

namespace heat {
namespace {

// Far from those of a shell and of rabbitmqctl. One for each series that nodes may be of, and one for all others.
constexpr int first_code = 100;
constexpr int unknown_series_code = first_code + static_cast<int>(broker_series.size());

// rabbitmqctl tells a hash of the cookie where it reaches no node: that is kept back.
constexpr std::string_view script = R"sh(set -eu
umask 077
ulimit -n 1024 2>/dev/null || true
PATH=/usr/lib/rabbitmq/bin:$PATH
cookie=$1 steps=$2 unknown=$3 versions=$4 flags=$5
shift 5
cat "$cookie" > "$HOME/.erlang.cookie"

say() { printf '%s\n' "$*" >&2; }
refuse() {
  code=$1
  shift
  say "refused: $*"
  exit "$code"
}
ask() { rabbitmqctl --quiet --longnames --node "$asked" --timeout 120 eval "$1"; }
releases() { grep -E -o '[0-9]+\.[0-9]+\.[0-9]+'; }

# judge OLD NEW: ends the script unless a node of OLD may be replaced by one of NEW.
judge() {
  old=$1 new=$2
  set -- $(printf '%s\n' "$steps" | grep "^${old%.*} " || true)
  [ $# -gt 0 ] || refuse "$unknown" "a node runs RabbitMQ $old, and nothing is known here of that series"
  code=$2 least=$3
  shift 3
  case " $* " in
    *" ${new%.*} "*) ;;
    *) refuse "$code" "RabbitMQ $old cannot be replaced node by node by $new; by series: ${*:-none}" ;;
  esac
  [ "${old##*.}" -ge "$least" ] ||
    refuse "$code" "RabbitMQ $old must become ${old%.*}.$least or later before it becomes $new"
}

new=$(rabbitmqctl version | releases | head -n 1)
[ -n "$new" ] || { say "this image does not tell which RabbitMQ it has" && exit 1; }
running=
for asked in "$@"; do
  if running=$(ask "$versions" 2>/dev/null | releases); then break; fi
  say "$asked does not answer"
done
[ -n "$running" ] || exit 1
say "nodes run RabbitMQ" $running "and shall run $new"
other=no
for old in $running; do
  if [ "${old%.*}" != "${new%.*}" ]; then
    judge "$old" "$new"
    other=yes
  fi
done
if [ "$other" = yes ]; then
  told=$(ask "$flags" 2>&1) || {
    printf '%s\n' "$told" | grep -v -i cookie >&2
    say "not all stable feature flags could be turned on"
    exit 1
  }
  say "all stable feature flags are on"
fi
)sh";

std::string versions_question() {
  return running_nodes() +
         " lists:usort([begin {ok, V} = rpc:call(N, application, get_key, [rabbit, vsn]), V end || N <- R]).";
}

constexpr std::string_view flags_order =
    "ok = rabbit_feature_flags:enable_all(), [] = maps:keys(rabbit_feature_flags:list(disabled, stable)).";

std::string steps() {
  std::string text;
  int code = first_code;
  for (const BrokerSeries& each : broker_series) {
    // The series is the row's first word: it is what the script looks for.
    text += std::string(each.name) + " " + std::to_string(code++) + " " + std::to_string(each.least_patch) + " " +
            std::string(each.next) + "\n";
  }
  return text;
}

// "4.0 4.1 4.2" as "4.0, 4.1 or 4.2".
std::string listed(std::string_view words) {
  std::string text;
  const std::size_t last = words.rfind(' ');
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += words[i] != ' ' ? std::string(1, words[i]) : i == last ? " or " : ", ";
  }
  return text;
}

}  // namespace

std::vector<std::string> broker_check_rule() {
  return {"sh",
          "-c",
          std::string(script),
          "sh",
          std::string(config_directory) + "/" + std::string(erlang_cookie_file),
          steps(),
          std::to_string(unknown_series_code),
          versions_question(),
          std::string(flags_order)};
}

std::vector<std::string> broker_check_command(const Spec& spec) {
  std::vector<std::string> command = broker_check_rule();
  for (std::int64_t i = 0; i < spec.broker.managed()->replicas; ++i) command.push_back(broker_node(spec, i));
  return command;
}

std::vector<int> broker_check_refusals() {
  std::vector<int> codes;
  for (int code = first_code; code <= unknown_series_code; ++code) codes.push_back(code);
  return codes;
}

std::string broker_check_refusal(int code) {
  if (code < first_code || code > unknown_series_code) return {};
  if (code == unknown_series_code) return "nodes run a series of RabbitMQ of which this operator knows nothing";
  const BrokerSeries& series = broker_series.at(static_cast<std::size_t>(code - first_code));
  std::string text = "nodes run RabbitMQ " + std::string(series.name) + ", ";
  if (series.next.empty()) return text + "which no other series can replace node by node";
  if (series.least_patch > 0) {
    text += "which from " + std::string(series.name) + "." + std::to_string(series.least_patch) + " on ";
  } else {
    text += "which ";
  }
  return text + "only " + listed(series.next) + " can replace node by node";
}

}  // namespace heat
