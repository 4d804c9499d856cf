"""What summ raises. Every message is one line: what is wrong, where, and what to do about it."""

from __future__ import annotations


class SummError(Exception):
    """Base class of every error that summ raises on purpose."""


class InputError(SummError):
    """An article, file or record that cannot be used."""


class ConfigError(SummError):
    """A configuration with an unknown key, a wrong type or a missing file; names the place in the file."""


class ModelError(SummError):
    """A model that is unknown, cannot be had, cannot be read or does not do the task."""


class GenerationError(SummError):
    """A model that failed while it was generating."""
