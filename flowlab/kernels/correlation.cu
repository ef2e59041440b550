// The correlation of two feature maps and its two derivatives, on an NVIDIA GPU.
//
//     out[dy, dx, y, x] = 1 / (K K C) * sum over c, j, i of
//           a[c, y s1 + start + j,          x s1 + start + i]
//         * b[c, y s1 + start + j + dy s2,  x s1 + start + i + dx s2]          (zeros outside the image)
//
// with start = d - p and dy, dx from -r to r, r = d / s2. In the code displacements are counted from 0 to D - 1, with
// D = 2 r + 1: index m is displacement m - r. Sizes are arguments. The template parameters are T, K and Index.
//
// All three kernels use an OUTER PRODUCT IN REGISTERS. To read two numbers for each product is two reads a product. To
// read 6 + 11 numbers and multiply each with each is 17 reads for 66 products. So a thread takes ROWS rows of one map,
// and a few numbers of the other map that all of these rows are compared with:
//
//        row of b          b[x]  b[x+s2]  b[x+2s2]  ...      DISPLACEMENTS numbers
//     a, row y      a0  x    .      .        .
//     a, row y+s2   a1  x    .      .        .               each dot: a sum in a register
//     a, row y+2s2  a2  x    .      .        .               (rows s2 apart use the same row of b:
//        ...                                                  one with dy, the next with dy - 1, and so on)
//
// The numbers come from a TILE in shared memory, which the block's threads fetch together, each number once. There the
// channels of a pixel are neighbours, so that one instruction reads four:
//
//     global memory                     shared memory                        registers
//     a: ROWS rows, 32 columns     -->  a_tile                           \
//        16 channels at a time                                            >  sum[ROWS][DISPLACEMENTS]
//     b: one row, 32 columns and   -->  b_tile                           /
//        their displacements
//
// The limit of the speed: FlowNetC's layer (C = 256, 48 x 64 pixels, 441 displacements) has 347 million multiply-adds,
// 0.69 GFLOP, on 6.3 MB in and 5.4 MB out: 59 FLOP a byte. An H200 has 67 TFLOP/s in fp32 and 4.8 TB/s, so arithmetic
// takes 10.4 us and memory 2.4 us: arithmetic is the limit. The accesses of these kernels were counted
// (bench/results/correlation_traffic.txt). In multiples of the limit's time, forward needs 0.95 for arithmetic (rows
// outside the image are left out, and some products at the edge of a tile are not used) and 1.47 for shared memory,
// which delivers 32 numbers a clock. So 1.5 times the limit is the least possible; bench/correlation_cuda.py measures.

#include <cuda_bf16.h>
#include <cuda_fp16.h>

constexpr int COLUMNS = 32;        // threads along x: a warp, whose reads are coalesced
constexpr int ROWS = 6;            // forward: rows of a, times
constexpr int DISPLACEMENTS = 11;  // numbers of a row of b, all multiplied by one thread
constexpr int WEIGHTS = 4;         // gradients: weights, one for each of so many rows of the result, times
constexpr int CHANNELS = 16;       // channels of the other map

// -------------------------------------------------------------------------------------- numbers

// Products and sums are float, double for double: half precision is for storage only.
template <typename T> struct SumOf { using type = float; };
template <> struct SumOf<double> { using type = double; };
template <typename T> using Sum = typename SumOf<T>::type;

// Blocks of 128 threads that an SM must hold at once: 4 leave 128 registers per thread, 2 leave 255.
template <typename T> constexpr int BLOCKS = sizeof(Sum<T>) == 4 ? 4 : 2;

__device__ inline float number(float v) { return v; }
__device__ inline double number(double v) { return v; }
__device__ inline float number(__half v) { return __half2float(v); }
__device__ inline float number(__nv_bfloat16 v) { return __bfloat162float(v); }

__device__ inline void store(float* place, float v) { *place = v; }
__device__ inline void store(double* place, double v) { *place = v; }
__device__ inline void store(__half* place, float v) { *place = __float2half(v); }
__device__ inline void store(__nv_bfloat16* place, float v) { *place = __float2bfloat16(v); }

