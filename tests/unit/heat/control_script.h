// The script of a Job that controls the broker's nodes, run by sh with a rabbitmqctl that plays them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace sample {

struct Ended {
  int code = -1;
  std::string said;
};

// A folder, $ROOT, in which `rabbitmqctl` lies and what it plays by, and the cookie.
class ControlScript : public testing::Test {
 protected:
  explicit ControlScript(const char* rabbitmqctl) {
    std::string pattern = (std::filesystem::temp_directory_path() / "control-script-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    write("rabbitmqctl", rabbitmqctl);
    std::filesystem::permissions(root_ / "rabbitmqctl", std::filesystem::perms::owner_all);
    write("cookie", "cookie-canary");
  }
  ~ControlScript() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(root_ / name) << text; }
  std::string read(const std::string& name) const {
    std::ifstream file(root_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(root_ / name); }
  void remove(const std::string& name) const { std::filesystem::remove(root_ / name); }

  // `command`: "sh", "-c", the script, "sh", the cookie's file, and the rest.
  Ended run(std::vector<std::string> command) const {
    command.at(4) = (root_ / "cookie").string();
    std::string line =
        "cd / && env ROOT=" + root_.string() + " HOME=" + root_.string() + " PATH=" + root_.string() + ":/usr/bin:/bin";
    for (const std::string& word : command) {
      line += " '";
      for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
      line += "'";
    }
    FILE* pipe = popen((line + " 2>&1").c_str(), "r");
    Ended ended;
    std::array<char, 512> part{};
    while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) ended.said.append(part.data(), size);
    ended.code = WEXITSTATUS(pclose(pipe));
    EXPECT_THAT(ended.said, testing::Not(testing::HasSubstr("canary")));
    return ended;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace sample
