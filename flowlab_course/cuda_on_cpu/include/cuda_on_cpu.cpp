// Runs the threads of a CUDA kernel on one CPU thread, and watches what they touch.
//
// Blocks run one after the other. A thread of a block is a fiber: it runs until it reaches a barrier, then the next one
// does. Where no thread can go on and some have not reached the barrier, the kernel has a divergent barrier.
//
// Shared memory is filled with 0xff before each block, which is NaN in every format. Compiled with -fsanitize=thread,
// the kernel also calls __tsan_read4 and its like before each access, and these are here: they find accesses outside of
// all arrays, shared memory that is read before it is written, and races. Two accesses race if threads of a block make
// them without a barrier between, or different blocks make them at all, and one of them writes.
#include "cuda_on_cpu.hpp"

#include <link.h>
#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <vector>

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;
extern "C" {
extern char __start_on_cpu_shared[] __attribute__((weak)), __stop_on_cpu_shared[] __attribute__((weak));
}

namespace on_cpu {

enum Problem { NONE, DIVERGENT, OUTSIDE, UNWRITTEN, SHARED_RACE, GLOBAL_RACE };

struct Report {  // as in trace.py
    int problem, buffer, writes;
    unsigned block[3], thread[3], other[3];
    long long offset;
    unsigned long long code;  // address of the access in the library
};

struct Access {  // as in trace.py
    unsigned thread;
    int buffer;  // its number; -1 for shared memory
    long long offset;
    int bytes, writes;
    unsigned interval;  // barriers passed
};

struct Place {  // of an access, as in trace.py
    unsigned long long code;  // address in the library
    unsigned block, depth;    // depth: bytes on the thread's stack, more in a function that was called
};

enum State : char { READY, AT_BARRIER, AT_WARP_BARRIER, DONE };
struct Fiber {
    jmp_buf place;
    ucontext_t context;
    uint3 thread;
    State state;
    bool started;
    void* waits_at;  // in the kernel's code
};

#ifdef AS_WRITTEN  // an optimising compiler may make two barriers of one
constexpr bool BARRIERS_ARE_TOLD_APART = true;
#else
constexpr bool BARRIERS_ARE_TOLD_APART = false;
#endif
constexpr size_t STACK = 128 * 1024;
constexpr unsigned MANY = ~0u;

static std::vector<Fiber> fibers;
static std::vector<char> stacks;
static std::vector<double> dynamic;
static jmp_buf scheduler;
static Fiber* current;
static void (*body)();
static Report report;

// ---------------------------------------------------------------------------------------------- what is touched

struct Seen { unsigned written, writer, read, reader; };  // the interval and the thread of the last write and read
struct Area { char* begin; size_t bytes; std::vector<Seen> seen; };

static std::vector<Area> areas;  // the buffers; then static shared memory, then dynamic
static std::vector<Access> accesses;
static std::vector<Place> places;  // one for each
static unsigned interval, first_interval;  // counted over all blocks; the first of this block
static int buffers;
static bool recording;
static unsigned block_number;
static unsigned long long totals[8];  // global reads and writes, shared reads and writes; then their bytes
static uintptr_t image_begin, image_end;

static int find_image(dl_phdr_info* info, size_t, void*) {
    uintptr_t low = ~uintptr_t(0), high = 0;
    for (int i = 0; i < info->dlpi_phnum; ++i)
        if (info->dlpi_phdr[i].p_type == PT_LOAD) {
            const uintptr_t begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            low = std::min(low, begin), high = std::max(high, begin + info->dlpi_phdr[i].p_memsz);
        }
    const uintptr_t here = uintptr_t(&report);
    if (here < low || here >= high) return 0;
    image_begin = low, image_end = high;
    return 1;
}

static uint3 thread_number(unsigned i) {
    return {i % blockDim.x, i / blockDim.x % blockDim.y, i / (blockDim.x * blockDim.y)};
}

static void stop(Problem problem, int buffer, long long offset, bool writes, unsigned other, void* code) {
    const uint3 o = other == MANY ? uint3{MANY, MANY, MANY} : thread_number(other), t = current->thread, b = blockIdx;
    report = {problem, buffer, writes, {b.x, b.y, b.z}, {t.x, t.y, t.z}, {o.x, o.y, o.z}, offset,
              (unsigned long long)(uintptr_t(code) - image_begin)};
    _longjmp(scheduler, 1);
}

static void touch(int number, long long offset, unsigned bytes, bool writes, void* code, void* frame) {
    Area& area = areas[number];
    const bool shared = number >= buffers;
    const unsigned me = current - fibers.data();
    const int buffer = shared ? -1 : number;
    ++totals[2 * shared + writes];
    totals[4 + 2 * shared + writes] += bytes;
    if (recording) {
        accesses.push_back({me, buffer, offset, int(bytes), writes, interval - first_interval});
        places.push_back({uintptr_t(code) - image_begin, block_number,
                          unsigned(&stacks[0] + (me + 1) * STACK - static_cast<char*>(frame))});
    }
    for (Seen *s = &area.seen[offset], *end = s + bytes; s < end; ++s) {
        if (shared && !writes && s->written < first_interval) stop(UNWRITTEN, buffer, offset, writes, MANY, code);
        const bool others_wrote = s->writer != me && s->written == interval;
        const bool others_read = writes && s->reader != me && s->read == interval;
        if (others_wrote || others_read)
            stop(shared ? SHARED_RACE : GLOBAL_RACE, buffer, offset, writes, others_wrote ? s->writer : s->reader, code);
        const bool earlier_block = (s->written && s->written < first_interval) || (writes && s->read && s->read < first_interval);
        if (!shared && earlier_block) stop(GLOBAL_RACE, buffer, offset, writes, MANY, code);
        if (writes) s->written = interval, s->writer = me;
        else s->reader = s->read == interval && s->reader != me ? MANY : me, s->read = interval;
    }
}

static void check(void* place, unsigned bytes, bool writes, void* code, void* frame, bool atomic = false) {
    if (!current) return;
    char* const p = static_cast<char*>(place);
    for (size_t i = 0; i < areas.size(); ++i)
        if (p >= areas[i].begin && p + bytes <= areas[i].begin + areas[i].bytes) {
            if (!atomic) touch(int(i), p - areas[i].begin, bytes, writes, code, frame);
            return;
        }
    const char* const stack = &stacks[(current - fibers.data()) * STACK];
    if (p >= stack && p < stack + STACK) return;  // a local variable
    if (uintptr_t(p) >= image_begin && uintptr_t(p) < image_end) return;  // threadIdx, constants
    int nearest = -1;
    long long least = 1LL << 62, offset = 0;
    for (size_t i = 0; i < areas.size(); ++i) {
        const long long from = p - areas[i].begin, away = from < 0 ? -from : from - (long long)areas[i].bytes;
        if (away < least) least = away, nearest = int(i), offset = from;
    }
    stop(OUTSIDE, nearest >= buffers ? -1 : nearest, offset, writes, MANY, code);
}

void atomic(void* place, unsigned bytes) {
#ifdef WATCHED
    check(place, bytes, true, __builtin_return_address(0), nullptr, true);
#else
    (void)place, (void)bytes;
#endif
}

// ---------------------------------------------------------------------------------------------- threads

static void park(State state) {
    current->state = state;
    if (!_setjmp(current->place)) _longjmp(scheduler, 1);
    threadIdx = current->thread;
}

void barrier() {
    current->waits_at = __builtin_return_address(0);
    park(AT_BARRIER);
}
void warp_barrier() { park(AT_WARP_BARRIER); }
void* dynamic_shared() { return reinterpret_cast<void*>((uintptr_t(dynamic.data()) + 63) / 64 * 64); }

static void enter() {
    for (;;) {  // the same fiber serves the same thread of the next block
        body();
        park(DONE);
    }
}

static void resume(Fiber& fiber) {
    current = &fiber;
    threadIdx = fiber.thread;
    if (!_setjmp(scheduler)) {
        if (fiber.started) _longjmp(fiber.place, 1);
        fiber.started = true;
        setcontext(&fiber.context);
    }
    current = nullptr;
}

static void prepare(unsigned threads) {
    fibers.assign(threads, Fiber{});
    stacks.assign(threads * STACK, char(0xff));  // so a variable without a first value is NaN in the first block
    for (unsigned i = 0; i < threads; ++i) {
        Fiber& f = fibers[i];
        f.thread = thread_number(i);
        getcontext(&f.context);
        f.context.uc_stack.ss_sp = &stacks[i * STACK];
        f.context.uc_stack.ss_size = STACK;
        f.context.uc_link = nullptr;
        makecontext(&f.context, enter, 0);
    }
}

static void run_block(int order, unsigned shared_bytes) {
    static unsigned random = 1;
    const unsigned threads = fibers.size();
    if (__start_on_cpu_shared) memset(__start_on_cpu_shared, 0xff, __stop_on_cpu_shared - __start_on_cpu_shared);
    memset(dynamic_shared(), 0xff, shared_bytes);
    first_interval = ++interval;
    for (Fiber& f : fibers) f.state = READY;
    for (;;) {
        if (order == 2) random = random * 1664525u + 1013904223u;
        const unsigned offset = order == 2 ? (random >> 8) % threads : 0;
        for (unsigned j = 0; j < threads; ++j) {
            Fiber& f = fibers[order == 1 ? threads - 1 - j : (j + offset) % threads];
            if (f.state == READY) resume(f);
            if (report.problem) return;
        }
        unsigned done = 0;
        bool woke = false;
        for (Fiber& f : fibers) done += f.state == DONE;
        if (done == threads) return;
        for (unsigned first = 0; first < threads; first += warpSize) {  // a warp goes on when its live lanes are there
            const auto begin = fibers.begin() + first, end = fibers.begin() + min(first + warpSize, threads);
            const auto there = std::count_if(begin, end, [](Fiber& f) { return f.state == AT_WARP_BARRIER; });
            const auto gone = std::count_if(begin, end, [](Fiber& f) { return f.state == DONE; });
            if (there && there + gone == end - begin)
                for (auto f = begin; f != end; ++f)
                    if (f->state == AT_WARP_BARRIER) f->state = READY, woke = true;
        }
        if (woke) continue;
        const Fiber& there = *std::find_if(fibers.begin(), fibers.end(), [](Fiber& f) { return f.state == AT_BARRIER; });
        const auto elsewhere = std::find_if(fibers.begin(), fibers.end(), [&](Fiber& f) {
            return f.state != AT_BARRIER || (BARRIERS_ARE_TOLD_APART && f.waits_at != there.waits_at);
        });
        if (elsewhere != fibers.end()) {
            const uint3 t = elsewhere->thread, o = there.thread, b = blockIdx;
            report = {DIVERGENT, -1, 0, {b.x, b.y, b.z}, {t.x, t.y, t.z}, {o.x, o.y, o.z}, 0,
                      image_begin ? uintptr_t(there.waits_at) - image_begin : 0};
            return;
        }
        ++interval;
        for (Fiber& f : fibers) f.state = READY;
    }
}

int launch(const Launch& l, void (*what)()) {
    body = what, report = {}, current = nullptr;
    gridDim = {l.grid[0], l.grid[1], l.grid[2]};
    blockDim = {l.block[0], l.block[1], l.block[2]};
    dynamic.assign((l.shared_bytes + 128) / sizeof(double), 0);
    prepare(blockDim.x * blockDim.y * blockDim.z);
    accesses.clear(), places.clear(), areas.clear();
    std::fill(totals, totals + 8, 0);
    interval = 0, buffers = l.buffers;
#ifdef WATCHED
    dl_iterate_phdr(find_image, nullptr);
    for (int i = 0; i < l.buffers; ++i) areas.push_back({l.begin[i], size_t(l.bytes[i]), std::vector<Seen>(l.bytes[i])});
    const size_t fixed = __start_on_cpu_shared ? __stop_on_cpu_shared - __start_on_cpu_shared : 0;
    areas.push_back({__start_on_cpu_shared, fixed, std::vector<Seen>(fixed)});
    areas.push_back({(char*)dynamic_shared(), l.shared_bytes, std::vector<Seen>(l.shared_bytes)});
#endif
    long long number = 0;
    for (unsigned z = 0; z < gridDim.z; ++z)
        for (unsigned y = 0; y < gridDim.y; ++y)
            for (unsigned x = 0; x < gridDim.x; ++x) {
                blockIdx = {x, y, z};
                block_number = number++;
                recording = l.recorded && l.recorded[block_number];
                run_block(l.order, l.shared_bytes);
                if (report.problem) return report.problem;
            }
    return NONE;
}

}  // namespace on_cpu

