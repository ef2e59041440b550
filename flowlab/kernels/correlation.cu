// The correlation of two feature maps and its two derivatives, on an NVIDIA GPU.
//
//     out[dy, dx, y, x] = 1 / (K K C) * sum over c, j, i of
//           a[c, y s1 + start + j,          x s1 + start + i]
//         * b[c, y s1 + start + j + dy s2,  x s1 + start + i + dx s2]          (zeros outside the image)
//
// with start = d - p and dy, dx from -r to r, r = d / s2. In the code displacements are counted from 0 to D - 1, with
// D = 2 r + 1: number m stands for m - r. Sizes are arguments. What is compiled is (T, K, Index).
//
// One idea carries all three kernels: an OUTER PRODUCT IN REGISTERS. Whoever multiplies two numbers that were just
// read pays two reads for one product. Whoever reads 4 + 11 numbers and multiplies each with each has 44 products for
// 15 reads. So a thread takes ROWS rows of one map and a few numbers of the other that all of them meet:
//
//        row of b          b[x]  b[x+s2]  b[x+2s2]  ...      DISPLACEMENTS numbers
//     a, row y      a0  x    .      .        .
//     a, row y+s2   a1  x    .      .        .               each dot: one running sum in a register
//     a, row y+2s2  a2  x    .      .        .               (rows s2 apart meet the same row of b:
//     a, row y+3s2  a3  x    .      .        .                one with dy, the next with dy - 1, and so on)
//
// The numbers come from a TILE in shared memory, which the block's threads fetch together, each number once:
//
//     global memory                     shared memory                        registers
//     a: ROWS rows, 32 places      -->  a_tile                           \
//        a few channels at a time                                         >  sum[ROWS][DISPLACEMENTS]
//     b: one row, 32 places and    -->  b_tile                           /
//        all that they meet
//
// How fast can it be? FlowNetC's layer (C = 256, 48 x 64 places, 441 displacements) is 347 million products and sums,
// 0.69 GFLOP, on 6.3 MB in and 5.4 MB out: 59 FLOP a byte. An H200 gives 67 TFLOP/s in fp32 and 4.3 TB/s, so the
// arithmetic takes 10.4 us and the memory 2.7 us: arithmetic is the limit. Inside an SM it is the reads from shared
// memory: 32 numbers a clock against 128 products, so at best 44 / 15 / 4 = 73 % of the peak. 21 of 24 rows of dy and
// 21 of 22 columns of dx are asked for, which leaves 61 %. bench/correlation_cuda.py measures what is left in the end.

#include <cuda_bf16.h>
#include <cuda_fp16.h>

constexpr int COLUMNS = 32;        // threads along x: a warp, so that neighbours read neighbours
constexpr int ROWS = 4;            // rows of one map that a thread holds
constexpr int DISPLACEMENTS = 11;  // forward: numbers of the other map that it holds
constexpr int CHANNELS = 8;        // gradients: the same

// ------------------------------------------------------------------------------------------------ numbers

// Products and sums are float, double for double: half precision is for storage only.
template <typename T> struct SumOf { using type = float; };
template <> struct SumOf<double> { using type = double; };
template <typename T> using Sum = typename SumOf<T>::type;

__device__ inline float number(float v) { return v; }
__device__ inline double number(double v) { return v; }
__device__ inline float number(__half v) { return __half2float(v); }
__device__ inline float number(__nv_bfloat16 v) { return __bfloat162float(v); }

__device__ inline void store(float* place, float v) { *place = v; }
__device__ inline void store(double* place, double v) { *place = v; }
__device__ inline void store(__half* place, float v) { *place = __float2half(v); }
__device__ inline void store(__nv_bfloat16* place, float v) { *place = __float2bfloat16(v); }

// Four neighbours, read at once.
template <typename T> struct alignas(4 * sizeof(T)) Four { T at[4]; };

// Everything that follows from the layer's numbers.
struct Layer {
    int C, H, W;               // the maps
    int s1, s2, start, r, D;   // strides, place of the first patch, displacements to one side and in all
    int Ho, Wo;                // the output

    __device__ Layer(int C, int H, int W, int K, int d, int s1, int s2, int p)
        : C(C), H(H), W(W), s1(s1), s2(s2), start(d - p), r(d / s2), D(2 * (d / s2) + 1),
          Ho((H + 2 * p - 2 * (d + K / 2) + s1 - 1) / s1), Wo((W + 2 * p - 2 * (d + K / 2) + s1 - 1) / s1) {}
};

