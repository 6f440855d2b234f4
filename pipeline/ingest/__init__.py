"""Listing and reading the raw inputs: what the shards know of files.

``list_inputs`` finds the inputs of a folder, ``split_input`` cuts one into slices whose digests say whether
they changed, ``read_slice`` gives the records of a slice as articles and failures.
"""

from pipeline.ingest.cuts import is_fault
from pipeline.ingest.listing import list_inputs
from pipeline.ingest.model import Failure, Form, Input, Packing, Slice, printable_path
from pipeline.ingest.slices import SLICE_BYTES, read_records, read_slice, split_input

__all__ = [
    "SLICE_BYTES",
    "Failure",
    "Form",
    "Input",
    "Packing",
    "Slice",
    "is_fault",
    "list_inputs",
    "printable_path",
    "read_records",
    "read_slice",
    "split_input",
]
