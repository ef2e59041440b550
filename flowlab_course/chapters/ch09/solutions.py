"""Solutions of the exercises of chapter 09."""

from __future__ import annotations


def leaky_relu(run):
    """Run your kernel on x; returns y."""
    lines = """
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    const float value = x[i];
    y[i] = value > 0 ? value : 0.1f * value;
    """
    return run(lines)


def naive_correlation(run):
    """Run your kernel on a and b; returns the scores, (D * D, H, W)."""
    lines = """
    const int D = 2 * r + 1;
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y;
    const int dy = blockIdx.z / D - r, dx = blockIdx.z % D - r;
    if (x >= W) return;
    const int y2 = y + dy, x2 = x + dx;
    float sum = 0;
    if (y2 >= 0 && y2 < H && x2 >= 0 && x2 < W)
        for (int c = 0; c < C; ++c)
            sum += a[(c * H + y) * W + x] * b[(c * H + y2) * W + x2];
    out[(blockIdx.z * H + y) * W + x] = sum / C;
    """
    return run(lines)


def reads_of_a_block(columns, D, C):
    """Numbers that a block of `tiled` reads from global memory."""
    return C * (columns + columns + D - 1)


def row_of_the_tile(run):
    """Run the loop with your lines in it; returns the scores, (D, W)."""
    lines = """
    for (int i = t; i < 32 + 2 * r * s; i += 32) {
        const int x2 = blockIdx.x * 32 + i - r * s;
        row[i] = 0 <= x2 && x2 < W ? b[c * W + x2] : 0;
    }
    __syncthreads();  // the row is filled
    const float mine = x < W ? a[c * W + x] : 0;
    for (int m = 0; m < D; ++m) sum[m] += mine * row[t + m * s];
    __syncthreads();  // the row is used
    """
    return run(lines)


def gathered_gradient(run):
    """Run your kernel on g and a; returns the gradient by b, (C, H, W)."""
    lines = """
    const int D = 2 * r + 1;
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y, c = blockIdx.z;
    if (x >= W) return;
    float sum = 0;
    for (int m = 0; m < D * D; ++m) {
        const int y1 = y - (m / D - r), x1 = x - (m % D - r);
        if (y1 < 0 || y1 >= H || x1 < 0 || x1 >= W) continue;
        sum += g[(m * H + y1) * W + x1] * a[(c * H + y1) * W + x1];
    }
    grad[(c * H + y) * W + x] = sum / C;
    """
    return run(lines)
