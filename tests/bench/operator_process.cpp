#include "operator_process.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

extern char** environ;

namespace bench {
namespace {

constexpr auto ready_deadline = std::chrono::seconds(120);
constexpr auto poll_interval = std::chrono::milliseconds(5);

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  close(listener);
  return ntohs(address.sin_port);
}

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

// The body where the page answers 200; empty otherwise.
std::string page(int port, const std::string& path) {
  std::string body;
  CURL* handle = curl_easy_init();
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + path;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, 10L);
  long status = 0;
  if (curl_easy_perform(handle) == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(handle);
  return status == 200 ? (body.empty() ? std::string(" ") : body) : std::string();
}

long status_kib(pid_t pid, const std::string& field) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(field + ":", 0) == 0) return std::strtol(line.c_str() + field.size() + 1, nullptr, 10);
  }
  return 0;
}

}  // namespace

OperatorProcess::OperatorProcess(const std::string& binary, const std::string& kubeconfig,
                                 const std::vector<std::string>& arguments)
    : metrics_port_(free_port()), health_port_(free_port()) {
  std::vector<std::string> words{binary,
                                 "--kubeconfig",
                                 kubeconfig,
                                 "--metrics-bind-address",
                                 "127.0.0.1:" + std::to_string(metrics_port_),
                                 "--health-probe-bind-address",
                                 "127.0.0.1:" + std::to_string(health_port_),
                                 "--log-level",
                                 "warn"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (posix_spawn(&pid_, binary.c_str(), nullptr, nullptr, argv.data(), environ) != 0) {
    std::fprintf(stderr, "cannot start %s\n", binary.c_str());
    std::exit(1);
  }
}

OperatorProcess::~OperatorProcess() {
  if (pid_ > 0) stop();
}

void OperatorProcess::wait_ready() const {
  const auto deadline = std::chrono::steady_clock::now() + ready_deadline;
  while (page(health_port_, "/readyz").empty()) {
    if (std::chrono::steady_clock::now() > deadline) {
      std::fprintf(stderr, "the operator did not become ready\n");
      std::exit(1);
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

int OperatorProcess::stop() {
  kill(pid_, SIGTERM);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double OperatorProcess::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string word;
  double ticks = 0;
  for (int i = 3; i <= 15 && fields >> word; ++i) {  // fields 14 and 15 of proc(5): utime, stime
    if (i >= 14) ticks += std::strtod(word.c_str(), nullptr);
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long OperatorProcess::rss_kib() const { return status_kib(pid_, "VmRSS"); }
long OperatorProcess::peak_rss_kib() const { return status_kib(pid_, "VmHWM"); }

double OperatorProcess::metric(const std::string& name, const std::string& label) const {
  std::istringstream lines(page(metrics_port_, "/metrics"));
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool named = line.rfind(name + "{", 0) == 0 || line.rfind(name + " ", 0) == 0;
    if (!named || (!label.empty() && line.find(label) == std::string::npos)) continue;
    sum += std::strtod(line.c_str() + line.rfind(' '), nullptr);
  }
  return sum;
}

double OperatorProcess::writes() const {
  double sum = 0;
  for (const char* method : {"PATCH", "POST", "DELETE"}) {
    sum += metric("rest_client_requests_total", std::string("method=\"") + method + "\"");
  }
  return sum;
}

double OperatorProcess::renewals() const { return metric("rest_client_requests_total", "method=\"PUT\""); }

double OperatorProcess::requests() const { return metric("rest_client_requests_total"); }

}  // namespace bench
