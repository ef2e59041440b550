"""Runs CUDA kernels on a CPU, thread for thread, and watches what they touch: for tests and chapter 09."""