// Four neighbouring numbers, read or written by one instruction.
template <typename T> struct alignas(4 * sizeof(T)) Four { T at[4]; };

template <typename T> __device__ inline Four<T> four_at(const T* place) {
    return *reinterpret_cast<const Four<T>*>(place);
}

// The sizes that follow from the layer's settings.
struct Layer {
    int C, H, W;               // the maps
    int s1, s2, start, r, D;   // strides, position of the first patch, displacements to one side and in all
    int Ho, Wo;                // the output

    __device__ Layer(int C, int H, int W, int K, int d, int s1, int s2, int p)
        : C(C), H(H), W(W), s1(s1), s2(s2), start(d - p), r(d / s2), D(2 * (d / s2) + 1),
          Ho((H + 2 * p - 2 * (d + K / 2) + s1 - 1) / s1), Wo((W + 2 * p - 2 * (d + K / 2) + s1 - 1) / s1) {}
};

// The block index is linear; digit() splits it into mixed-radix digits, the fastest first.
__device__ inline int digit(int& rest, int base) {
    const int value = rest % base;
    rest /= base;
    return value;
}

// The largest multiple of 4 up to x, for negative x too.
__device__ inline int four_before(int x) { return x & ~3; }

// -------------------------------------------------------------------------------------- the tile

// A tile holds `columns` pixels of a row; the channels of a pixel are neighbours, so that four are read at once. The
// pitch from one pixel to the next is an odd multiple of four numbers: neighbouring threads that read four each then
// have no bank conflict in shared memory, which has 32 banks, one number wide.
__device__ inline int pitch_of(int channels) { return channels | 4; }

// Fill a tile with the row y of a map, from column `first` on (a multiple of 4, as `columns` and `channels` are).
// Pixels outside the image, and channels from `present` on, are zero. The warps take turns, each with 32 columns of 16
// channels: a thread reads four columns of four channels, and writes four channels of four columns.
template <typename T, typename Index>
__device__ void fetch(
    Sum<T>* tile, int columns, int channels, const T* map, int present, int y, int first, int H, int W, int& turn) {
    const int lane = threadIdx.x, pitch = pitch_of(channels);
    const Index plane = Index(H) * W;
    const bool by_four = W % 4 == 0 && reinterpret_cast<unsigned long long>(map) % sizeof(Four<T>) == 0;
    for (int some_channels = 0; some_channels < channels; some_channels += 16)
        for (int some_columns = 0; some_columns < columns; some_columns += 32) {
            if (turn-- > 0) continue;  // another warp's
            turn = blockDim.y - 1;
            const int c = some_channels + 4 * (lane % 4), i = some_columns + 4 * (lane / 4), x = first + i;
            if (c >= channels || i >= columns) continue;
            const T* const place = map + (Index(c) * H + y) * W + x;
            const int there = 0 <= y && y < H ? present - c : 0;  // channels from here on
            Four<T> four[4] = {};
            if (by_four) {
                if (0 <= x && x < W)
#pragma unroll
                    for (int e = 0; e < 4; ++e)
                        if (e < there) four[e] = four_at(place + e * plane);
            } else {
#pragma unroll
                for (int e = 0; e < 4; ++e)
                    for (int f = 0; f < 4; ++f)
                        if (e < there && 0 <= x + f && x + f < W) four[e].at[f] = place[e * plane + f];
            }
#pragma unroll
            for (int f = 0; f < 4; ++f) {
                const Four<Sum<T>> turned = {number(four[0].at[f]), number(four[1].at[f]), number(four[2].at[f]),
                                             number(four[3].at[f])};
                *reinterpret_cast<Four<Sum<T>>*>(tile + (i + f) * pitch + c) = turned;
            }
        }
}

// -------------------------------------------------------------------------------------- forward

