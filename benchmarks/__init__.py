"""`make bench`: how fast the product is beside something that a reader can judge it by.

::

    __main__    the command: a world, the cases, one after the other, the report
    registry    @benchmark and Target: what a case declares
    measure     alternating runs → medians, spread, ratios     (pure)
    report      a table for the terminal, Markdown and JSON under results/
    machine     what it ran on
    world       a throw-away database and Redis, with Django set up
    servers     what runs beside it, in processes of their own: clouds, a worker, a gateway
    cases/      the benchmarks, one small module each; put another one in and it is run

Figures are ratios of what ran in turns in one process on one machine: milliseconds of a shared
machine say little by themselves. No benchmark is a test, and no test is timed.
"""
