"""What every widget gets from Explorer: it draws, it can be driven, and nothing it raises is lost."""

import inspect
import re
import sys
from importlib import import_module
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
import torch
from PIL import Image

import flowlab
from flowlab.field import color_wheel_legend, flow_to_image
from flowlab_course.page.pictures import wheel
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture
from flowlab_course.widgets.film import film_html
from tests.chapters.paths import CHAPTERS
from tests.course.widgets.kernel_runs import run_named_kernels

MODULES = {number: import_module(f"flowlab_course.chapters.ch{number:02d}.widgets") for number in range(15)}


def widgets_of(module):
    """The public functions of a chapter's widgets that return a widget."""
    found = {name: thing for name, thing in vars(module).items() if inspect.isfunction(thing) and name[0] != "_"}
    kinds = {
        name: vars(sys.modules[thing.__module__]).get(thing.__annotations__.get("return"))
        for name, thing in found.items()
    }
    return {name: found[name] for name, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, Explorer)}


widgets = SimpleNamespace(**{name: f for module in MODULES.values() for name, f in widgets_of(module).items()})


def find_levels(a, b, levels, d):
    """Stands for chapter 14's search: as many pixels to the right as it has levels, d down."""
    return torch.tensor([float(levels), float(d)]).view(1, 2, 1, 1).expand(1, 2, *a.shape[-2:])


def a_wide_tile(explorer):
    """One product at a time fits every layer alike; eleven at a time do not."""
    explorer.controls["displacements"].value = 11
    return explorer


MAKERS = {
    "wheel": widgets.vector_on_the_wheel,
    "dots": widgets.random_dots,
    "paint": widgets.paint_a_flow,
    "scrub": widgets.scrub_a_warp,
    "aperture": widgets.aperture_on_an_edge,
    "pole": widgets.barbers_pole,
    "windows": widgets.window_noise_and_light,
    "smoothing": widgets.smoothness_and_iterations,
    "levels": widgets.pyramid_levels,
    "dressed chair": widgets.dress_a_chair,
    "moved layer": widgets.move_a_layer,
    "augmentation": widgets.augmentation_explorer,
    "displacement": widgets.displacement_explorer,
    "gallery": widgets.failure_gallery,
    "search": lambda: widgets.levels_of_search(find_levels),
    "reads": lambda: run_named_kernels() or widgets.who_reads_what(),
    "tile": lambda: a_wide_tile(widgets.choose_a_tile()),
    "reach": widgets.how_far_it_reaches,
    "receptive field": widgets.receptive_field,
    "ablation": lambda: widgets.take_a_part_away(
        lambda part, levels: np.full((250, 370, 2), len(part) + sum(levels), np.float32)
    ),
    "trust": widgets.trust_by_consistency,
    "slow motion": lambda: widgets.slow_motion(lambda img1, img2, t, flow, back: (1 - t) * img1),
    "yours": lambda: widgets.flow_between_two_pictures(
        lambda method, a, b: np.zeros((*a.shape[:2], 2), np.float32), ["zero"]
    ),
}


WITHOUT_A_FLOW = {
    "scrub",
    "aperture",
    "dressed chair",
    "displacement",
    "reads",
    "tile",
    "reach",
    "receptive field",
    "ablation",
    "slow motion",
}
OF_A_RUN = {"training_timelapse", "long_training_timelapse"}  # test_timelapse.py has a run, and moves their sliders
OF_A_READER = {"your_own"}  # test_yours.py gives it pictures and videos, and presses its buttons


def test_no_widget_is_left_out():
    """A new widget is driven here, and in the chapter that shows it, in Chromium (tests/browser)."""
    used = " ".join(" ".join((maker.__name__, *maker.__code__.co_names)) for maker in MAKERS.values())
    for number, module in MODULES.items():
        (text,) = CHAPTERS.glob(f"*/{number:02d}_*.py")
        assert widgets_of(module)
        for name in widgets_of(module):
            if name not in OF_A_RUN | OF_A_READER:
                assert re.search(rf"\b{name}\b", used), f"{name} is in none of these tests"
            assert f"widgets.{name}(" in text.read_text(encoding="utf-8"), f"{name} is not in its chapter"


