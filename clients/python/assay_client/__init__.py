"""Rewards for code from assay's reward service, for RL trainers.

`Client` speaks to the service; `assay_client.trl` has reward functions for TRL's GRPOTrainer, `assay_client.verl` the custom
reward function of verl. A reward that could not be had is None (NaN for verl), and never 0.
"""

from .batching import Batcher
from .client import Client, Refused, Unavailable

__all__ = ["Batcher", "Client", "Refused", "Unavailable"]
__version__ = "0.1.0"
