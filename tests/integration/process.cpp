#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

extern char** environ;

namespace integration {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// A file without a name: a child may write any amount into it while nobody reads.
File unnamed_file(const std::string& content = "") {
  File file(std::tmpfile());
  if (!file) throw std::runtime_error("no temporary file could be made");
  std::fwrite(content.data(), 1, content.size(), file.get());
  std::rewind(file.get());
  return file;
}

std::string content_of(std::FILE* file) {
  std::rewind(file);
  std::string content;
  char buffer[8192];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, file)) > 0;) content.append(buffer, got);
  return content;
}

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void connect(int stream, int from, int flags) {
    if (from >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, from, stream);
    } else {
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", flags, 0);
    }
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

Process::Process(const std::vector<std::string>& argv, const Streams& streams) {
  FileActions actions;
  actions.connect(STDIN_FILENO, streams.in, O_RDONLY);
  actions.connect(STDOUT_FILENO, streams.out, O_WRONLY);
  actions.connect(STDERR_FILENO, streams.err, O_WRONLY);

  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  if (const int error = posix_spawn(&pid_, pointers[0], actions.get(), nullptr, pointers.data(), environ); error != 0) {
    throw std::runtime_error("cannot start " + argv.at(0) + ": " + std::strerror(error));
  }
  ended_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
}

Process::~Process() {
  if (!exit_code_) {
    signal(SIGKILL);
    wait(Duration(-1));
  }
  close(ended_);
}

std::optional<int> Process::wait(Duration within) {
  if (exit_code_) return exit_code_;
  pollfd ended{ended_, POLLIN, 0};
  if (poll(&ended, 1, static_cast<int>(within.count())) <= 0) return std::nullopt;
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

void Process::signal(int number) const {
  if (!exit_code_) kill(pid_, number);
}

std::string Finished::text() const { return "exit code " + std::to_string(exit_code) + "\n" + out + err; }

Finished run(const std::vector<std::string>& argv, const std::string& input, Duration within) {
  const File in = unnamed_file(input);
  const File out = unnamed_file();
  const File err = unnamed_file();
  Process process(argv, {fileno(in.get()), fileno(out.get()), fileno(err.get())});
  const std::optional<int> code = process.wait(within);
  if (!code) {
    process.signal(SIGKILL);
    process.wait(Duration(-1));
  }
  return {code.value_or(-1), content_of(out.get()), content_of(err.get())};
}

}  // namespace integration
