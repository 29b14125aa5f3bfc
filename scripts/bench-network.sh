#!/usr/bin/env bash
# Networks at hand: traffic certified, every failure repaired; a line of JSON for each network, and what they come to.
#   JW=PATH_OF_JW bench-network.sh DATA     (DATA: the folder with topologies/)
set -euo pipefail

jw=${JW:-jw}
data=${1:?use: bench-network.sh DATA}/topologies
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# A line of what `jw net WHAT GRAPH ...` tells.
note() {
    "$jw" net "$@" -o jsonl | sed "s|^{|{\"what\":\"$1\",\"graph\":\"$(basename "$2")\",|" >>"$out"
}

for graph in "$data"/repetita/*.graph; do
    for demands in "${graph%.graph}".0000.demands.gz "${graph%.graph}".demands.gz; do
        if [ -f "$demands" ]; then
            note te "$graph" --demands "$demands"
        fi
    done
done
for graph in "$data"/teal/{UsCarrier,Kdl,ASN2k}.json; do
    note te "$graph" --gravity 1
done
find "$data" \( -name '*.graph' -o -name '*.graphml' -o -name '*.json' \) -print0 | sort -z | while IFS= read -r -d '' graph; do
    note drill "$graph"
done
cat "$out"
python3 - "$out" <<'PY'
import json, statistics, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
te = [row for row in rows if row["what"] == "te"]
seconds = [row["seconds"] for row in te]
slow = max(te, key=lambda row: row["seconds"])
print(f"traffic: {len(te)} matrices, gap at most {max(row['gap_pct'] for row in te):.3f} %, "
      f"median {statistics.median(seconds) * 1e3:.1f} ms, most {slow['seconds'] * 1e3:.0f} ms ({slow['graph']})", file=sys.stderr)
drill = [row for row in rows if row["what"] == "drill"]
slow = max(drill, key=lambda row: row["seconds"])
print(f"drills: {len(drill)} networks, {sum(row['protectable'] for row in drill):,} pairs protectable, "
      f"{sum(row['repaired'] for row in drill):,} repaired, {sum(row['loops'] for row in drill)} loops, "
      f"most {slow['seconds']:.2f} s ({slow['graph']})", file=sys.stderr)
PY