// A block computes `columns` outputs x, of ROWS rows of a, at the displacements dx from `first_m` on, DISPLACEMENTS for
// each threadIdx.y. Rows y that are `row_step` apart are compared with the same row of b, at displacements dy that are
// `ratio` apart: y s1 + dy s2 is the same for all. A block takes one row u of b that the ROWS rows are compared with.
template <typename T, int K, typename Index>
__global__ void __launch_bounds__(128, BLOCKS<T>) corr(
    const T* __restrict__ a, const T* __restrict__ b, T* __restrict__ out, int C, int H, int W, int d, int s1, int s2,
    int p, int row_step, int ratio, int columns, int channels, int a_columns, int b_columns) {
    const Layer layer(C, H, W, K, d, s1, s2, p);
    const int D = layer.D, Ho = layer.Ho, Wo = layer.Wo, window = DISPLACEMENTS * blockDim.y;

    int rest = blockIdx.x;
    const int first_x = columns * digit(rest, (Wo + columns - 1) / columns);
    const int first_m = window * digit(rest, (D + window - 1) / window);
    const int u = digit(rest, D + (ROWS - 1) * ratio);
    const int first_y = digit(rest, min(row_step, Ho))
                        + ROWS * row_step * digit(rest, (Ho + ROWS * row_step - 1) / (ROWS * row_step));
    const Index n = rest;

    extern __shared__ Four<double> shared[];  // aligned for four of any type
    const int pitch = pitch_of(channels);
    Sum<T>* const a_tile = reinterpret_cast<Sum<T>*>(shared);   // [ROWS][a_columns][pitch]
    Sum<T>* const b_tile = a_tile + ROWS * a_columns * pitch;   // [b_columns][pitch]

    // The first column of the patches; the tiles begin at the multiple of four before it.
    const int a_column = first_x * s1 + layer.start, b_column = a_column + (first_m - layer.r) * s2;
    const int a_row = first_y * s1 + layer.start, b_row = a_row + (u - layer.r) * s2;
    const int x = min(int(threadIdx.x), columns - 1), my_m = threadIdx.y * DISPLACEMENTS;
    const Sum<T>* const my_a = a_tile + (a_column - four_before(a_column) + x * s1) * pitch;
    const Sum<T>* const my_b = b_tile + (b_column - four_before(b_column) + x * s1 + my_m * s2) * pitch;

    Sum<T> sum[ROWS][DISPLACEMENTS] = {};
    for (int j = 0; j < K; ++j) {
        if (b_row + j < 0 || b_row + j >= H) continue;  // the same for all threads of the block: a barrier may follow
        for (int first_c = 0; first_c < C; first_c += channels) {
            const T *const some_a = a + (n * C + first_c) * H * W, *const some_b = b + (n * C + first_c) * H * W;
            int turn = threadIdx.y;
            __syncthreads();  // all reads of the old tile are done
            for (int k = 0; k < ROWS; ++k)
                fetch<T, Index>(a_tile + k * a_columns * pitch, a_columns, channels, some_a, C - first_c,
                                a_row + k * row_step * s1 + j, four_before(a_column), H, W, turn);
            fetch<T, Index>(b_tile, b_columns, channels, some_b, C - first_c, b_row + j, four_before(b_column), H, W,
                            turn);
            __syncthreads();  // the new tile is complete
            for (int c = 0; c < channels; c += 4) {
#pragma unroll 1
                for (int i = 0; i < K; ++i) {
                    const Sum<T>*one_a = my_a + i * pitch + c, *one_b = my_b + i * pitch + c;
                    Four<Sum<T>> left[ROWS];
#pragma unroll
                    for (int k = 0; k < ROWS; ++k, one_a += a_columns * pitch) left[k] = four_at(one_a);
#pragma unroll
                    for (int m = 0; m < DISPLACEMENTS; ++m, one_b += s2 * pitch) {
                        const Four<Sum<T>> right = four_at(one_b);
#pragma unroll
                        for (int k = 0; k < ROWS; ++k)
#pragma unroll
                            for (int e = 0; e < 4; ++e) sum[k][m] += left[k].at[e] * right.at[e];
                    }
                }
            }
        }
    }

    const Sum<T> scale = Sum<T>(1) / (K * K * C);
    if (int(threadIdx.x) >= columns || first_x + x >= Wo) return;
#pragma unroll
    for (int k = 0; k < ROWS; ++k) {
        const int y = first_y + k * row_step, dy = u - k * ratio;
        if (y >= Ho || dy < 0 || dy >= D) continue;
#pragma unroll
        for (int m = 0; m < DISPLACEMENTS; ++m) {
            const int dx = first_m + my_m + m;
            if (dx < D) store(&out[((n * D + dy) * D + dx) * Ho * Wo + Index(y) * Wo + first_x + x], sum[k][m] * scale);
        }
    }
}

