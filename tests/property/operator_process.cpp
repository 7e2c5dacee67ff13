#include "property/operator_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <future>
#include <stdexcept>
#include <thread>

namespace property {
namespace {

std::filesystem::path make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "heat-operator-property-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder for the operator");
  return pattern;
}

// Forks on one thread that lives as long as the program: the kernel ends a child when the *thread* that made it ends.
class Spawner {
 public:
  static Spawner& instance() {
    static Spawner spawner;
    return spawner;
  }

  pid_t spawn(const std::vector<std::string>& arguments, const std::string& log) {
    std::packaged_task<pid_t()> task([&] { return fork_and_exec(arguments, log); });
    std::future<pid_t> pid = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
    return pid.get();
  }

 private:
  Spawner() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !tasks_.empty(); })) {
      std::packaged_task<pid_t()> task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }

  static pid_t fork_and_exec(const std::vector<std::string>& arguments, const std::string& log) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t pid = fork();
    if (pid != 0) {
      close(output);
      return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close_range(3, ~0U, 0);
    execv(argv[0], argv.data());
    _exit(127);
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::packaged_task<pid_t()>> tasks_;
  std::jthread thread_;
};

}  // namespace

std::string operator_binary() {
  const char* given = std::getenv("HEAT_OPERATOR_BINARY");
  return given != nullptr ? given : HEAT_OPERATOR_BUILT_BINARY;
}

OperatorProcess::OperatorProcess(std::string kubeconfig, std::vector<std::string> flags)
    : folder_(make_folder()), flags_(std::move(flags)) {
  std::ofstream(folder_ / "kubeconfig") << kubeconfig;
}

OperatorProcess::~OperatorProcess() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void OperatorProcess::start() {
  const std::lock_guard lock(mutex_);
  if (pid_ != 0) return;
  std::vector<std::string> arguments{operator_binary(),
                                     "--kubeconfig",
                                     (folder_ / "kubeconfig").string(),
                                     "--metrics-bind-address",
                                     "0",
                                     "--health-probe-bind-address",
                                     "0",
                                     "--log-format",
                                     "json",
                                     "--log-level",
                                     "info"};
  arguments.insert(arguments.end(), flags_.begin(), flags_.end());
  pid_ = Spawner::instance().spawn(arguments, (folder_ / "log").string());
  if (pid_ < 0) throw std::runtime_error("cannot start " + operator_binary());
}

int OperatorProcess::wait_for_end() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void OperatorProcess::kill() {
  const std::lock_guard lock(mutex_);
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  crashed_ = wait_for_end() != 128 + SIGKILL || crashed_;
}

int OperatorProcess::terminate() {
  const std::lock_guard lock(mutex_);
  if (pid_ == 0) return -1;
  ::kill(pid_, SIGTERM);
  return wait_for_end();
}

int OperatorProcess::wait() {
  const std::lock_guard lock(mutex_);
  return pid_ == 0 ? -1 : wait_for_end();
}

bool OperatorProcess::crashed() {
  const std::lock_guard lock(mutex_);
  int status = 0;
  if (pid_ != 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = 0;
    crashed_ = true;
  }
  return crashed_;
}

int OperatorProcess::lives_begun() const {
  std::ifstream file(folder_ / "log");
  int count = 0;
  for (std::string line; std::getline(file, line);) count += line.find("starting workers") == std::string::npos ? 0 : 1;
  return count;
}

std::string OperatorProcess::log_tail(std::size_t lines) const {
  std::ifstream file(folder_ / "log");
  std::deque<std::string> tail;
  for (std::string line; std::getline(file, line);) {
    tail.push_back(line);
    if (tail.size() > lines) tail.pop_front();
  }
  std::string text;
  for (const std::string& line : tail) text += line + "\n";
  return text;
}

}  // namespace property
