"""What widgets share: traits, packed models and digits, canvases, charts, the network in JavaScript."""
