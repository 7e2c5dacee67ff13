// What a process that runs for months needs less of than one that has just started.
#pragma once

namespace base {

// Call once, in main, before the first thread: glibc would give each thread a heap of its own, up to eight a core,
// which are mostly empty and most of an idle process.
void keep_few_heaps();

// Call when start-up is over. Hands free heap pages back, and the pages of program and libraries that are never written
// (code, symbol tables): loading touches nearly all of them once, running a fraction. They stay in the page cache, and
// what is needed again comes back by a minor fault. Resident memory afterwards is what the process works with.
// Thread-safe.
void return_startup_memory();

}  // namespace base
