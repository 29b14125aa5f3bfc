#!/usr/bin/env python3
"""Small random networks with classes of demands, and their exact max-min fair shares, by HiGHS, one JSON object a line.

    pip install highspy==1.16.0 numpy
    scripts/fair-optima.py crates/network/src/traffic/optima.jsonl

Demands of a lower priority number are served first. A way that is longer than a demand's limit is not used; the shares
are the exact ones over all simple paths. The same seed gives the same problems.
"""
import json
import random
import sys

import highspy
import numpy as np

COUNT = 80


def problem(rng):
    nodes = rng.randint(3, 5)
    pairs = [(a, b) for a in range(nodes) for b in range(nodes) if a != b]
    arcs = [[a, b, rng.randint(2, 12), rng.randint(1, 6)] for a, b in rng.sample(pairs, rng.randint(4, len(pairs)))]
    wants = [want(rng, pairs) for _ in range(rng.randint(2, 7))]
    return {"nodes": nodes, "arcs": arcs, "wants": wants}


def want(rng, pairs):
    a, b = rng.choice(pairs)
    limit = rng.randint(2, 10) if rng.random() < 0.5 else None
    return [a, b, rng.randint(1, 9), rng.randint(0, 1), limit]


def paths(it, a, b, limit):
    found = []

    def go(node, seen, arcs, delay):
        if limit is not None and delay > limit:
            return
        if node == b:
            found.append(arcs)
            return
        for at, (tail, head, _, more) in enumerate(it["arcs"]):
            if tail == node and head not in seen:
                go(head, seen | {head}, arcs + [at], delay + more)

    go(a, {a}, [], 0)
    return found


class Program:
    """Share of each demand and of all open ones; flows on paths."""

    def __init__(self, it):
        self.it = it
        self.ways = [paths(it, a, b, limit) for a, b, _, _, limit in it["wants"]]

    def most(self, least, fixed, aim):
        """The greatest `aim` (a demand, or None: of the smallest share of those not fixed or bound below)."""
        wants = self.it["wants"]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        infinity = highspy.kHighsInf
        columns = [(at, way) for at, ways in enumerate(self.ways) for way in ways]
        for _ in columns:
            solver.addVar(0.0, infinity)
        common = len(columns)
        solver.addVar(0.0, 1.0)
        for arc, (_, _, capacity, _) in enumerate(self.it["arcs"]):
            of_it = [at for at, (_, way) in enumerate(columns) if arc in way]
            solver.addRow(-infinity, capacity, len(of_it), np.array(of_it, np.int32), np.ones(len(of_it)))
        for at, (_, _, amount, _, _) in enumerate(wants):
            own = [column for column, (of, _) in enumerate(columns) if of == at]
            low = fixed.get(at, least.get(at, 0.0)) * amount
            if at in fixed or at in least:
                solver.addRow(low - 1e-9, amount, len(own), np.array(own, np.int32), np.ones(len(own)))
            if at not in fixed and (aim == at or (aim is None and at not in least)):
                columns_of = own + [common]
                values = [1.0] * len(own) + [-float(amount)]
                solver.addRow(0.0, infinity, len(columns_of), np.array(columns_of, np.int32), np.array(values))
        solver.changeColCost(common, -1.0)
        solver.run()
        return solver.getSolution().col_value[common]


def shares(it):
    program, fixed = Program(it), {}
    for at, ways in enumerate(program.ways):
        if not ways:
            fixed[at] = 0.0
    for priority in (0, 1):
        open_ = [at for at, want in enumerate(it["wants"]) if want[3] == priority and at not in fixed]
        later = {at: 0.0 for at, want in enumerate(it["wants"]) if want[3] > priority and at not in fixed}
        while open_:
            share = program.most(later, fixed, None)
            level = {**later, **{at: share for at in open_}}
            full = [at for at in open_ if share > 1 - 1e-7 or program.most(level, fixed, at) < share + 1e-6]
            assert full, it
            fixed.update({at: share for at in full})
            open_ = [at for at in open_ if at not in fixed]
    return [round(fixed[at], 6) for at in range(len(it["wants"]))]


def main():
    rng = random.Random(6)
    with open(sys.argv[1], "w") as out:
        for _ in range(COUNT):
            it = problem(rng)
            out.write(json.dumps({**it, "shares": shares(it)}) + "\n")


main()
