"""Exercises of chapter 10."""

import torch

from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def merged_channels(redirected, max_displacement, stride2):
    """Channels that conv3_1 reads: redirected features and one score for each displacement."""
    D = 2 * (max_displacement // stride2) + 1
    return redirected + D * D


@mistake("10.1", "scores only", "The scores are right. conv_redir's channels stand beside them.")
def _scores_only(redirected, max_displacement, stride2):
    return merged_channels(0, max_displacement, stride2)


@mistake("10.1", "one axis", "Displacements go along two axes: D * D of them.")
def _one_axis(redirected, max_displacement, stride2):
    return redirected + 2 * (max_displacement // stride2) + 1


@mistake("10.1", "zero forgotten", "No displacement at all is one of them, too: 2r + 1 along an axis.")
def _zero_forgotten(redirected, max_displacement, stride2):
    return redirected + (2 * (max_displacement // stride2)) ** 2


@mistake("10.1", "one-sided", "Things move to the left and up as well: from -r to r.")
def _one_sided(redirected, max_displacement, stride2):
    return redirected + (max_displacement // stride2 + 1) ** 2


@mistake("10.1", "stride forgotten", "With stride2 = 2 every second displacement is left out.")
def _stride_forgotten(redirected, max_displacement, stride2):
    return redirected + (2 * max_displacement + 1) ** 2


@mistake("10.1", "both maps", "Only the first image's features are redirected: the flow is on its grid.")
def _both_maps(redirected, max_displacement, stride2):
    return 2 * redirected + merged_channels(0, max_displacement, stride2)


def _merged_cases():
    # Counted on squared paper; the first is the network's own.
    return [
        Case((32, 20, 2), 473, "FlowNetC: 32 redirected channels, max_displacement=20, stride2=2"),
        Case((32, 4, 1), 113, "nine displacements along each axis"),
        Case((8, 20, 2), 449, "the same layer in a network of a quarter width"),
        Case((16, 5, 2), 41, "max_displacement=5 with stride2=2: -4, -2, 0, 2, 4"),
    ]


def in_image_pixels(features_stride, max_displacement, stride2):
    """Reach of the correlation and its step, both in pixels of the image."""
    return features_stride * (max_displacement // stride2) * stride2, features_stride * stride2


@mistake("10.2", "in features", "These are pixels of the feature maps. One of them is several of the image.")
def _in_features(features_stride, max_displacement, stride2):
    return max_displacement // stride2 * stride2, stride2


@mistake("10.2", "step of features", "The reach is right; the step jumps over stride2 features.")
def _step_of_features(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2) * stride2, features_stride


@mistake("10.2", "number of steps", "You counted the steps to one side; each is stride2 features long.")
def _reach_of_steps(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2), features_stride * stride2


@mistake("10.2", "rest kept", "Where stride2 does not divide max_displacement, the last step does not fit.")
def _rest_kept(features_stride, max_displacement, stride2):
    return features_stride * max_displacement, features_stride * stride2


@mistake("10.2", "both sides", "That is from end to end; the reach is to one side.")
def _both_sides(features_stride, max_displacement, stride2):
    reach, step = in_image_pixels(features_stride, max_displacement, stride2)
    return 2 * reach, step


def _pixels_cases():
    return [
        Case((8, 20, 2), (160, 16), "FlowNetC's: features 8 px apart, max_displacement=20, stride2=2"),
        Case((4, 4, 1), (16, 4), "features 4 px apart, max_displacement=4, stride2=1"),
        Case((8, 5, 2), (32, 16), "max_displacement=5 with stride2=2: the last step does not fit"),
    ]


def streams(layers, img1, img2):
    """Features of both images by the same layers in one pass: a pair of (B, C, H, W)."""
    both = layers(torch.cat([img1, img2]))
    return both[: len(img1)], both[len(img1) :]


@mistake("10.3", "channels stacked", "You joined channels: that is FlowNetS. Shared weights want both along the batch.")
def _stacked_channels(layers, img1, img2):
    both = layers(torch.cat([img1, img2], dim=1))
    return both[:, : both.shape[1] // 2], both[:, both.shape[1] // 2 :]


@mistake("10.3", "swapped", "The two have changed places: the flow would be on the wrong frame's grid.")
def _swapped(layers, img1, img2):
    first, second = streams(layers, img1, img2)
    return second, first


@mistake("10.3", "interleaved", "cat puts all of img1 before all of img2; they do not alternate.")
def _interleaved(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[::2], both[1::2]


@mistake("10.3", "the first twice", "Both results are of img1: the second stream is missing.")
def _first_twice(layers, img1, img2):
    first = layers(img1)
    return first, first


@mistake("10.3", "one each", "A batch may hold more than one pair: the first len(img1) are img1's.")
def _one_each(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[:1], both[1:]


def _sum_of_rows(images):
    """Stands for layers that are shared: one number a row, of any channels, twice."""
    rows = images.sum((1, 3), keepdim=True)
    return torch.cat([rows, 2 * rows], dim=1)


def _minus_the_mean(images):
    """Stands for batch normalisation: what is subtracted depends on the whole batch."""
    return images - images.mean()


@mistake(
    "10.3",
    "called twice",
    "You call layers twice. Batch normalisation then takes its mean over each image apart: join them, and call once.",
)
def _called_twice(layers, img1, img2):
    return layers(img1), layers(img2)


def _streams_cases():
    img1, img2 = torch.tensor([1.0, 3.0]).view(2, 1, 1, 1), torch.tensor([5.0, 11.0]).view(2, 1, 1, 1)
    expected = (img1 - 5, img2 - 5)  # the mean of 1, 3, 5 and 11
    cases = [Case((_minus_the_mean, img1, img2), expected, "layers that subtract the mean of their batch")]
    for B in (2, 3):
        img1 = torch.arange(B * 4, dtype=torch.float32).view(B, 1, 4, 1)
        img2 = -10 * img1 - 1
        expected = tuple(torch.cat([image, 2 * image], dim=1) for image in (img1, img2))
        cases.append(Case((_sum_of_rows, img1, img2), expected, f"batches of {B}"))
    return cases


EXERCISES = [
    Exercise(
        id="10.1",
        title="why 473?",
        hints=(
            "How many displacements are there along one axis? How many pairs of them?",
            (
                "There is a score for each pair of a vertical and a horizontal displacement. The redirected channels "
                "come on top, once."
            ),
            "D = 2 * (max_displacement // stride2) + 1 displacements along one axis, and D * D pairs.",
        ),
        solution=merged_channels,
        cases=_merged_cases,
        mistakes=mistake.of("10.1"),
    ),
    Exercise(
        id="10.2",
        title="in pixels of the image",
        hints=(
            "How many pixels of the image lie between two neighbouring features?",
            (
                "One step of the correlation is stride2 features. The farthest displacement is the largest multiple "
                "of stride2 that max_displacement allows."
            ),
            "Both are features; times features_stride they are pixels. Return a pair: (reach, step).",
        ),
        solution=in_image_pixels,
        cases=_pixels_cases,
        mistakes=mistake.of("10.2"),
    ),
    Exercise(
        id="10.3",
        title="two streams in one pass",
        hints=(
            "What do shared layers do otherwise with a batch that is twice as long?",
            "Join both images along the batch, and call layers once.",
            "torch.cat([img1, img2]) is the long batch. The first len(img1) of what comes out belong to img1.",
        ),
        solution=streams,
        cases=_streams_cases,
        mistakes=mistake.of("10.3"),
    ),
]
