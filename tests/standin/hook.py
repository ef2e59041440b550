"""Waits for torch to be imported, and has the stand-in there before and behind it."""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class _Loader(importlib.abc.Loader):
    """Does something around the loading of a module."""

    def __init__(self, inner: Any, before: Callable[[], Any], after: Callable[[ModuleType, Any], None]) -> None:
        self.inner, self.before, self.after = inner, before, after

    def create_module(self, spec: Any) -> ModuleType | None:
        return self.inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        got = self.before()
        self.inner.exec_module(module)
        self.after(module, got)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, before: Callable[[], Any], after: Callable[[ModuleType, Any], None]) -> None:
        self.name, self.before, self.after = name, before, after

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            spec.loader = _Loader(spec.loader, self.before, self.after)
        return spec


def around(name: str, before: Callable[[], Any], after: Callable[[ModuleType, Any], None]) -> None:
    """When a module is imported, call one thing before it and another, with what the first gave, behind it."""
    sys.meta_path.insert(0, _Finder(name, before, after))


def watch_for_torch() -> None:
    """Have a GPU played as soon as torch is imported."""

    def before() -> Any:
        from tests.standin.library import load

        return load()

    def after(torch: ModuleType, library: Any) -> None:
        from tests.standin import api, dispatch

        dispatch.state.library = library
        dispatch.state.kept = dispatch.register()
        api.install()
        from tests.standin.cupy import install_cupy

        install_cupy()

    around("torch", before, after)
    if steps := os.environ.get("FLOWLAB_STANDIN_STEPS"):
        around("flowlab_course.page.profile", lambda: int(steps), _smaller)
        around("flowlab.training.config", lambda: int(steps), _shorter)
        around("flowlab_course.page.claims", lambda: None, _milder)
        around("flowlab_course.chapters.ch09.figures", lambda: None, _lighter)
        around("flowlab.chairs.gpu", lambda: int(steps), _fewer)


def _smaller(profile: ModuleType, most: int) -> None:
    """Have the gpu profile count no further than so far, and take the laptop's size for what is no count."""

    def pick(self: Any, *, laptop: Any, gpu: Any) -> Any:
        return min(laptop, gpu, most) if isinstance(gpu, int) else laptop

    profile.Profile.pick = pick


def _shorter(config: ModuleType, most: int) -> None:
    """Have trainings end after so many steps, with so few snapshots and held-out pairs."""
    made = config.TrainConfig.__post_init__

    def checked(self: Any) -> None:
        for name in ("steps", "validate_pairs", "snapshots"):
            object.__setattr__(self, name, min(getattr(self, name), most))
        made(self)

    config.TrainConfig.__post_init__ = checked


def _milder(claims: ModuleType, _: None) -> None:
    """Compute claims, and go on where one does not hold: it is about a training of full length."""
    whole = claims.claim

    def claim(sentence: str, condition: object) -> None:
        try:
            whole(sentence, condition)
        except claims.ClaimError:
            print(f"not after so few steps: {sentence}")

    claims.claim = claim


def _fewer(atlas: ModuleType, most: int) -> None:
    """Have a bank of backgrounds hold no more than so many, where the config does not say."""
    atlas.BACKGROUNDS = most


def _lighter(figures: ModuleType, _: None) -> None:
    """Have the layer timed once, for one pair."""
    figures.BATCH, figures.TIMED, figures.WARM_UP = 1, 1, 1