def grey_square(level=0, brightest=80, pad=None, play=None, **controls):
    """A widget whose picture is one grey, three times the slider's value."""
    controls = {"level": ipywidgets.IntSlider(value=level, max=brightest), **controls}

    def compute(level, **_):
        return 3 * level

    def draw(grey):
        if grey == 240:
            raise ValueError("too bright")
        return Picture(np.full((4, 6, 3), grey, np.uint8), f"a square of grey {grey}")

    return Explorer(compute, draw, controls, title="grey", film=[("dark", {"level": 1})], pad=pad, play=play)


def shown(explorer):
    from io import BytesIO

    return np.asarray(Image.open(BytesIO(explorer.pad.image)).convert("RGB"))


def test_moving_a_control_draws_anew():
    explorer = grey_square()
    explorer.controls["level"].value = 20
    assert (shown(explorer) == 60).all()
    assert explorer.pad.alt == "a square of grey 60"


def test_looking_elsewhere_moves_nothing():
    explorer = grey_square(level=5)
    assert (explorer.at(level=10).rgb == 30).all()
    assert explorer.controls["level"].value == 5
    assert (shown(explorer) == 15).all()


def test_what_a_callback_raises_is_raised_and_shown_and_forgotten_when_it_works_again():
    explorer = grey_square()
    with pytest.raises(ValueError, match="too bright"):
        explorer.controls["level"].value = 80
    assert "too bright" in explorer._error.value
    explorer.controls["level"].value = 1
    assert explorer._error.value == ""


def test_driving_reaches_a_fault_at_the_end_of_a_slider():
    with pytest.raises(ValueError, match="too bright"):
        grey_square().drive()


def test_a_display_drives_the_widget_when_asked_to(monkeypatch, capsys):
    monkeypatch.setenv("FLOWLAB_DRIVE_WIDGETS", "1")
    with pytest.raises(ValueError, match="too bright"):
        grey_square()._ipython_display_()
    monkeypatch.setenv("FLOWLAB_DRIVE_WIDGETS", "0")
    grey_square()._ipython_display_()
    assert "[widget] grey" in capsys.readouterr().out


def test_a_control_that_cannot_be_driven_is_named():
    with pytest.raises(TypeError, match="cannot drive a Text"):
        grey_square(brightest=10, name=ipywidgets.Text()).drive()


def test_strokes_add_up_and_start_over_forgets_them():
    explorer = grey_square(pad="strokes")
    explorer.pad.stroke = {"id": 1, "points": [[0.1, 0.1], [0.2, 0.1]]}
    explorer.pad.stroke = {"id": 2, "points": [[0.5, 0.5]]}
    explorer.pad.stroke = {"id": 2, "points": [[0.5, 0.5], [0.6, 0.5]]}
    assert explorer.values()["strokes"] == [[[0.1, 0.1], [0.2, 0.1]], [[0.5, 0.5], [0.6, 0.5]]]
    explorer.clear()
    assert explorer.values()["strokes"] == []


def test_a_play_button_draws_the_slider_step_by_step_and_follows_it():
    explorer = grey_square(brightest=70, play={"level": 50})
    play = explorer.plays["level"]
    assert (play.min, play.max, play.interval) == (0, 70, 50)
    for step in (1, 2, 70):  # what the button on the page does
        play.value = step
        assert explorer.controls["level"].value == step
        assert (shown(explorer) == 3 * step).all()
    explorer.controls["level"].value = 6
    assert play.value == 6, "it goes on from where the slider is"


def test_a_play_button_counts_the_steps_of_sliders_of_every_kind():
    sliders = {
        "share": ipywidgets.FloatSlider(value=0.5, min=0.5, max=1, step=0.05, description="Share"),
        "times": ipywidgets.SelectionSlider(options=(1, 10, 100), value=10, description="Times"),
        "odd": ipywidgets.IntSlider(min=3, max=9, step=2, description="Odd"),
    }
    explorer = grey_square(play=dict.fromkeys(sliders, 100), **sliders)
    assert {name: (play.value, play.max) for name, play in explorer.plays.items()} == {
        "share": (0, 10),
        "times": (1, 2),
        "odd": (0, 3),
    }
    for play in explorer.plays.values():
        play.value = 2
    assert {name: slider.value for name, slider in sliders.items()} == {
        "share": pytest.approx(0.6),
        "times": 100,
        "odd": 7,
    }
    assert [play.tooltip for play in explorer.plays.values()] == ["Share", "Times", "Odd"]


