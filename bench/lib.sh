# Sourced by the scripts here. What is fetched and built goes to $BENCH_CACHE, outside of
# the repository, so that none of it is ever committed.
set -euo pipefail
BENCH_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BENCH_CACHE=${BENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft-bench}
export BENCH_DIR BENCH_CACHE
mkdir -p "$BENCH_CACHE/bin" "$BENCH_CACHE/run"
say() { printf '%s\n' "$*" >&2; }