// -------------------------------------------------------------------------------------- gradients

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

// The weight of pixel (Y, X) of a, at one displacement, in <g, out>: the sum of g over the pixel's patches.
template <typename T, int K, typename Index>
__device__ Sum<T> weight(const T* plane, const Layer& layer, int Y, int X) {
    const Patches rows(Y - layer.start, K, layer.s1, layer.Ho), places(X - layer.start, K, layer.s1, layer.Wo);
    Sum<T> sum = 0;
    for (int y = rows.first; y <= rows.last; ++y)
        for (int x = places.first; x <= places.last; ++x) sum += number(plane[Index(y) * layer.Wo + x]);
    return sum;
}

// The weights of a thread's WEIGHTS rows for one pixel of the other map, at column displacement m. For the gradient by
// a, they belong to the rows from first_y on, at column x; for the gradient by b, to the one pixel that all rows use.
template <typename T, int K, typename Index, bool OF_B>
__device__ void look_up(Four<Sum<T>>* weights, const T* g, const Layer& layer, int first_y, int u, int x, int m) {
    const int s2 = layer.s2, D = layer.D, Ho = layer.Ho, Wo = layer.Wo, row = first_y + (u - layer.r) * s2;
    const int X = OF_B ? x + (m - layer.r) * s2 : x, place = X - layer.start;
    const bool column_inside = 0 <= X && X < layer.W;
    if (K == 1 && layer.s1 == 1) {  // no pixel lies in two patches: the weights are equidistant numbers of g
        const int first_place = (OF_B ? row : first_y) - layer.start, rows = OF_B ? 0 : s2;
        const T* const first = g + Index(OF_B ? (D - 1 - u) * D + D - 1 - m : u * D + m) * Ho * Wo
                                 + Index(first_place) * Wo + place;
        const Index step = OF_B ? Index(D) * Ho * Wo : (Index(rows) - Index(D) * Ho) * Wo;
        Four<Sum<T>> four = {};
        if (column_inside && 0 <= place && place < Wo)
#pragma unroll
            for (int k = 0; k < WEIGHTS; ++k) {
                const int y = first_place + k * rows;
                const bool row_inside = y + layer.start < layer.H && 0 <= y && y < Ho;
                if (row_inside && 0 <= u - k && u - k < D) four.at[k] = number(first[k * step]);
            }
        *weights = four;
    } else {
#pragma unroll 1
        for (int k = 0; k < WEIGHTS; ++k) {
            const int dy = u - k, Y = OF_B ? row : first_y + k * s2;
            const int dm = OF_B ? (D - 1 - dy) * D + (D - 1 - m) : dy * D + m;
            const bool counts = 0 <= dy && dy < D && Y < layer.H && column_inside;
            weights->at[k] = counts ? weight<T, K, Index>(g + Index(dm) * Ho * Wo, layer, Y, X) : Sum<T>(0);
        }
    }
}

