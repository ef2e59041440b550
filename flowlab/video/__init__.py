"""Flow of many frames in constant memory: a folder of images, or a video.

frames.py reads frames and writes videos, job.py estimates the flow between neighbouring frames and
writes it into a folder, where a run that was stopped continues.
"""

from flowlab.video.frames import Frame, VideoWriter, frames, rate
from flowlab.video.job import KINDS, FlowStep, Job, Report, flows

__all__ = ["KINDS", "FlowStep", "Frame", "Job", "Report", "VideoWriter", "flows", "frames", "rate"]
