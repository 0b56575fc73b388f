"""The national catalogue as it is exported: read, doubted, worded, searched and compared; never trusted blindly."""