// A gradient GATHERS: a thread computes its own pixels of the result from all that contributes to them, so that no two
// threads write to the same element. With w(dy, dx, Y, X) from above,
//
//     da[c, Y, X] = sum over dy, dx of  w( dy,  dx, Y, X)                  * b[c, Y + dy s2, X + dx s2]
//     db[c, Y, X] = sum over dy, dx of  w(-dy, -dx, Y + dy s2, X + dx s2)  * a[c, Y + dy s2, X + dx s2]
//
// which is one sum with two ways to look up the weight. The outer product here: WEIGHTS weights, of rows s2 apart that
// use the same row of the other map, times CHANNELS numbers of that row. The weights are the same for all channels.
template <typename T, int K, typename Index, bool OF_B>
__device__ void gradient(const T* g, const T* other, T* result, const Layer& layer, int chunk, int columns) {
    const int C = layer.C, H = layer.H, W = layer.W, s2 = layer.s2, D = layer.D;
    const int channels = CHANNELS * blockDim.y, pitch = pitch_of(channels);

    int rest = blockIdx.x;
    const int first_x = COLUMNS * digit(rest, (W + COLUMNS - 1) / COLUMNS);
    const int first_c = channels * digit(rest, (C + channels - 1) / channels);
    const int first_y = digit(rest, min(s2, H)) + WEIGHTS * s2 * digit(rest, (H + WEIGHTS * s2 - 1) / (WEIGHTS * s2));
    const Index n = rest;
    const int x = first_x + threadIdx.x;
    g += n * D * D * layer.Ho * layer.Wo;
    other += (n * C + first_c) * H * W;

    extern __shared__ Four<double> shared[];
    Sum<T>* const tile = reinterpret_cast<Sum<T>*>(shared);                                   // [columns][pitch]
    Four<Sum<T>>* const weights = reinterpret_cast<Four<Sum<T>>*>(tile + columns * pitch);   // [chunk][COLUMNS]

    Sum<T> sum[WEIGHTS][CHANNELS] = {};
    for (int u = 0; u < D + WEIGHTS - 1; ++u) {
        const int row = first_y + (u - layer.r) * s2;  // of the other map; row k uses it at dy = u - k
        if (row < 0 || row >= H) continue;
        for (int first_m = 0; first_m < D; first_m += chunk) {
            const int count = min(chunk, D - first_m), column = first_x + (first_m - layer.r) * s2;
            int turn = threadIdx.y;
            __syncthreads();  // all reads of the old tile are done
            fetch<T, Index>(tile, columns, channels, other, C - first_c, row, four_before(column), H, W, turn);
            for (int i = threadIdx.y; i < count; i += blockDim.y)
                look_up<T, K, Index, OF_B>(weights + i * COLUMNS + threadIdx.x, g, layer, first_y, u, x, first_m + i);
            __syncthreads();  // the new tile is complete
            const Sum<T>* mine = tile + (column - four_before(column) + threadIdx.x) * pitch + threadIdx.y * CHANNELS;
            for (int i = 0; i < count; ++i, mine += s2 * pitch) {
                const Four<Sum<T>> left = weights[i * COLUMNS + threadIdx.x];
#pragma unroll
                for (int c = 0; c < CHANNELS; c += 4) {
                    const Four<Sum<T>> right = four_at(mine + c);
#pragma unroll
                    for (int k = 0; k < WEIGHTS; ++k)
#pragma unroll
                        for (int e = 0; e < 4; ++e) sum[k][c + e] += left.at[k] * right.at[e];
                }
            }
        }
    }

    const Sum<T> scale = Sum<T>(1) / (K * K * C);
#pragma unroll
    for (int k = 0; k < WEIGHTS; ++k)
#pragma unroll
        for (int c = 0; c < CHANNELS; ++c) {
            const int y = first_y + k * s2, channel = first_c + threadIdx.y * CHANNELS + c;
            if (y < H && x < W && channel < C) store(&result[((n * C + channel) * H + y) * W + x], sum[k][c] * scale);
        }
}

template <typename T, int K, typename Index>
__global__ void __launch_bounds__(128, BLOCKS<T>) corr_grad_a(
    const T* __restrict__ g, const T* __restrict__ b, T* __restrict__ grad, int C, int H, int W, int d, int s1, int s2,
    int p, int chunk, int columns) {
    const Layer layer(C, H, W, K, d, s1, s2, p);
    gradient<T, K, Index, false>(g, b, grad, layer, chunk, columns);
}

template <typename T, int K, typename Index>
__global__ void __launch_bounds__(128, BLOCKS<T>) corr_grad_b(
    const T* __restrict__ g, const T* __restrict__ a, T* __restrict__ grad, int C, int H, int W, int d, int s1, int s2,
    int p, int chunk, int columns) {
    const Layer layer(C, H, W, K, d, s1, s2, p);
    gradient<T, K, Index, true>(g, a, grad, layer, chunk, columns);
}
