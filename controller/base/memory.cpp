#include "base/memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace base {
namespace {

// Of one loaded object: the segments that are not writable. They are clean by construction (relocations go into
// writable ones), so nothing is lost that the file does not hold.
int drop_clean_segments(dl_phdr_info* object, std::size_t, void*) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    // Where it cannot be done (the kernel's own vdso) nothing is gained, and nothing lost.
    static_cast<void>(madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED));
  }
  return 0;
}

}  // namespace

void keep_few_heaps() {
  mallopt(M_ARENA_MAX, 2);
  // Fast bins are merged whenever a large block is asked for, which here is with each answer.
  mallopt(M_MXFAST, 0);
}

void return_startup_memory() {
  malloc_trim(0);
  dl_iterate_phdr(drop_clean_segments, nullptr);
}

}  // namespace base
