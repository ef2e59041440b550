"""All parameters of the generator, and the lessons that lead up to chairs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from flowlab.chairs.motion import LAWS, HeavyTailed, MotionConfig

VERSION = 1  # goes up whenever the bytes of any pair change; stands in manifests and model cards
VALIDATION_SEED = 20_150_506  # of the held-out pairs; training refuses it
# Fields that records of older runs have, with the values that had no effect.
REMOVED = {"shadows": 0.0, "shutter": 0.0, "camera": None}
REMOVED_FROM_MOTION = {"background_stretch": None, "background_perspective": None, "chair_stretch": None}
LAST_WITH_REMOVED = "29d86e7"
SHAPES = ("chair", "box", "polygon", "ellipse", "comb", "cutout")


@dataclass(frozen=True)
class ChairsConfig:
    """What is in a pair. Lengths are pixels of a 512 x 384 image.

    Attributes:
        motion: The distributions of all motions.
        chairs: Fewest and most chairs in a scene; most of them are outside the frame.
        size_mean: Longer side of a chair, mean of its normal distribution.
        size_spread: Standard deviation of that distribution.
        size_range: Smallest and largest size; a size outside is set to the nearer of the two.
        margin: How far outside the image centres may lie, as a part of its height and width.
        bank: Number of different sprites of each shape of a seed; for chairs, of chairs and views.
        shapes: Shapes of the flying objects: any of SHAPES, each as often as it is named.
        thin_parts: Allow legs, slats and wires thinner than 5 cm.
        photographs: Folder of photographs for backgrounds, "skimage" for those of scikit-image, or
            "" for painted backgrounds, which need no files and are the same on every machine.
        photograph_share: Part of the pairs with a photograph as background, given ``photographs``.
        backgrounds: Number of different backgrounds of a seed; 0 paints another one for each pair.
            The paper's data has 964 photographs, each cut in four.

    Raises:
        ValueError: If a value is out of range.
    """

    motion: MotionConfig = field(default_factory=MotionConfig)
    chairs: tuple[int, int] = (16, 24)
    size_mean: float = 200.0
    size_spread: float = 200.0
    size_range: tuple[float, float] = (50.0, 640.0)
    margin: float = 0.8
    bank: int = 1000
    shapes: tuple[str, ...] = ("chair",)
    thin_parts: bool = True
    photographs: str = ""
    photograph_share: float = 1.0
    backgrounds: int = 0

    def __post_init__(self):
        low, high = self.chairs
        if not 0 <= low <= high <= 250:  # layers are numbered in a byte
            raise ValueError(f"chairs must be (fewest, most) between 0 and 250, got {self.chairs}")
        if not self.shapes or not set(self.shapes) <= set(SHAPES):
            raise ValueError(f"shapes must be some of {', '.join(SHAPES)}, got {self.shapes}")
        if not 8 <= self.size_range[0] <= self.size_range[1]:
            raise ValueError(f"size_range must be (smallest, largest) from 8 px up, got {self.size_range}")
        if not 0 <= self.photograph_share <= 1:
            raise ValueError(f"photograph_share must be between 0 and 1, got {self.photograph_share}")
        if self.motion.law not in LAWS:
            raise ValueError(f"law must be one of {', '.join(LAWS)}, got {self.motion.law!r}")
        if self.bank < 1:
            raise ValueError(f"bank must hold at least one picture, got {self.bank}")
        if self.backgrounds < 0:
            raise ValueError(f"backgrounds must be at least 0, got {self.backgrounds}")

    def record(self) -> dict:
        """Return it as a dictionary, for manifests and checkpoints.

        Older records still compare as equal: a field that was added later is in it only if it is used, and
        removed fields are in it with the values that had no effect.
        """
        record = asdict(self) | REMOVED | {"motion": asdict(self.motion) | REMOVED_FROM_MOTION}
        if not self.backgrounds:
            del record["backgrounds"]
        return record


def require_readable(record: dict) -> None:
    """Refuse the record of pairs with a removed field; the ValueError names the last commit that makes them."""
    old = {name: record.get(name) for name in REMOVED}
    old |= {f"motion.{name}": record.get("motion", {}).get(name) for name in REMOVED_FROM_MOTION}
    if used := [f"chairs.{name} = {value}" for name, value in old.items() if value]:
        raise ValueError(
            f"these pairs have {', '.join(used)}, which was removed; flowlab of commit {LAST_WITH_REMOVED} makes them"
        )


_STILL = HeavyTailed(exponent=1, reach=1, norm=1, probability=0)
_SAME = HeavyTailed(exponent=1, reach=1, norm=1, centre=1.0, probability=0)
_SLIDE = MotionConfig(
    law="uniform",
    background_translation=HeavyTailed(exponent=1, reach=6, norm=2),
    background_rotation=_STILL,
    background_scale=_SAME,
    chair_translation=HeavyTailed(exponent=1, reach=20, norm=2),
    chair_rotation=_STILL,
    chair_scale=_SAME,
)
_TURN = replace(_SLIDE, chair_rotation=HeavyTailed(exponent=1, reach=25, norm=2))
_GROW = replace(_TURN, chair_scale=HeavyTailed(exponent=1, reach=0.2, norm=2, centre=1.0))
_FEW = ChairsConfig(motion=_SLIDE, chairs=(3, 6), size_mean=130, size_spread=50, margin=0.0, bank=200)

# From a box that slides to the whole thing, one new difficulty at a time.
LESSONS = {
    "boxes": replace(_FEW, shapes=("box",)),
    "polygons": replace(_FEW, shapes=("polygon",)),
    "ellipses": replace(_FEW, shapes=("ellipse",)),
    "rotation": replace(_FEW, shapes=("polygon", "ellipse"), motion=_TURN),
    "scaling": replace(_FEW, shapes=("polygon", "ellipse"), motion=_GROW),
    "thin": replace(_FEW, shapes=("comb",), motion=_GROW),
    "mixed": replace(_FEW, shapes=("box", "polygon", "ellipse", "comb"), motion=_GROW),
    "easy chairs": replace(_FEW, motion=_GROW),
    "heavy tails": replace(_FEW, motion=MotionConfig(), size_mean=200),
    "flying chairs": ChairsConfig(),
}
