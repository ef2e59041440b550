"""CUDA kernels: their text, how they are launched on a GPU, and how they run on a CPU where there is none."""
