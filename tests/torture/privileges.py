"""Giving up what root may do with files of any mode, so that a mode is a fault for root as for anyone."""

from __future__ import annotations

import ctypes

_VERSION = 0x20080522
_OVERRIDES = 0b111110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER and their neighbours


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def obey_modes() -> None:
    """From now on this process is refused what the modes of files forbid.  Raises OSError."""
    system = ctypes.CDLL(None, use_errno=True)
    head, sets = _Head(_VERSION, 0), (_Sets * 2)()
    if system.capget(ctypes.byref(head), sets):
        raise OSError(ctypes.get_errno(), "capget")
    sets[0].effective &= ~_OVERRIDES
    sets[0].permitted &= ~_OVERRIDES
    if system.capset(ctypes.byref(head), sets):
        raise OSError(ctypes.get_errno(), "capset")