extern "C" {
const on_cpu::Report* on_cpu_report() { return &on_cpu::report; }
const on_cpu::Access* on_cpu_accesses() { return on_cpu::accesses.data(); }
const on_cpu::Place* on_cpu_places() { return on_cpu::places.data(); }
unsigned long long on_cpu_access_count() { return on_cpu::accesses.size(); }
const unsigned long long* on_cpu_totals() { return on_cpu::totals; }

#ifdef WATCHED
#define CHECK(p, n, writes) on_cpu::check(p, n, writes, __builtin_return_address(0), __builtin_frame_address(0))
#define HOOKS(n) \
    void __tsan_read##n(void* p) { CHECK(p, n, false); } \
    void __tsan_write##n(void* p) { CHECK(p, n, true); } \
    void __tsan_unaligned_read##n(void* p) { CHECK(p, n, false); } \
    void __tsan_unaligned_write##n(void* p) { CHECK(p, n, true); }
HOOKS(1) HOOKS(2) HOOKS(4) HOOKS(8) HOOKS(16)
void __tsan_read_range(void* p, unsigned long n) { CHECK(p, n, false); }
void __tsan_write_range(void* p, unsigned long n) { CHECK(p, n, true); }
void* __tsan_memset(void* p, int value, size_t n) { CHECK(p, n, true); return memset(p, value, n); }  // clang's
void* __tsan_memcpy(void* p, void* from, size_t n) { CHECK(from, n, false); CHECK(p, n, true); return memcpy(p, from, n); }
void __tsan_init() {}
void __tsan_func_entry(void*) {} void __tsan_func_exit() {} void __tsan_vptr_update(void*, void*) {}
#endif
}

