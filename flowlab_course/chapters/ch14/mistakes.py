"""Wrong answers to the exercises of chapter 14 that readers give, and what to tell them."""

import flowlab
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("14.1", "added", "You add both at the same pixel. The first flow is needed where rest points.")
def _added(first, rest):
    return rest + first


@mistake(
    "14.1",
    "the other order",
    "You go first, then rest. From frame 1 the way begins with rest: it leads into the warped frame.",
)
def _the_other_order(first, rest):
    return first + flowlab.warp(rest, first, padding="border")


@mistake("14.1", "rest left out", "You have looked the first flow up, and forgotten the way there.")
def _rest_forgotten(first, rest):
    return flowlab.warp(first, rest, padding="border")


@mistake("14.1", "looked up by itself", "You look the first flow up along itself; the second look gives the place.")
def _by_its_own(first, rest):
    return rest + flowlab.warp(first, first, padding="border")


@mistake("14.2", "coarsest only", "That is the coarsest level alone; the finer ones add theirs.")
def _coarsest_only(levels, d):
    return d * 2 ** (levels - 1)


@mistake("14.2", "same everywhere", "A pixel of a coarser level is worth more than one of the image.")
def _same_everywhere(levels, d):
    return d * levels


@mistake("14.2", "one too many", "You count a level too many: the finest is level 0, the coarsest levels - 1.")
def _one_level_too_many(levels, d):
    return sum(d * 2**level for level in range(levels + 1))


@mistake("14.2", "by halves", "You divide. Coarser pixels are larger: multiply by 2 for each level.")
def _by_halves(levels, d):
    return sum(d / 2**level for level in range(levels))


@mistake("14.3", "all alike", "Your short vectors have grown to the limit. Leave them as they are.")
def _all_to_the_limit(features, most):
    return features * most / features.norm(dim=1, keepdim=True)


@mistake("14.3", "each number", "You limit each number by itself, which turns vectors. Scale whole vectors.")
def _each_number(features, most):
    return features.clamp(-most, most)


@mistake("14.3", "the whole map", "You take one length for the whole map. Each place has its own.")
def _whole_map(features, most):
    return features * min(1.0, most / float(features.norm()))


@mistake("14.3", "wrong axis", "You measure along a row of the map. The channels are axis 1.")
def _along_the_wrong_axis(features, most):
    return features * (most / features.norm(dim=-1, keepdim=True)).clamp(max=1)
