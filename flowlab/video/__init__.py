"""Flow of many frames in constant memory: a folder of images, or a video.

frames.py reads frames and writes videos, flows.py estimates the flow between neighbouring frames, job.py writes the
results of all frames into a folder, and continues there after it was stopped.
"""

from flowlab.video.flows import FlowStep, flows
from flowlab.video.frames import Frame, VideoWriter, frames, rate
from flowlab.video.job import KINDS, Job, Report

__all__ = ["KINDS", "FlowStep", "Frame", "Job", "Report", "VideoWriter", "flows", "frames", "rate"]
