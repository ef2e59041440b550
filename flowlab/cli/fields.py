"""``--set FIELD=VALUE``: the fields of a training's configuration as text, and the options that they have replaced."""

from __future__ import annotations

import difflib
import re
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import typer

if TYPE_CHECKING:
    from flowlab.training import TrainConfig

TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Options that were removed, where their name is neither the field's nor its old name.
OTHER_OPTIONS = {"warmup": "warmup_steps", "photographs": "chairs.photographs"}


def with_fields(recipe: str, given: dict[str, object], assignments: list[str]) -> TrainConfig:
    """Return a recipe with the values of options, and with FIELD=VALUE assignments, of which the last one counts.

    Raises:
        typer.BadParameter: If there is no such field, or the value has another type.
        ValueError: If there is no such recipe, or a value is out of its range.
    """
    from flowlab import training

    values = dict(map(assigned, assignments))
    config = training.recipe(recipe, **given | {name: value for name, value in values.items() if "." not in name})
    for name, value in values.items():
        if "." in name:
            config = changed(config, name, value)
    return config


def changed(config: Any, name: str, value: object) -> Any:
    """Return a copy of a frozen record with one field changed; ``a.b`` is field b of the record in field a."""
    outer, _, inner = name.partition(".")
    return replace(config, **{outer: changed(getattr(config, outer), inner, value) if inner else value})


def assigned(assignment: str) -> tuple[str, object]:
    """Read FIELD=VALUE by the type of the field.

    Raises:
        typer.BadParameter: If there is no such field, or the value has another type.

    Example:
        >>> assigned("lr=1e-4"), assigned("milestones=10,20"), assigned("crop=64x96")
        (('lr', 0.0001), ('milestones', (10, 20)), ('crop', (64, 96)))
    """
    name, equals, text = assignment.partition("=")
    types = field_types()
    if not equals or name not in types:
        raise typer.BadParameter(f"--set {assignment}: {advice(name, types)}")
    try:
        return name, value_of(types[name], text)
    except (ValueError, KeyError):
        raise typer.BadParameter(f"--set {assignment}: {name} takes {wanted(types[name])}, got {text!r}") from None


def value_of(kind: Any, text: str) -> object:
    """Read a value of a type: bool, int, float, str, or a tuple of one of these, as in 0.9,0.999 or 384x512."""
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        words = re.split("[,x]" if item is int else ",", text) if text else []
        if rest[-1:] != [...] and len(words) != 1 + len(rest):
            raise ValueError(f"{1 + len(rest)} values are needed")
        return tuple(value_of(item, word) for word in words)
    return TRUTH[text.lower()] if kind is bool else kind(text)


def wanted(kind: Any) -> str:
    """Describe the values of a type.

    Example:
        >>> wanted(float), wanted(bool), wanted(tuple[int, int])
        ('a value of type float', 'true or false', '2 values of type int, separated by commas')
    """
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        count = "" if rest[-1:] == [...] else f"{1 + len(rest)} "
        return f"{count}values of type {item.__name__}, separated by commas"
    return "true or false" if kind is bool else f"a value of type {kind.__name__}"


def field_types() -> dict[str, Any]:
    """Return the types of TrainConfig's fields by name, those of the records in it by dotted names."""
    from flowlab.training import TrainConfig

    def flat(record: Any, prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, kind in get_type_hints(record).items():
            if is_dataclass(kind):
                found |= flat(kind, f"{prefix}{name}.")
            elif get_origin(kind) is tuple or kind in (bool, int, float, str):
                found[prefix + name] = kind
        return found

    return flat(TrainConfig, "")


def advice(name: str, types: dict[str, Any]) -> str:
    """Say which field may be meant by a name that is none."""
    from flowlab.training.config import RENAMED

    if name in types:
        return f"write {name}=VALUE"
    if name in RENAMED:
        return f"{name} is now {RENAMED[name]}"
    close = difflib.get_close_matches(name, [*types, *RENAMED], n=3)
    if close:
        return f"there is no field {name!r}; did you mean {' or '.join(RENAMED.get(other, other) for other in close)}?"
    own = [field for field in types if "." not in field]
    return f"there is no field {name!r}; the fields are {', '.join(own)}, and chairs.FIELD for the generator's"


def replacement(word: str, value: str) -> str:
    """Say what to type for an option that has become a field; "" for any other word.

    Example:
        >>> replacement("--charbonnier", "1e-4"), replacement("--no-tensorboard", "--out")
        ('--charbonnier is now --set loss_eps=1e-4', '--no-tensorboard is now --set tensorboard=false')
    """
    from flowlab.training.config import RENAMED

    option, equals, inside = word.partition("=")
    name = option[2:].removeprefix("no-").replace("-", "_")
    field = OTHER_OPTIONS.get(name) or RENAMED.get(name, name)
    kind = field_types().get(field)
    if kind is None:
        return ""
    text = inside if equals else "VALUE" if value.startswith("--") else value
    if kind is bool:
        text = str(not option.startswith("--no-")).lower()
    return f"{option} is now --set {field}={text}"