// ---------------------------------------------------------------------------------------------- half and bfloat16

static uint32_t bits_of(float v) { uint32_t u; memcpy(&u, &v, 4); return u; }
static float float_of(uint32_t u) { float v; memcpy(&v, &u, 4); return v; }

__nv_bfloat16::__nv_bfloat16(float v) {
    const uint32_t u = bits_of(v);
    bits = v != v ? 0x7fff : (u + 0x7fff + (u >> 16 & 1)) >> 16;
}
__nv_bfloat16::operator float() const { return float_of(uint32_t(bits) << 16); }

__half::__half(float v) {
    const uint16_t sign = bits_of(v) >> 16 & 0x8000;
    const float size = std::fabs(v);
    if (v != v) bits = 0x7fff;
    else if (size >= 65520.0f) bits = sign | 0x7c00;  // halfway from the largest half to the next that is not one
    else if (size < 6.103515625e-5f) bits = sign | uint16_t(std::nearbyint(size * 16777216.0f));  // steps of 2^-24
    else {
        const uint32_t u = bits_of(size), rounded = u + 0xfff + (u >> 13 & 1);
        bits = sign | uint16_t((rounded >> 13) - (112 << 10));
    }
}
__half::operator float() const {
    const uint32_t sign = uint32_t(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    if (exponent == 31) return float_of(sign | 0x7f800000 | fraction << 13);
    if (exponent == 0) return (sign ? -1.0f : 1.0f) * float(fraction) / 16777216.0f;
    return float_of(sign | (exponent + 112) << 23 | fraction << 13);
}
