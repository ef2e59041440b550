"""Flow file formats, a module each: ``read(stream, size)`` and ``encode(flow, valid)``.

``read`` takes an open binary file and its length in bytes and returns the flow as it stands there, unknown pixels
included, and a mask where the format has one. ``encode`` returns the pieces of the file, in order; nothing is
written before all of them exist. Names of files are none of a format's business: ``flowlab.field.files`` adds them.
"""
