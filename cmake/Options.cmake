# Compiler options that every target of ours shares. Warnings are errors; the hardening flags cost nothing measurable.
# -Wno-restrict: g++ 12 reports std::string's own assignment under optimisation (GCC bug 105329); clang has no such
# warning to switch off.
add_library(heat_operator_options INTERFACE)

target_compile_options(heat_operator_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  -Wcast-align -Wunused -Wformat=2 -Wimplicit-fallthrough -Wmisleading-indentation $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Werror
  -fstack-protector-strong -fstack-clash-protection)
target_link_options(heat_operator_options INTERFACE -Wl,-z,relro,-z,now)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_definitions(heat_operator_options INTERFACE _FORTIFY_SOURCE=2)
endif()
target_compile_definitions(heat_operator_options INTERFACE _GLIBCXX_ASSERTIONS)

set(HEAT_OPERATOR_SANITIZE "" CACHE STRING "Value of -fsanitize= for everything of ours (asan and tsan presets)")
if(HEAT_OPERATOR_SANITIZE)
  target_compile_options(heat_operator_options INTERFACE
    -fsanitize=${HEAT_OPERATOR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(heat_operator_options INTERFACE -fsanitize=${HEAT_OPERATOR_SANITIZE})
endif()

option(HEAT_OPERATOR_COVERAGE "Instrument for gcov" OFF)
if(HEAT_OPERATOR_COVERAGE)
  target_compile_options(heat_operator_options INTERFACE --coverage)
  target_link_options(heat_operator_options INTERFACE --coverage)
endif()
