set -eu
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
