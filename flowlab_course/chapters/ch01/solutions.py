"""Solutions of chapter 01's exercises."""

import struct

import numpy as np

import flowlab


def rotation_flow(height, width, degrees):
    """The flow (height, width, 2) of a clockwise turn about the middle."""
    y, x = np.mgrid[:height, :width]
    rx, ry = x - (width - 1) / 2, y - (height - 1) / 2  # from the middle
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([cos * rx - sin * ry - rx, sin * rx + cos * ry - ry], axis=-1)


def parse_flo(data):
    """The flow (H, W, 2) in the bytes of a .flo file."""
    width, height = struct.unpack("<ii", data[4:12])
    return np.frombuffer(data, "<f4", offset=12).reshape(height, width, 2)


def direction(flow):
    """The direction (H, W) of each vector in degrees, clockwise from right."""
    return np.degrees(np.arctan2(flow[..., 1], flow[..., 0])) % 360


def motion_of_color(rgb, max_flow):
    """The displacement [u, v] in px that flow_to_image draws in the colour rgb."""
    y, x = np.mgrid[-max_flow : max_flow + 1, -max_flow : max_flow + 1]
    candidates = np.stack([x, y], axis=-1).astype(np.float32)
    colors = flowlab.flow_to_image(candidates, max_flow=max_flow).astype(float)
    distance = ((colors - rgb) ** 2).sum(axis=-1)
    in_a_row = candidates.reshape(-1, 2)
    return in_a_row[distance.argmin()]
