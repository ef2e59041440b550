"""Optical flow, learnt and kept: see README.md."""
