"""The chapters' cells: when their outputs are stale, and in what environment they run."""
