"""CUDA kernels: their source files, and how they are compiled and launched on torch's tensors."""