PLAYED = {
    "dots": "frame",
    "scrub": "t",
    "pole": "number",
    "smoothing": "iterations",
    "levels": "level",
    "yours": "blend",
}


@pytest.mark.parametrize("name", PLAYED)
def test_what_takes_time_can_be_played_to_its_end_and_stops_there(name):
    explorer = MAKERS[name]()
    assert list(explorer.plays) == [PLAYED[name]]
    (play,), slider = explorer.plays.values(), explorer.controls[PLAYED[name]]
    ends = slider.options if hasattr(slider, "options") else (slider.min, slider.max)
    for step, end in ((0, ends[0]), (play.max, ends[-1])):
        play.value = step
        assert slider.value == pytest.approx(end)
    assert not play.repeat
    assert not play.show_repeat
    explorer.drive()
    assert not play.playing, "moving the controls starts nothing"


def test_a_widget_says_that_it_computes_while_it_does():
    seen = []
    explorer = grey_square()
    explorer.pad.observe(lambda change: seen.append((change.name, change.new)), names=["busy", "alt"])
    explorer.controls["level"].value = 20
    assert seen == [("busy", True), ("alt", "a square of grey 60"), ("busy", False)]
    with pytest.raises(ValueError, match="too bright"):
        explorer.controls["level"].value = 80
    assert seen[-1] == ("busy", False)


@pytest.mark.parametrize("name", MAKERS)
def test_each_widget_can_be_driven_and_returns_to_where_it_was(name):
    explorer = MAKERS[name]()
    before = explorer.pad.image
    assert explorer.drive() >= 2
    assert explorer.pad.image == before


@pytest.mark.parametrize("name", MAKERS)
def test_each_picture_changes_with_each_control(name):
    explorer = MAKERS[name]()
    if explorer.takes == "strokes":  # an empty canvas looks alike whatever the brush
        explorer.pad.stroke = {"id": 1, "points": [[0.1 + 0.02 * i, 0.5] for i in range(8)]}
    for key, control in explorer.controls.items():
        home, pictures = control.value, set()
        # A control may act only together with another: the speed of the dots shows once their flow does.
        for other in explorer.controls.values():
            if other is control or not hasattr(other, "options"):
                continue
            other.index = len(other.options) - 1
        if isinstance(control, ipywidgets.Checkbox):
            values = (False, True)
        else:
            ends = control.options if hasattr(control, "options") else (control.min, control.max)
            ends = [end[1] if isinstance(end, tuple) else end for end in ends]  # a label and its value
            values = (ends[0], ends[-1]) if len(ends) > 1 else ends
        if len(values) < 2:
            continue
        for value in values:
            control.value = value
            pictures.add(explorer.pad.image)
        control.value = home
        assert len(pictures) >= 2, f"{name}: {key} changes nothing"


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - {"wheel"}))  # that one is a wheel
def test_a_flow_in_colours_has_the_wheel_of_its_own_scale_beside_it(name, monkeypatch):
    explorer, scales = MAKERS[name](), set()
    for control in explorer.controls.values():
        if isinstance(control, ipywidgets.Dropdown) and control.description == "Show":
            control.value = control.options[-1]  # "one frame" has no flow

    def colour(flow, max_flow=None, **options):
        scales.add(max_flow or float(np.linalg.norm(flow, axis=-1).max()) or 1.0)
        return flow_to_image(flow, max_flow, **options)

    monkeypatch.setattr(flowlab, "flow_to_image", colour)
    rgb = explorer.at().rgb
    if not scales:
        assert name in WITHOUT_A_FLOW
        return
    (scale,) = scales
    legend = wheel(scale)
    height, width = legend.shape[:2]
    np.testing.assert_array_equal(legend[:width], color_wheel_legend(width))
    np.testing.assert_array_equal(rgb[canvas.TITLE : canvas.TITLE + height, -width:], legend)


@pytest.mark.parametrize("name", MAKERS)
def test_each_film_strip_needs_no_kernel_and_no_network(name, capsys):
    explorer = MAKERS[name]()
    stills = [explorer.at(**values) for _, values in explorer._film]
    assert len(stills) >= 2
    assert all(len(still.alt) >= 20 for still in stills)
    html = film_html(explorer.title, [("c", s.rgb, s.alt) for s in stills])
    assert html.count('" alt="') == html.count("<img ") == len(stills)
    assert "http" not in html
