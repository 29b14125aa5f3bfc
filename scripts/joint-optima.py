#!/usr/bin/env python3
"""Small random joint problems with their exact optima, by HiGHS, one JSON object a line.

    pip install highspy==1.16.0 numpy
    scripts/joint-optima.py crates/planner/src/tests/optima.jsonl

Every line has a `problem`, its `optimum` in atoms over all pools, starts (to the millisecond) and simple paths, and a
`wider` pool with the optimum when that pool has so many units more. The same seed gives the same problems.
"""
import json
import random
import sys

import highspy
import numpy as np

COUNT, SLOT, SLOTS, NODES = 300, 2, 6, 4


def problem(rng):
    pairs = [(a, b) for a in range(NODES) for b in range(a)]
    pools = [pool(rng) for _ in range(rng.randint(1, 3))]
    links = [link(rng, ends) for ends in rng.sample(pairs, rng.randint(2, len(pairs)))]
    jobs = [job(rng, len(pools)) for _ in range(rng.randint(3, 9))]
    return {"atoms": 1, "slot_ms": SLOT, "slots": SLOTS, "nodes": NODES, "pools": pools, "links": links, "jobs": jobs}


def pool(rng):
    steps = [[0, rng.randint(1, 6)]]
    if rng.random() < 0.3:
        steps.append([rng.randrange(1, SLOT * SLOTS), rng.randint(0, 6)])
    rates = [[rng.randint(0, 9) for _ in range(SLOTS)]]
    return {"node": rng.randrange(NODES), "class": rng.randrange(2), "capacity": steps, "rates": rates}


def link(rng, ends):
    return {"ends": list(ends), "capacity": [[0, rng.randint(1, 4)]], "price": rng.randint(0, 3)}


def job(rng, pools):
    horizon = SLOT * SLOTS
    first = rng.randrange(horizon - 1)
    needs = [
        {"class": it, "units": rng.randint(1, 4), "run_ms": rng.randint(1, 6)}
        for it in range(2)
        if rng.random() < 0.8
    ]
    it = {
        "needs": needs,
        "earliest_ms": first,
        "latest_ms": rng.randint(first, horizon),
        "weights": [rng.randint(1, 2)],
        "refusal": rng.randint(0, 160),
    }
    if rng.random() < 0.3:
        it["waiting"] = rng.randint(1, 3)
    if rng.random() < 0.3:
        offered = rng.sample(range(pools), rng.randint(1, pools))
        it["pools"] = [{"pool": pool, "fixed": rng.randint(0, 9)} for pool in offered]
    if rng.random() < 0.6:
        it["home"] = {"node": rng.randrange(NODES), "bandwidth": rng.randint(0, 2)}
    return it


def at(steps, time):
    return max((step for step in steps if step[0] <= time), default=[0, 0])[1]


def paths(world, start, end, seen=()):
    """Link numbers of every simple path."""
    if start == end:
        yield []
        return
    for number, link in enumerate(world["links"]):
        if start in link["ends"]:
            other = sum(link["ends"]) - start
            if other not in seen and other != start:
                for rest in paths(world, other, end, (*seen, start)):
                    yield [number, *rest]


def columns(world, job):
    """Cost, what is used when, of everything the job can do."""
    horizon = world["slot_ms"] * world["slots"]
    offers = {it["pool"]: it["fixed"] for it in job.get("pools", [])}
    for need in job["needs"]:
        for number, pool in enumerate(world["pools"]):
            if pool["class"] != need["class"] or ("pools" in job and number not in offers):
                continue
            home = job.get("home")
            ways = list(paths(world, pool["node"], home["node"])) if home else [[]]
            for start in range(job["earliest_ms"], min(job["latest_ms"], horizon) - need["run_ms"] + 1):
                times = range(start, start + need["run_ms"])
                rate = sum(pool["rates"][0][time // world["slot_ms"]] for time in times)
                run = need["units"] * rate * job["weights"][0]
                run += job.get("waiting", 0) * (start - job["earliest_ms"]) + offers.get(number, 0)
                for way in ways:
                    held = home["bandwidth"] if home else 0
                    price = sum(world["links"][link]["price"] for link in way)
                    uses = [("pool", number, time, need["units"]) for time in times]
                    uses += [("link", link, time, held) for link in way for time in times]
                    yield run + price * held * len(times) * job["weights"][0], uses


def optimum(world):
    """The least that all jobs cost together, proved."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)
    rows, base = {}, 0
    variables = 0
    chosen = []
    for job in world["jobs"]:
        base += job["refusal"]
        mine = []
        for cost, uses in columns(world, job):
            solver.addVar(0.0, 1.0)
            solver.changeColCost(variables, cost - job["refusal"])
            solver.changeColIntegrality(variables, highspy.HighsVarType.kInteger)
            for kind, number, time, amount in uses:
                rows.setdefault((kind, number, time), []).append((variables, amount))
            mine.append(variables)
            variables += 1
        chosen.append(mine)
    if not variables:
        return base
    limit = highspy.kHighsInf
    for mine in filter(None, chosen):
        solver.addRow(-limit, 1.0, len(mine), np.array(mine), np.ones(len(mine)))
    for (kind, number, time), uses in rows.items():
        steps = world["pools" if kind == "pool" else "links"][number]["capacity"]
        of, amounts = zip(*uses)
        solver.addRow(-limit, at(steps, time), len(of), np.array(of), np.array(amounts, dtype=float))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        sys.exit(f"not solved: {solver.getModelStatus()}")
    return base + round(solver.getInfo().objective_function_value)


def main(path):
    rng = random.Random(20_260)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(COUNT):
            print(json.dumps(line(rng), separators=(",", ":")), file=file)


def line(rng):
    world = problem(rng)
    it = {"optimum": optimum(world), "problem": json.loads(json.dumps(world))}
    number, more = rng.randrange(len(world["pools"])), rng.randint(1, 3)
    for step in world["pools"][number]["capacity"]:
        step[1] += more
    it["wider"] = {"pool": number, "units": more, "optimum": optimum(world)}
    return it


if __name__ == "__main__":
    main(sys.argv[1])
