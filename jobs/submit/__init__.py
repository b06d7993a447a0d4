"""Writes that users request: submit a job or many, cancel one, retry one."""
