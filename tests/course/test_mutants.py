"""Each mutant of each solution fails the check, but for those that compute the same."""

import pytest

from flowlab_course.exercises import Case, Exercise, chapters, exercises_of
from tests.course.demonstration import EXERCISE as DEMONSTRATION
from tests.course.mutants import mutants, passes, survivors

EXERCISES = [exercise for chapter in chapters() for exercise in exercises_of(chapter)]
EQUAL_LISTS = "the lists are equally long, so strict= changes nothing"
SAME_LENGTH = "a difference and its negative are equally long"
SYMMETRIC = "the tensor is symmetric, so its last two axes may change places"
BEYOND = "longer vectors are drawn darker, and fit no colour of the wheel"
FROM_ZERO = "the first flow is zero, and is enlarged to the size of the first level whatever its own"
COVERED = "the other pixels are True already, since their target is outside"
EVEN_DISTANCE = "a distance has no sign"
NOT_THERE = "pixels outside count as 0 whatever is looked up for them"
EVEN = "the cosine is even"
INTEGER = "a NumPy integer is an integer"

# Of each exercise the mutants that are right, as the changed line reads, and why.
EQUIVALENT = {
    "0.1": {"u, v = (flow[..., 1], flow[..., 0])": "the length is symmetric in u and v"},
    "1.4": {
        "distance = ((rgb - colors) ** 2).sum(axis=-1)": SAME_LENGTH,
        "in_a_row = candidates.reshape(-2, 2)": "NumPy takes any negative size for the missing one",
        "y, x = np.mgrid[-max_flow:max_flow + 2, -max_flow:max_flow + 1]": BEYOND,
        "y, x = np.mgrid[-max_flow:max_flow + 1, -max_flow:max_flow + 2]": BEYOND,
    },
    "2.2": {"distance = np.sqrt(((truth - flow) ** 2).sum(axis=-1))": SAME_LENGTH},
    "2.3": {"error = np.linalg.norm(truth - flow, axis=-1)": SAME_LENGTH},
    "2.4": {
        "back = backward_flow[ty.clip(-1, H - 1), tx.clip(0, W - 1)]": COVERED,
        "back = backward_flow[ty.clip(0, H - 1), tx.clip(-1, W - 1)]": COVERED,
    },
    "2.5": {
        "weight = (1 - np.abs(xx - tx)) * (1 - np.abs(ty - yy))": EVEN_DISTANCE,
        "weight = (1 - np.abs(tx - xx)) * (1 - np.abs(yy - ty))": EVEN_DISTANCE,
        "found = img2[yy.clip(-1, H - 1), xx.clip(0, W - 1)]": NOT_THERE,
        "found = img2[yy.clip(0, H - 1), xx.clip(-1, W - 1)]": NOT_THERE,
    },
    "3.1": {
        "return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=2)": "axis 2 of 4 is axis -2",
        "return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-1)": SYMMETRIC,
        "return cv2.boxFilter(f, -2, (n, n), normalize=False, borderType=cv2.BORDER_CONSTANT)": (
            "OpenCV takes any negative depth for the source's"
        ),
    },
    "3.4": {"T = [[xx, xy], [xy, yy]]": "NumPy takes a list of lists as an array"},
    "4.3": {
        "for I1, I2 in zip(pyramid1[::-1], pyramid2[::-1]):": EQUAL_LISTS,
        "for I1, I2 in zip(pyramid1[::-1], pyramid2[::-1], strict=False):": EQUAL_LISTS,
        "w = np.zeros((*pyramid1[1].shape, 2), np.float32)": FROM_ZERO,
        "w = np.zeros((*pyramid1[-2].shape, 2), np.float32)": FROM_ZERO,
        "w = np.zeros((*pyramid1[-0].shape, 2), np.float32)": FROM_ZERO,
    },
    "4.4": {"error = cv2.blur(np.abs(moved - I1), (n, n))": "a difference and its negative are equally large"},
    "4.5": {
        "right = ((w[:, :-1] - w[:, 1:]) ** 2).sum()": "a difference and its negative have one square",
        "down = ((w[:-1] - w[1:]) ** 2).sum()": "a difference and its negative have one square",
    },
    "5.3": {
        "return ~there | (layers2[ty.clip(-1, H - 1), tx.clip(0, W - 1)] > layers1)": COVERED,
        "return ~there | (layers2[ty.clip(0, H - 1), tx.clip(-1, W - 1)] > layers1)": COVERED,
    },
    "5.4": {
        "for i in range(0, L):": "the ground over itself is the ground",
        "moved = (motions[front] @ points[..., None])[..., -1]": "the last axis has length 1",
        "front[alpha1[..., -1] > 0.5] = i": "the last axis has length 1",
    },
    "5.5": {"standardised = (kept.mean() - kept) / kept.std()": "a difference and its negative have one fourth power"},
    "6.2": {"arrives = shown": "the points in frame 1 are not read again"},
    "6.4": {
        "difference = 255 * np.abs(flowlab.warp(img2, flow) - img1)": "a mean over all is also one over the colours",
        "difference = 255 * np.abs(img1 - flowlab.warp(img2, flow)).mean(axis=-1)": SAME_LENGTH,
    },
    "7.5": {
        "for kernel, full in zip(kernels, channels):": EQUAL_LISTS,
        "for kernel, full in zip(kernels, channels, strict=False):": EQUAL_LISTS,
        "outputs = full * width": "at the widths that the cases have, every product is a whole number",
    },
    "8.5": {"a, b = (torch.nn.functional.normalize(features) for features in (a, b))": "axis 1 is normalize's own"},
    "11.2": {
        "weighed = [w / s ** 2 for w, s in zip(weights, strides)]": EQUAL_LISTS,
        "weighed = [w / s ** 2 for w, s in zip(weights, strides, strict=False)]": EQUAL_LISTS,
    },
    "11.3": {
        "if step <= rise:": "line and cosine meet at the peak",
        "return peak * (1 + np.cos(np.pi * (step - rise) / (rise - steps))) / 2": EVEN,
        "return peak * (1 + np.cos(np.pi * (rise - step) / (steps - rise))) / 2": EVEN,
    },
    "12.1": {"error = np.linalg.norm(truth - pred, axis=-1)": SAME_LENGTH},
    "12.2": {
        "lead = [n - d for n, d in zip(network, dis)]": EQUAL_LISTS,
        "lead = [n - d for n, d in zip(network, dis, strict=False)]": EQUAL_LISTS,
        "pair = np.argmax([part.mean() for part in lead])": INTEGER,
        "return (pair, np.argmax([lead[pair][band == b].sum() for b in range(3)]))": INTEGER,
        "return (pair, int(np.argmax([lead[pair][band == b].sum() for b in range(4)])))": (
            "a fourth band is empty, and argmax takes the first of equal sums"
        ),
    },
    "13.2": {"return np.linalg.norm(camera - flow, axis=-1)": SAME_LENGTH},
    "13.3": {"return (share * torch.arange(len(scores)).view(-1, 1, 1)).sum(dim=0)": "torch makes floats of integers"},
}
LEAST = 800  # mutants in all; there were about 1,000 when this was written


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_every_mutant_that_is_wrong_fails_the_check(exercise):
    _, alive = survivors(exercise)
    assert sorted(alive) == sorted(EQUIVALENT.get(exercise.id, {}))


def test_there_are_enough_of_them_to_mean_something():
    assert sum(len(list(mutants(exercise.solution))) for exercise in EXERCISES) > LEAST


def weak(cases):
    return Exercise(**(vars(DEMONSTRATION) | {"cases": lambda: cases}))


def test_cases_that_cannot_tell_a_slip_are_found():
    """A sum of two: with zeros alone every operator gives the same."""

    def add(a, b):
        return a + b

    cases = [Case((0, 0), 0, "nothing and nothing")]
    one = Exercise(**(vars(weak(cases)) | {"solution": add}))
    count, alive = survivors(one)
    assert (count, alive) == (1, ["return a - b"])
    better = Exercise(**(vars(one) | {"cases": lambda: [*cases, Case((2, 3), 5, "two and three")]}))
    assert survivors(better) == (1, [])


def test_a_mutant_that_never_ends_fails(monkeypatch):
    monkeypatch.setattr("tests.course.mutants.PATIENCE", 0.2)

    def forever(n):
        while True:
            n += 1

    assert not passes(DEMONSTRATION, [Case((1,), 2, "one")], forever)


def test_a_mutant_that_raises_fails():
    assert not passes(DEMONSTRATION, [Case((1,), 2, "one")], lambda n: n[0])
