// What the text of a CUDA kernel needs to run on a CPU, thread for thread: its words, its numbers, its barrier.
// The other half, which runs the threads and watches what they touch, is cuda_on_cpu.cpp.
//
// Here are threads, blocks, shared memory, __syncthreads, __syncwarp, atomicAdd, and half and bfloat16 as storage.
// Shuffles, wmma and asynchronous copies are not.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <utility>

using std::fabs;
template <class T, class U> constexpr std::common_type_t<T, U> min(T a, U b) { return b < a ? b : a; }
template <class T, class U> constexpr std::common_type_t<T, U> max(T a, U b) { return a < b ? b : a; }

// __shared__ variables of all kernels stand in one section, so that it can be poisoned: one block runs at a time.
// (`extern __shared__ T name[];` is the one line of a kernel that trace.py has to translate.)
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static __attribute__((section("on_cpu_shared")))

struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x, y, z; };
struct float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
constexpr int warpSize = 32;

namespace on_cpu {

struct Launch {
    unsigned grid[3], block[3], shared_bytes;
    int order;                // in which threads take turns: 0 upwards, 1 downwards, 2 from a place that changes
    int buffers;              // arrays that the kernel may touch; used where accesses are watched
    char** begin;
    unsigned long long* bytes;
    const unsigned char* recorded; // of each block, whether its accesses are kept; null: of none
};

int launch(const Launch& launch, void (*body)());  // 0, or a Problem (cuda_on_cpu.cpp)
void barrier();
void warp_barrier();
void* dynamic_shared();
void atomic(void* place, unsigned bytes);

// A kernel with its arguments, as the function without arguments that each thread calls. (The arguments are read for
// the kernel, not by it, so they are not watched.)
template <class... A> struct Bound {
    inline static void (*kernel)(A...);
    inline static void** args;

    template <size_t... I> __attribute__((no_sanitize("thread"))) static void call(std::index_sequence<I...>) {
        kernel(*static_cast<A*>(args[I])...);
    }
    __attribute__((no_sanitize("thread"))) static void body() { call(std::index_sequence_for<A...>{}); }
};

template <class... A> int run(void (*kernel)(A...), const Launch& l, void** args) {
    Bound<A...>::kernel = kernel;
    Bound<A...>::args = args;
    return launch(l, Bound<A...>::body);
}

}  // namespace on_cpu

__attribute__((always_inline)) inline void __syncthreads() { on_cpu::barrier(); }  // it returns into the kernel
inline void __syncwarp(unsigned = ~0u) { on_cpu::warp_barrier(); }

// Threads change only at barriers, so this is atomic; what watches races must not see it.
template <class T, class U> __attribute__((no_sanitize("thread"))) T atomicAdd(T* place, U value) {
    on_cpu::atomic(place, sizeof(T));
    const T old = *place;
    *place = old + T(value);
    return old;
}

// IEEE half and bfloat16, rounded to nearest even, whatever the compiler knows about them.
struct __half {
    uint16_t bits;
    __half() = default;
    __half(float);
    operator float() const;
};
struct __nv_bfloat16 {
    uint16_t bits;
    __nv_bfloat16() = default;
    __nv_bfloat16(float);
    operator float() const;
};
inline float __half2float(__half v) { return v; }
inline __half __float2half(float v) { return v; }
inline float __bfloat162float(__nv_bfloat16 v) { return v; }
inline __nv_bfloat16 __float2bfloat16(float v) { return v; }