// All blocks of a launch stand in one line. A block reads its number like a clock: hours, minutes, seconds.
__device__ inline int digit(int& rest, int base) {
    const int value = rest % base;
    rest /= base;
    return value;
}

// The largest multiple of 4 up to x, for negative x too.
__device__ inline int four_before(int x) { return x & ~3; }

// ------------------------------------------------------------------------------------------------ the tile

// Copies one row of `lines` channels into shared memory, `pitch` columns from `first` on (a multiple of 4): zeros
// outside the image, and in channels that the map does not have. Half a warp takes a channel and reads four numbers at
// once, where rows begin at multiples of four.
template <typename T, typename Index>
__device__ void fetch(Sum<T>* tile, int pitch, int lines, const T* map, int channels, int y, int first, int H, int W) {
    constexpr int LANES = 16;
    const int thread = threadIdx.y * COLUMNS + threadIdx.x, lane = thread % LANES;
    const bool row_inside = 0 <= y && y < H;
    const bool by_four = W % 4 == 0 && reinterpret_cast<unsigned long long>(map) % sizeof(Four<T>) == 0;
    for (int c = thread / LANES; c < lines; c += COLUMNS * blockDim.y / LANES) {
        const bool inside = row_inside && c < channels;
        const T* row = map + (Index(c) * H + (inside ? y : 0)) * W;
        for (int i = 4 * lane; i < pitch; i += 4 * LANES) {
            const int x = first + i;
            Four<T> four = {};
            if (inside && by_four) {
                if (0 <= x && x < W) four = *reinterpret_cast<const Four<T>*>(row + x);
            } else if (inside) {
                for (int e = 0; e < 4; ++e)
                    if (0 <= x + e && x + e < W) four.at[e] = row[x + e];
            }
            *reinterpret_cast<Four<Sum<T>>*>(tile + c * pitch + i) = {
                number(four.at[0]), number(four.at[1]), number(four.at[2]), number(four.at[3])};
        }
    }
}

// ------------------------------------------------------------------------------------------------ forward

