"""`make bench`: the speed of the product compared with a reference that a reader knows.

::

    __main__    the command: a world, the cases, one after the other, the report
    registry    @benchmark and Target: what a case declares
    measure     alternating runs → medians, spread, ratios     (pure)
    report      a table for the terminal, Markdown and JSON under results/
    machine     what it ran on
    world       a throw-away database and Redis, with Django set up
    servers     helper processes: clouds, a worker, a gateway
    cases/      the benchmarks, one small module each; a new module there is found and run

Figures are ratios of what ran in turns in one process on one machine: milliseconds of a shared
machine say little by themselves. No benchmark is a test, and no test is timed.
"""
