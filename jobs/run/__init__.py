"""A worker's part: claims a job, performs a step of it, and records the outcome."""
