"""Door for writing: have an assistant learn, and say how sure it must be."""

from gewu.assistants.actions.learning import Trained, keep, train
from gewu.assistants.actions.thresholds import set_threshold

__all__ = ["Trained", "keep", "set_threshold", "train"]