// A block: `columns` places x, ROWS rows of a, and the displacements dx from `first_m` on, DISPLACEMENTS for each
// threadIdx.y. Rows y that are `hop` apart meet the same row of b, with dy that are `slope` apart: y s1 + dy s2 is the
// same for all. So the blocks go through the rows u of b that the ROWS rows meet, one row each.
template <typename T, int K, typename Index>
__global__ void __launch_bounds__(128) corr(
    const T* __restrict__ a, const T* __restrict__ b, T* __restrict__ out, int C, int H, int W, int d, int s1, int s2,
    int p, int hop, int slope, int columns, int channels, int a_pitch, int b_pitch) {
    const Layer layer(C, H, W, K, d, s1, s2, p);
    const int D = layer.D, Ho = layer.Ho, Wo = layer.Wo, window = DISPLACEMENTS * blockDim.y;

    int rest = blockIdx.x;
    const int first_x = columns * digit(rest, (Wo + columns - 1) / columns);
    const int first_m = window * digit(rest, (D + window - 1) / window);
    const int u = digit(rest, D + (ROWS - 1) * slope);
    const int first_y = digit(rest, min(hop, Ho)) + ROWS * hop * digit(rest, (Ho + ROWS * hop - 1) / (ROWS * hop));
    const Index n = rest;

    extern __shared__ Four<double> shared[];  // which begins where four of any number may
    Sum<T>* const a_tile = reinterpret_cast<Sum<T>*>(shared);        // [ROWS][channels][a_pitch]
    Sum<T>* const b_tile = a_tile + ROWS * channels * a_pitch;       // [channels][b_pitch]

    // Patches begin at these columns of the image; the tiles a little before, at a multiple of four.
    const int a_column = first_x * s1 + layer.start, b_column = a_column + (first_m - layer.r) * s2;
    const int a_row = first_y * s1 + layer.start, b_row = a_row + (u - layer.r) * s2;
    const int x = min(int(threadIdx.x), columns - 1), my_m = threadIdx.y * DISPLACEMENTS;
    const Sum<T>* const my_a = a_tile + a_column - four_before(a_column) + x * s1;
    const Sum<T>* const my_b = b_tile + b_column - four_before(b_column) + x * s1 + my_m * s2;

    Sum<T> sum[ROWS][DISPLACEMENTS] = {};
    for (int j = 0; j < K; ++j) {
        if (b_row + j < 0 || b_row + j >= H) continue;  // the same for all threads of the block: a barrier may follow
        for (int first_c = 0; first_c < C; first_c += channels) {
            const int count = min(channels, C - first_c);
            __syncthreads();  // nobody reads the old tile any more
            for (int i = 0; i < ROWS; ++i)
                fetch<T, Index>(a_tile + i * channels * a_pitch, a_pitch, count, a + (n * C + first_c) * H * W, count,
                                a_row + i * hop * s1 + j, four_before(a_column), H, W);
            fetch<T, Index>(b_tile, b_pitch, count, b + (n * C + first_c) * H * W, count, b_row + j,
                            four_before(b_column), H, W);
            __syncthreads();  // the new tile is complete
            for (int c = 0; c < count; ++c) {
#pragma unroll
                for (int i = 0; i < K; ++i) {
                    Sum<T> left[ROWS], right[DISPLACEMENTS];
#pragma unroll
                    for (int k = 0; k < ROWS; ++k) left[k] = my_a[(k * channels + c) * a_pitch + i];
#pragma unroll
                    for (int m = 0; m < DISPLACEMENTS; ++m) right[m] = my_b[c * b_pitch + m * s2 + i];
#pragma unroll
                    for (int k = 0; k < ROWS; ++k)
#pragma unroll
                        for (int m = 0; m < DISPLACEMENTS; ++m) sum[k][m] += left[k] * right[m];
                }
            }
        }
    }

    const Sum<T> scale = Sum<T>(1) / (K * K * C);
    if (int(threadIdx.x) >= columns || first_x + x >= Wo) return;
#pragma unroll
    for (int k = 0; k < ROWS; ++k) {
        const int y = first_y + k * hop, dy = u - k * slope;
        if (y >= Ho || dy < 0 || dy >= D) continue;
#pragma unroll
        for (int m = 0; m < DISPLACEMENTS; ++m) {
            const int dx = first_m + my_m + m;
            if (dx < D) store(&out[((n * D + dy) * D + dx) * Ho * Wo + Index(y) * Wo + first_x + x], sum[k][m] * scale);
        }
    }
}

// ------------------------------------------------------------------------------------------------ gradients

// The patches, along one axis, that pixel t (counted from the first patch's first pixel) lies in.
struct Patches {
    int first, last;

    __device__ Patches(int t, int K, int s1, int count) : first(t - K + 1), last(t) {
        if (s1 > 1) {
            first = first <= 0 ? 0 : (first + s1 - 1) / s1;
            last = last < 0 ? -1 : last / s1;
        }
        first = max(first, 0);
        last = min(last, count - 1);
    }
};

// What the products of pixel (Y, X) of a, at one displacement, add to <g, out>: g, summed over the pixel's patches.
template <typename T, int K, typename Index>
__device__ Sum<T> weight(const T* plane, const Layer& layer, int Y, int X) {
    const Patches rows(Y - layer.start, K, layer.s1, layer.Ho), places(X - layer.start, K, layer.s1, layer.Wo);
    Sum<T> sum = 0;
    for (int y = rows.first; y <= rows.last; ++y)
        for (int x = places.first; x <= places.last; ++x) sum += number(plane[Index(y) * layer.Wo + x]);
    return sum;
}

