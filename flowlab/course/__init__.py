"""The teaching layer: what the chapters call, and nothing that another project would need."""

from flowlab.course import progress, scoreboard
from flowlab.course.claims import ClaimError, claim
from flowlab.course.exercises import check, hint, solution
from flowlab.course.figures import png_bytes, show
from flowlab.course.pictures import pictures
from flowlab.course.predict import answer, predict_first
from flowlab.course.profile import profile
from flowlab.course.quiz import Option, Question, quiz
from flowlab.course.session import begin, end

__all__ = [
    "ClaimError",
    "Option",
    "Question",
    "answer",
    "begin",
    "check",
    "claim",
    "end",
    "hint",
    "pictures",
    "png_bytes",
    "predict_first",
    "profile",
    "progress",
    "quiz",
    "scoreboard",
    "show",
    "solution",
]
