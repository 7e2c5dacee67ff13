#include "kube/exec_plugin.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace kube {
namespace {

constexpr std::size_t max_output = 1u << 20;
using std::chrono::steady_clock;

// Where the program is: execvp's rule, against the PATH that the program itself will see.
std::string resolve(const std::string& command, const std::map<std::string, std::string>& environment) {
  if (command.find('/') != std::string::npos) return command;
  const auto path = environment.find("PATH");
  std::string_view rest = path == environment.end() ? std::string_view("/usr/bin:/bin") : path->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string candidate = std::string(rest.substr(0, end)) + "/" + command;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// A started program whose stdout we read; killed and reaped at the end, whatever happens.
class Child {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (output_ >= 0) ::close(output_);
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  // 0, or an errno.
  int start(const std::string& file, std::vector<std::string> arguments, std::vector<std::string> environment);
  enum class End { closed, timeout, too_much };
  End read(std::string& text, steady_clock::time_point deadline) const;
  // The exit status as waitpid gives it; nullopt: it still runs at the deadline.
  std::optional<int> wait(steady_clock::time_point deadline);

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

int Child::start(const std::string& file, std::vector<std::string> arguments, std::vector<std::string> environment) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return errno;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own, so that a timeout ends its children too; signals as a new program expects them.
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawn(&pid_, file.c_str(), &actions, &attributes, pointers(arguments).data(),
                                  pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  output_ = pipe[0];
  if (error != 0) pid_ = -1;
  return error;
}

Child::End Child::read(std::string& text, steady_clock::time_point deadline) const {
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) return End::timeout;
    pollfd wanted{output_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t got = ::read(output_, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return End::closed;
    text.append(bytes.data(), static_cast<std::size_t>(got));
    if (text.size() > max_output) return End::too_much;
  }
}

std::optional<int> Child::wait(steady_clock::time_point deadline) {
  // Without pidfd (an old kernel, a strict sandbox) the wait is unbounded: its output is closed, so it is about to end.
  const int watched = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (watched >= 0) {
    pollfd wanted{watched, POLLIN, 0};
    int ready = 0;
    do {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
      ready = ::poll(&wanted, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
    } while (ready < 0 && errno == EINTR);
    ::close(watched);
    if (ready == 0) return std::nullopt;
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return std::nullopt;
  }
  pid_ = -1;
  return status;
}

tl::unexpected<base::Error> failed(const ExecPlugin& plugin, const std::string& reason) {
  std::string message = plugin.entry + ": the credential plugin \"" + plugin.command + "\" " + reason;
  if (!plugin.install_hint.empty()) {
    message += "; hint: ";
    for (const char character : plugin.install_hint.substr(0, 1000)) {
      message += static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
    }
  }
  return base::failure(std::move(message));
}

std::string ended_as(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with exit code " + std::to_string(WEXITSTATUS(status)) + ": run it by hand to see why";
}

}  // namespace

std::string exec_info(const ExecPlugin& plugin) {
  json::Value info = {
      {"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}};
  if (!plugin.cluster.is_null()) info["spec"]["cluster"] = plugin.cluster;
  return info.dump();
}

base::Result<ExecCredential> parse_exec_credential(std::string_view text, const std::string& api_version) {
  const auto parsed = json::parse(text);
  if (!parsed || !parsed->is_object()) return base::failure("wrote no JSON object");
  if (json::string_at(*parsed, "/kind") != "ExecCredential") return base::failure("wrote no ExecCredential");
  const std::string version = json::string_at(*parsed, "/apiVersion");
  if (version != api_version) {
    return base::failure("wrote apiVersion \"" + version.substr(0, 100) + "\", and the entry says \"" + api_version +
                         "\"");
  }
  ExecCredential credential;
  credential.token = json::string_at(*parsed, "/status/token");
  credential.client_cert_pem = json::string_at(*parsed, "/status/clientCertificateData");
  credential.client_key_pem = json::string_at(*parsed, "/status/clientKeyData");
  if (credential.client_cert_pem.empty() != credential.client_key_pem.empty()) {
    return base::failure("wrote clientCertificateData and clientKeyData only one without the other");
  }
  if (credential.token.empty() && credential.client_cert_pem.empty()) {
    return base::failure("wrote neither a token nor a client certificate");
  }
  const std::string expires = json::string_at(*parsed, "/status/expirationTimestamp");
  if (!expires.empty()) {
    credential.expires = base::parse_rfc3339(expires);
    if (*credential.expires == std::chrono::system_clock::time_point{}) {
      return base::failure("wrote an expirationTimestamp that is no RFC 3339 time");
    }
  }
  return credential;
}

base::Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin, base::Duration timeout) {
  const auto deadline = steady_clock::now() + timeout;
  const std::string file = resolve(plugin.command, plugin.environment);
  if (file.empty()) return failed(plugin, "is not found in PATH: install it, or give its path");
  std::vector<std::string> arguments = {plugin.command};
  arguments.insert(arguments.end(), plugin.arguments.begin(), plugin.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : plugin.environment) environment.push_back(name + "=" + value);
  environment.push_back("KUBERNETES_EXEC_INFO=" + exec_info(plugin));
  Child child;
  if (const int error = child.start(file, std::move(arguments), std::move(environment)); error != 0) {
    return failed(plugin, std::string("cannot be started: ") + std::strerror(error));
  }
  const std::string too_long = "did not end within " + std::to_string(timeout.count() / 1000) + " s";
  std::string text;
  switch (child.read(text, deadline)) {
    case Child::End::closed:
      break;
    case Child::End::timeout:
      return failed(plugin, too_long);
    case Child::End::too_much:
      return failed(plugin, "wrote more than 1 MiB");
  }
  const auto status = child.wait(deadline);
  if (!status) return failed(plugin, too_long);
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) return failed(plugin, ended_as(*status));
  auto credential = parse_exec_credential(text, plugin.api_version);
  if (!credential) return failed(plugin, credential.error().message);
  return credential;
}

}  // namespace kube