// A gradient GATHERS: a thread owns pixels of the result and collects what reaches them, so that no two threads ever
// write to the same place. With w(dy, dx, Y, X) from above,
//
//     da[c, Y, X] = sum over dy, dx of  w( dy,  dx, Y, X)                  * b[c, Y + dy s2, X + dx s2]
//     db[c, Y, X] = sum over dy, dx of  w(-dy, -dx, Y + dy s2, X + dx s2)  * a[c, Y + dy s2, X + dx s2]
//
// which is one sum with two ways to look up the weight. The outer product here: ROWS weights, of rows s2 apart that meet
// the same row of the other map, times CHANNELS numbers of that row. The weights are the same for all channels.
template <typename T, int K, typename Index, bool OF_B>
__device__ void gradient(const T* g, const T* other, T* result, const Layer& layer, int chunk, int pitch) {
    const int C = layer.C, H = layer.H, W = layer.W, s2 = layer.s2, D = layer.D;
    const int lines = CHANNELS * blockDim.y;

    int rest = blockIdx.x;
    const int first_x = COLUMNS * digit(rest, (W + COLUMNS - 1) / COLUMNS);
    const int first_c = lines * digit(rest, (C + lines - 1) / lines);
    const int first_y = digit(rest, min(s2, H)) + ROWS * s2 * digit(rest, (H + ROWS * s2 - 1) / (ROWS * s2));
    const Index n = rest;
    const int x = first_x + threadIdx.x;
    g += n * D * D * layer.Ho * layer.Wo;
    other += (n * C + first_c) * H * W;

    extern __shared__ Four<double> shared[];
    Sum<T>* const tile = reinterpret_cast<Sum<T>*>(shared);    // [lines][pitch]
    Sum<T>* const weights = tile + lines * pitch;              // [chunk][ROWS][COLUMNS]

    Sum<T> sum[ROWS][CHANNELS] = {};
    for (int u = 0; u < D + ROWS - 1; ++u) {
        const int row = first_y + (u - layer.r) * s2;  // of the other map; row k of ours meets it at displacement u - k
        if (row < 0 || row >= H) continue;
        for (int first_m = 0; first_m < D; first_m += chunk) {
            const int count = min(chunk, D - first_m), column = first_x + (first_m - layer.r) * s2;
            __syncthreads();  // nobody reads the old tile any more
            fetch<T, Index>(tile, pitch, lines, other, C - first_c, row, four_before(column), H, W);
            for (int line = threadIdx.y; line < count * ROWS; line += blockDim.y) {
                const int k = line % ROWS, m = first_m + line / ROWS, dy = u - k;
                const int Y = OF_B ? row : first_y + k * s2, X = OF_B ? x + (m - layer.r) * s2 : x;
                const int dm = OF_B ? (D - 1 - dy) * D + (D - 1 - m) : dy * D + m;
                const bool counts = 0 <= dy && dy < D && Y < H && 0 <= X && X < W;
                weights[line * COLUMNS + threadIdx.x] =
                    counts ? weight<T, K, Index>(g + Index(dm) * layer.Ho * layer.Wo, layer, Y, X) : Sum<T>(0);
            }
            __syncthreads();  // the new tile is complete
            const Sum<T>* const mine = tile + threadIdx.y * CHANNELS * pitch + column - four_before(column) + threadIdx.x;
            for (int m = 0; m < count; ++m) {
                Sum<T> left[ROWS], right[CHANNELS];
#pragma unroll
                for (int k = 0; k < ROWS; ++k) left[k] = weights[(m * ROWS + k) * COLUMNS + threadIdx.x];
#pragma unroll
                for (int c = 0; c < CHANNELS; ++c) right[c] = mine[c * pitch + m * s2];
#pragma unroll
                for (int k = 0; k < ROWS; ++k)
#pragma unroll
                    for (int c = 0; c < CHANNELS; ++c) sum[k][c] += left[k] * right[c];
            }
        }
    }

    const Sum<T> scale = Sum<T>(1) / (K * K * C);
#pragma unroll
    for (int k = 0; k < ROWS; ++k)
#pragma unroll
        for (int c = 0; c < CHANNELS; ++c) {
            const int y = first_y + k * s2, channel = first_c + threadIdx.y * CHANNELS + c;
            if (y < H && x < W && channel < C) store(&result[((n * C + channel) * H + y) * W + x], sum[k][c] * scale);
        }
}

template <typename T, int K, typename Index>
__global__ void __launch_bounds__(128) corr_grad_a(
    const T* __restrict__ g, const T* __restrict__ b, T* __restrict__ grad, int C, int H, int W, int d, int s1, int s2,
    int p, int chunk, int pitch) {
    const Layer layer(C, H, W, K, d, s1, s2, p);
    gradient<T, K, Index, false>(g, b, grad, layer, chunk, pitch);
}

template <typename T, int K, typename Index>
__global__ void __launch_bounds__(128) corr_grad_b(
    const T* __restrict__ g, const T* __restrict__ a, T* __restrict__ grad, int C, int H, int W, int d, int s1, int s2,
    int p, int chunk, int pitch) {
    const Layer layer(C, H, W, K, d, s1, s2, p);
    gradient<T, K, Index, true>(g, a, grad, layer, chunk, pitch);
}
