/// Large objects in huge pages, where the machine gives them to who asks (`madvise`): most of what 64 MiB of fresh
/// memory cost is 16,384 page faults. glibc can ask by itself (glibc.malloc.hugetlb), but looks first in /sys, which no
/// view shows. Installed in the zygote, inherited by its forks.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

// Of Python's interface; resolved in the interpreter that loads this. Source: Include/cpython/pymem.h.
struct PyMemAllocatorEx {
  void* context;
  void* (*malloc)(void* context, size_t size);
  void* (*calloc)(void* context, size_t count, size_t size);
  void* (*realloc)(void* context, void* block, size_t size);
  void (*free)(void* context, void* block);
};
enum PyMemAllocatorDomain { PYMEM_DOMAIN_RAW };
extern "C" {
void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx* allocator);
void PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx* allocator);
}

namespace {

constexpr size_t huge_page = 2 << 20;
constexpr size_t least_bytes = 2 * huge_page;  ///< so that it holds a whole one wherever it begins

PyMemAllocatorEx own;  ///< Python's

/// The block, with huge pages asked for where it has room for them. A refusal changes nothing.
void* advised(void* block, size_t size) {
  if (block == nullptr) return block;
  const uintptr_t at = reinterpret_cast<uintptr_t>(block);
  const uintptr_t begin = (at + huge_page - 1) / huge_page * huge_page, end = (at + size) / huge_page * huge_page;
  const int kept = errno;
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  errno = kept;
  return block;
}

void* get(void*, size_t size) {
  void* const block = own.malloc(own.context, size);
  return size < least_bytes ? block : advised(block, size);
}
void* get_zeros(void*, size_t count, size_t size) {
  void* const block = own.calloc(own.context, count, size);
  size_t whole = 0;
  const bool fits = !__builtin_mul_overflow(count, size, &whole);
  return !fits || whole < least_bytes ? block : advised(block, whole);
}
void* resize(void*, void* block, size_t size) {
  void* const moved = own.realloc(own.context, block, size);
  return size < least_bytes ? moved : advised(moved, size);
}
void release(void*, void* block) { own.free(own.context, block); }

}  // namespace

extern "C" {

/// Blocks of the raw domain, which has all that is larger than 512 bytes, are Python's own with an advice.
void assay_use_huge_pages() {
  PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &own);
  PyMemAllocatorEx asking{nullptr, get, get_zeros, resize, release};
  PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &asking);
}
}
