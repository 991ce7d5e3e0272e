#!/usr/bin/env bash
# What sessions that do nothing cost, and what a long time of full load does to the process: memory, collections, the
# worst command. See README.md. Everything stays on 127.0.0.1 and is ended here by its id.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/.artifacts/peers
sessions=1000
idle_seconds=60
load_seconds=600
size=1G

while (($# > 0)); do
    case $1 in
        --sessions) sessions=$2 ;;
        --idle-seconds) idle_seconds=$2 ;;
        --load-seconds) load_seconds=$2 ;;
        --size) size=$2 ;;
        *) echo "usage: endurance.sh [--sessions 1000] [--idle-seconds 60] [--load-seconds 600] [--size 1G]" >&2; exit 2 ;;
    esac
    shift 2
done

mkdir -p "$build"
gcc -O2 -std=gnu17 -Wall -Wextra -Werror -o "$build/loadgen" "$here/loadgen.c" -liscsi
dotnet build -c Release -v quiet -nologo "$root/benchmarks/Scst.Benchmarks" >&2
work=$(mktemp -d)
file=$(mktemp /dev/shm/endurance.XXXXXX)
guard=
target=

stop_target() {
    [[ -n $guard ]] || return 0
    kill "$target" 2>/dev/null || true
    wait "$guard" 2>/dev/null || true
    guard=
}
trap 'stop_target; rm -rf "$work" "$file"' EXIT
trap 'exit 130' INT TERM

start_target() {
    # shellcheck disable=SC2016 # the inner shell is the one to expand
    timeout 7200 bash -c 'echo $$ >"$1"; shift; exec "$@"' bash "$work/pid" \
        dotnet "$root/.artifacts/bin/Scst.Benchmarks/release/Scst.Benchmarks.dll" serve "$file" "$1" </dev/null >"$work/out" 2>&1 &
    guard=$!
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        if grep -q '^iscsi://' "$work/out"; then break; fi
        kill -0 "$guard" || { cat "$work/out" >&2; exit 1; }
        sleep 0.1
    done
    target=$(<"$work/pid")
    url=$(grep -m 1 '^iscsi://' "$work/out")
}

value_of() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" <<<"$2"; }

anonymous_kib() { sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$target/status"; }

head -c "$size" /dev/urandom >"$file"
ulimit -n "$(ulimit -H -n)"

echo "== $sessions sessions that do nothing for $idle_seconds s"
# The lines that it prints cost more than what is measured here, so they come seldom.
start_target 86400
# One run first, so that code which only a login needs is there in both measurements.
"$build/loadgen" --idle --connections 1 --seconds 2 --warm-up 0 "$url" >/dev/null
sleep 2
before=$(anonymous_kib)
timeout $((idle_seconds + 240)) "$build/loadgen" --idle --connections "$sessions" --seconds "$idle_seconds" --warm-up 5 --pid "$target" "$url" >"$work/idle" &
load=$!
sleep "$idle_seconds"
during=$(anonymous_kib)
wait "$load"
echo "anonymous memory of all sessions: $(((during - before) / 1024)) MiB," \
    "CPU seconds in $idle_seconds s: $(value_of target_cpu_s "$(<"$work/idle")")"
stop_target

echo "== full load for $load_seconds s"
start_target 30
pids=()
for load in "--connections 4 --depth 32 --block 4K" "--connections 2 --depth 32 --block 4K --write" \
    "--connections 1 --depth 8 --block 64K --seq" "--connections 1 --depth 8 --block 1M --seq --write"; do
    read -ra arguments <<<"$load"
    timeout $((load_seconds + 120)) "$build/loadgen" "${arguments[@]}" --seconds "$load_seconds" --warm-up 2 "$url" >>"$work/load" &
    pids+=($!)
done
status=0
for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
cat "$work/load"
grep '^seconds=' "$work/out"
exit "$status"
