#!/usr/bin/env bash
# Puts what `make demo` prints now into README.md, between its marks.
#   JW=path/to/jw scripts/readme.sh
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp)
trap 'rm -f "$out"' EXIT
NO_COLOR=1 scripts/demo.sh >"$out"
awk -v out="$out" '
  /^<!-- demo -->$/ { print; print "```text"; while ((getline line < out) > 0) if (line != "" || begun) { begun = 1; print line }; print "```"; skip = 1; next }
  /^<!-- \/demo -->$/ { skip = 0 }
  !skip { print }
' README.md >"$out.new"
cat "$out.new" >README.md
rm -f "$out.new"
