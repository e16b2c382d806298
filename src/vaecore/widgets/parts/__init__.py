"""What widgets share: traits and packed models in Python; frames, controls, charts, films in JavaScript."""
