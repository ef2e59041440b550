"""Exercises of chapter 05."""

import numpy as np

from flowlab.field import similarity_flow, similarity_matrix
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def chain(background, own):
    """The 3 x 3 matrix of a chair: first its own motion, then the background's."""
    return background @ own


@mistake("5.1", "other order", "This moves with the background first. The matrix that acts first stands on the right.")
def _the_other_order(background, own):
    return own @ background


@mistake("5.1", "added", "Adding works for two steps, but not when one of them turns: multiply the matrices.")
def _added(background, own):
    return background + own - np.eye(3)


@mistake("5.1", "element by element", "* multiplies number by number. The matrix product is @.")
def _element_by_element(background, own):
    return background * own


@mistake("5.1", "own only", "The background's motion is missing: it carries the chair with it.")
def _own_only(background, own):
    return own


def _chain_cases():
    right, down = similarity_matrix(translation=(5, 0)), similarity_matrix(translation=(0, 2))
    turn = similarity_matrix(degrees=90)  # about the origin, clockwise: (x, y) goes to (-y, x)
    # By hand: first right by 5, then turned: (x + 5, y) -> (-y, x + 5).
    return [
        Case((turn, right), np.array([[0, -1, 0], [1, 0, 5], [0, 0, 1]]), "a step of 5 px before a quarter turn"),
        Case((right, turn), np.array([[0, -1, 5], [1, 0, 0], [0, 0, 1]]), "a quarter turn before a step of 5 px"),
        Case((down, right), np.array([[1, 0, 5], [0, 1, 2], [0, 0, 1]]), "a step to the right before a step down"),
    ]


def backward(matrix, height, width):
    """The flow (height, width, 2) from frame 2 back to frame 1, on frame 2's grid."""
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    back = points @ np.linalg.inv(matrix).T
    return (back - points)[..., :2]


@mistake("5.2", "forward", "This is the forward flow: invert the matrix first.")
def _forward(matrix, height, width):
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return (points @ matrix.T - points)[..., :2]


@mistake(
    "5.2",
    "minus forward",
    "The forward flow with its sign turned is right for steps only: it lives on frame 1's grid. Invert the matrix.",
)
def _minus_forward(matrix, height, width):
    return -_forward(matrix, height, width)


@mistake("5.2", "places", "You return where each pixel came from. Subtract where it is.")
def _places(matrix, height, width):
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return (points @ np.linalg.inv(matrix).T)[..., :2]


@mistake("5.2", "transposed", "points @ M multiplies by the transpose of M: write points @ M.T.")
def _transposed(matrix, height, width):
    y, x = np.mgrid[:height, :width]
    points = np.stack([x, y, np.ones_like(x)], axis=-1)
    return (points @ np.linalg.inv(matrix) - points)[..., :2]


def _backward_cases():
    # Closed forms: the inverse of a turn is the turn the other way, of a zoom the zoom by 1 / scale, about one centre.
    turn = similarity_matrix(degrees=30, centre=(3.5, 2))
    zoom = similarity_matrix(scale=1.25, centre=(3.5, 2))
    step = similarity_matrix(translation=(3, -1))
    return [
        Case((step, 3, 4), np.full((3, 4, 2), (-3.0, 1.0)), "a step of (3, -1)"),
        Case((turn, 5, 8), similarity_flow((5, 8), degrees=-30).astype(float), "a turn by 30 degrees about the middle"),
        Case((zoom, 5, 8), similarity_flow((5, 8), scale=0.8).astype(float), "a zoom by 1.25 about the middle"),
    ]


def hidden(flow, layers1, layers2):
    """True where frame 2 does not show what frame 1 shows; (H, W)."""
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    return ~there | (layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] != layers1)


@mistake(
    "5.3", "asked at the start", "You look into frame 2 at the pixel's start. Look where it arrives: layers2[ty, tx]."
)
def _asked_at_the_start(flow, layers1, layers2):
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]), np.rint(y + flow[..., 1])
    return ~((tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)) | (layers2 != layers1)


