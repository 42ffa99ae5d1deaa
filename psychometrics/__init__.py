"""Statistics of answers, people and groups: arrays in, frozen results out; imports nothing of ours."""
