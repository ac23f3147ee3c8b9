"""A crew on the machines of a Ray cluster: what travels, who refuses, and what is lost. Loaded with `--ray` alone.

    run.py -- Crew --> crew.py (the batch's process) -- pipe --> driver.py (a process of its own) -- Ray --> hand.py (an actor a worker)

Ray is imported by the driver alone. What its libraries print, install as signal handlers or end by force stays there: a
cluster that is lost is an error of the batch, not its end. Ray notes of a program its command line, its folder and its exceptions,
all of which may spell names: the driver has none of the first two, and no exception crosses an actor's border.
"""
