"""The laws of motion against closed forms; similarities against complex numbers."""

import numpy as np
import pytest
from scipy import stats

from flowlab.chairs import ChairsConfig, HeavyTailed, MotionConfig
from flowlab.chairs.motion import background_motion, chair_motions, compose, enlargement, invert, similarity

LAWS = {
    # name: exponent, half of the range, norm, centre, probability
    "background_translation": (4, 40, 15, 0, 1.0),
    "background_rotation": (2, 10, 6, 0, 0.3),
    "background_scale": (2, 0.07, 6, 1, 0.6),
    "chair_translation": (3, 120, 10, 0, 1.0),
    "chair_rotation": (2, 30, 6, 0, 0.7),
    "chair_scale": (2, 0.2, 6, 1, 0.7),
}
DRAWS = 10_000


def distribution(x, exponent, half, norm, centre):
    """P(X <= x), given that X was drawn and fell inside the range."""
    z = np.sign(x - centre) * np.abs((x - centre) * norm / half) ** (1 / exponent)
    edge = norm ** (1 / exponent)
    return (stats.norm.cdf(z) - stats.norm.cdf(-edge)) / (stats.norm.cdf(edge) - stats.norm.cdf(-edge))


@pytest.mark.parametrize("name", LAWS)
def test_draws_follow_the_closed_form(name):
    exponent, half, norm, centre, probability = LAWS[name]
    values = getattr(MotionConfig(), name).sample(np.random.default_rng(1), DRAWS)
    assert np.abs(values - centre).max() <= half
    moved = values[values != centre]
    test = stats.kstest(moved, lambda x: distribution(x, exponent, half, norm, centre))
    assert test.pvalue > 0.001
    # The centre takes what was not drawn and what fell outside.
    inside = 1 - 2 * stats.norm.sf(norm ** (1 / exponent))
    assert stats.binomtest(len(moved), DRAWS, probability * inside).pvalue > 0.001


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("law", ["gaussian", "uniform"])
def test_the_other_laws_have_the_same_deviation_and_no_heavy_tails(name, law):
    tail = getattr(MotionConfig(), name)
    always = HeavyTailed(tail.exponent, tail.reach, tail.norm)
    heavy, light = (always.sample(np.random.default_rng(2), 200_000, kind) for kind in ("heavy", law))
    # Both are cut at the reach; Gaussians lose next to nothing there.
    assert light.std() == pytest.approx(heavy.std(), rel=0.04)
    assert stats.kurtosis(light) < 0.5 < 2 < stats.kurtosis(heavy)


def test_refuses_an_unknown_law():
    with pytest.raises(ValueError, match="law must be one of heavy, gaussian, uniform, got 'levy'"):
        ChairsConfig(motion=MotionConfig(law="levy"))


def as_complex(matrix, point):
    """Apply a similarity in the complex plane: z -> a z + b."""
    a, b = complex(matrix[0, 0], matrix[1, 0]), complex(matrix[0, 2], matrix[1, 2])
    image = a * complex(*point) + b
    return [image.real, image.imag]


def test_similarity_turns_and_scales_about_its_centre():
    centre, angle = complex(3, 4), np.deg2rad(30)
    expected = centre + 1.5 * np.exp(1j * angle) * (complex(7, -2) - centre) + complex(5, 6)
    matrix = similarity(np.array([3.0, 4.0]), 1.5, 30.0, (5, 6))
    np.testing.assert_allclose(matrix @ [7, -2, 1], [expected.real, expected.imag])
    np.testing.assert_allclose(as_complex(matrix, (7, -2)), [expected.real, expected.imag])
    assert enlargement(matrix) == pytest.approx(1.5)


def test_compose_applies_the_inner_move_first_and_invert_undoes_it():
    rng = np.random.default_rng(3)
    moves = [
        similarity(rng.normal(size=2), rng.uniform(0.5, 2), rng.uniform(-90, 90), rng.normal(size=2)) for _ in "ab"
    ]
    point = (1.0, -2.0)
    step = as_complex(moves[1], point)
    np.testing.assert_allclose(compose(*moves) @ [*point, 1], as_complex(moves[0], step))
    np.testing.assert_allclose(invert(moves[0]) @ [*as_complex(moves[0], point), 1], point)


def test_batches_are_what_single_moves_are():
    centres = np.array([[1.0, 2.0], [3.0, 4.0]])
    batch = similarity(centres, np.array([1.1, 0.9]), np.array([10.0, -20.0]), centres * 2)
    single = [similarity(c, s, d, 2 * c) for c, s, d in zip(centres, (1.1, 0.9), (10.0, -20.0), strict=True)]
    np.testing.assert_allclose(batch, single)
    np.testing.assert_allclose(invert(batch), [invert(s) for s in single])
    np.testing.assert_allclose(compose(batch, batch), [compose(s, s) for s in single])


def test_chairs_move_about_their_own_centres_and_then_with_the_background():
    config = MotionConfig(chair_translation=HeavyTailed(1, 1, 1, probability=0.0))
    background = similarity(np.array([10.0, 20.0]), 1.05, 5.0, (3, -4))
    centres = np.random.default_rng(0).uniform(-50, 150, (200, 2))
    motions = chair_motions(np.random.default_rng(1), config, background, centres, unit=1.0)
    # Without a translation of its own, a chair's centre goes where the background goes.
    there = np.einsum("nij,nj->ni", motions, np.column_stack([centres, np.ones(200)]))
    np.testing.assert_allclose(there, centres @ background[:, :2].T + background[:, 2])
    turned = np.rad2deg(np.arctan2(motions[:, 1, 0], motions[:, 0, 0])) - 5.0
    still = np.isclose(turned, 0)
    assert 0.2 < still.mean() < 0.45  # 0.3, and the few beyond the range
    assert np.abs(turned).max() <= 30


def test_lengths_scale_with_the_image_and_angles_do_not():
    for unit in (0.5, 2.0):
        big = background_motion(np.random.default_rng(4), MotionConfig(), (384, 512), 1.0)
        other = background_motion(np.random.default_rng(4), MotionConfig(), (int(384 * unit), int(512 * unit)), unit)
        np.testing.assert_allclose(other[:, :2], big[:, :2])
        corner = np.array([100.0, 50.0])
        scaled = unit * (corner + 0.5) - 0.5  # pixel centres are whole numbers
        moved = (big @ [*corner, 1]) - corner
        np.testing.assert_allclose(other @ [*scaled, 1] - scaled, unit * moved, atol=1e-9)


def test_the_enlargement_is_the_largest_singular_value():
    rng = np.random.default_rng(5)
    for matrix in rng.normal(size=(20, 2, 3)):
        assert enlargement(matrix) == pytest.approx(np.linalg.norm(matrix[:, :2], 2))