@mistake("5.3", "frame forgotten", "What leaves the picture is hidden as well.")
def _frame_forgotten(flow, layers1, layers2):
    H, W = layers1.shape
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return layers2[ty.clip(0, H - 1), tx.clip(0, W - 1)] != layers1


@mistake("5.3", "visible ones", "The mask is the wrong way round: True is for hidden.")
def _the_visible_ones(flow, layers1, layers2):
    return ~hidden(flow, layers1, layers2)


@mistake("5.3", "u and v swapped", "u and v have changed places: flow[..., 0] is u, for columns.")
def _components_swapped(flow, layers1, layers2):
    return hidden(flow[..., ::-1], layers1, layers2)


def _hidden_by_loop(flow, layers1, layers2):
    """The definition, pixel by pixel."""
    H, W = layers1.shape
    gone = np.ones((H, W), bool)
    for y, x in np.ndindex(H, W):
        tx, ty = round(x + float(flow[y, x, 0])), round(y + float(flow[y, x, 1]))
        if 0 <= tx < W and 0 <= ty < H:
            gone[y, x] = layers2[ty, tx] != layers1[y, x]
    return gone


def _hidden_cases():
    """A block of 3 x 2 pixels that goes two to the right over a ground at rest; by hand, and its mirror image."""
    layers1, layers2 = np.zeros((5, 8), np.uint8), np.zeros((5, 8), np.uint8)
    layers1[1:4, 2:4], layers2[1:4, 4:6] = 1, 1
    flow = np.zeros((5, 8, 2), np.float32)
    flow[1:4, 2:4, 0] = 2
    covered = np.zeros((5, 8), bool)
    covered[1:4, 4:6] = True
    leaving = np.full((4, 5, 2), (0, 1), np.float32)
    ground = np.zeros((4, 5), np.uint8)
    below = np.zeros((4, 5), bool)
    below[3] = True
    rng = np.random.default_rng(0)
    any_flow = rng.normal(0, 3, (12, 14, 2)).astype(np.float32)
    any1, any2 = rng.integers(0, 3, (2, 12, 14), dtype=np.uint8)
    any_hidden = _hidden_by_loop(any_flow, any1, any2)
    return [
        Case((flow, layers1, layers2), covered, "a block that goes two pixels to the right"),
        Case((leaving, ground, ground), below, "a ground that goes one pixel down, out of the picture"),
        Case((any_flow, any1, any2), any_hidden, "three layers and a flow at random"),
    ]


EXERCISES = [
    Exercise(
        id="5.1",
        title="first your own, then the ground's",
        hints=(
            (
                "A point moves by matrix @ point. Of two motions, one after the other, which matrix stands next to "
                "the point?"
            ),
            "background @ (own @ point) is what happens to a point of the chair.",
            "Matrix products may be bracketed as you like: (background @ own) @ point.",
        ),
        solution=chain,
        cases=_chain_cases,
        mistakes=mistake.of("5.1"),
    ),
    Exercise(
        id="5.2",
        title="the way back",
        hints=(
            "Take a pixel of frame 2. Where was it in frame 1?",
            "np.linalg.inv(matrix) leads from frame 2 back to frame 1.",
            (
                "points = np.stack([x, y, np.ones_like(x)], axis=-1) holds every pixel of frame 2 as (x, y, 1), and "
                "points @ M.T multiplies every point by M. The flow is where it came from minus where it is."
            ),
        ),
        solution=backward,
        cases=_backward_cases,
        mistakes=mistake.of("5.2"),
        atol=1e-4,
    ),
    Exercise(
        id="5.3",
        title="hidden?",
        hints=(
            "Which layer must be in front at a pixel's target, so that frame 2 shows the pixel?",
            "Find the rounded targets tx, ty as in exercise 2.1, and look up which layer is in front there in frame 2.",
            "A target outside the picture counts as hidden: clip the indices, and remember which were outside.",
        ),
        solution=hidden,
        cases=_hidden_cases,
        mistakes=mistake.of("5.3"),
    ),
]
