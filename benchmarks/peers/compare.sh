#!/usr/bin/env bash
# Drives other iSCSI targets and ours with the same load, in turn (A B A B ...), and writes a CSV with one line for
# each run; report.py makes a table and a chart of it. See README.md. Everything stays on 127.0.0.1, and every
# process is started here, limited by timeout, and ended here by its id.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

usage() {
    cat <<'TEXT'
usage: compare.sh [options]
  --rows LIST          of r4k1 r4k32 w4k1 w4k32 r64k8 w64k8 r1m8 w1m8 (all): r(ead) or w(rite), block, depth;
                       4k is random, larger blocks are sequential; other blocks and depths work too
  --targets LIST       of tgtd,ours,bare (tgtd,ours); bare is a server that does nothing: the generator's ceiling
  --disks LIST         of shm,root (shm,root): where the file lies
  --connections LIST   (1)
  --rounds N           (5)
  --seconds S          measured in each run (5)
  --warm-up S          before that (2)
  --size N             of the file, with suffix M or G (1G)
  --root-dir DIR       directory on the root disk (/var/tmp)
  --serve-args "ARGS"  more arguments for ServeDisk
  --disk-args ",ARGS"  more for its --disk, after the file name, such as ",readonly"
  --verify             no measuring: write, read back and compare the whole disk of each target, then stop
  --no-build           ServeDisk has been built
  --no-syscalls        do not count system calls (one short extra run for each row and target)
  --output FILE        (.artifacts/peers/results.csv)
Lists are separated by commas. Missing packages are installed if this is Debian and the user is root.
TEXT
}

rows=r4k1,r4k32,w4k1,w4k32,r64k8,w64k8,r1m8,w1m8
targets=tgtd,ours
disks=shm,root
connections=1
rounds=5
seconds=5
warm_up=2
size=1G
root_dir=/var/tmp
serve_args=
disk_args=
verify=
syscalls=1
build_ours=1
build=$root/.artifacts/peers
output=$build/results.csv

while (($# > 0)); do
    case $1 in
        --verify) verify=1; shift; continue ;;
        --no-build) build_ours=; shift; continue ;;
        --no-syscalls) syscalls=; shift; continue ;;
        --help | -h) usage; exit 0 ;;
    esac
    (($# > 1)) || { usage >&2; exit 2; }
    case $1 in
        --rows) rows=$2 ;;
        --targets) targets=$2 ;;
        --disks) disks=$2 ;;
        --connections) connections=$2 ;;
        --rounds) rounds=$2 ;;
        --seconds) seconds=$2 ;;
        --warm-up) warm_up=$2 ;;
        --size) size=$2 ;;
        --root-dir) root_dir=$2 ;;
        --serve-args) serve_args=$2 ;;
        --disk-args) disk_args=$2 ;;
        --output) output=$2 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift 2
done

fail() {
    echo "compare.sh: $*" >&2
    exit 1
}

work=$(mktemp -d)
declare -A target_pid guard_pid url # by target
files=()

# No target outlives this script. The guard is the timeout around the target; it ends with it.
stop_target() {
    local target=$1 tries
    [[ -n ${target_pid[$target]:-} ]] || return 0
    kill "${target_pid[$target]}" 2>/dev/null || true
    for ((tries = 0; tries < 100; tries++)); do
        kill -0 "${guard_pid[$target]}" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "${target_pid[$target]}" 2>/dev/null || true
    wait "${guard_pid[$target]}" 2>/dev/null || true
    unset "target_pid[$target]" "guard_pid[$target]"
}

stop_all() {
    local target
    for target in "${!target_pid[@]}"; do stop_target "$target"; done
}

cleanup() {
    stop_all
    rm -rf "$work" ${files[@]+"${files[@]}"}
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- What has to be there. ----

install_tools() {
    local missing=() tool tools=(gcc:gcc python3:python3)
    [[ -n $verify || -z $syscalls ]] || tools+=(perf:linux-perf)
    [[ $targets != *tgtd* ]] || tools+=(tgtd:tgt)
    for tool in "${tools[@]}"; do
        PATH=$PATH:/usr/sbin command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
    done
    [[ -e /usr/include/iscsi/iscsi.h ]] || missing+=(libiscsi-dev)
    [[ -e /usr/include/stdlib.h ]] || missing+=(libc6-dev)
    ((${#missing[@]} > 0)) || return 0
    if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
        fail "missing; to install it: apt-get install ${missing[*]}"
    fi
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}

build_all() {
    local flags=(-O2 -std=gnu17 -Wall -Wextra -Werror)
    mkdir -p "$build" "$(dirname "$output")"
    gcc "${flags[@]}" -o "$build/loadgen" "$here/loadgen.c" -liscsi
    gcc "${flags[@]}" -o "$build/bareserver" "$here/bareserver.c"
    [[ $targets != *ours* || -z $build_ours ]] || dotnet build -c Release -v quiet -nologo "$root/samples/ServeDisk" >&2
}

make_file() {
    local path=$1
    files+=("$path")
    head -c "$size" /dev/urandom >"$path"
    sync "$path"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# ---- The targets. Each start_X sets url[X]. ----

# Runs a command in the background under a time limit and remembers the id of the command itself.
launch() {
    local target=$1
    shift
    rm -f "$work/$target.pid"
    # shellcheck disable=SC2016 # the inner shell is the one to expand
    timeout 7200 bash -c 'echo $$ >"$1"; shift; exec "$@"' bash "$work/$target.pid" "$@" \
        </dev/null >"$work/$target.out" 2>&1 &
    guard_pid[$target]=$!
    until_true "$target" test -s "$work/$target.pid"
    target_pid[$target]=$(<"$work/$target.pid")
}

until_true() {
    local target=$1 tries
    shift
    for ((tries = 0; tries < 200; tries++)); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        kill -0 "${guard_pid[$target]}" 2>/dev/null || break
        sleep 0.1
    done
    cat "$work/$target.out" >&2
    fail "$target does not start"
}

start_tgtd() {
    local path=$1 port name=iqn.2026-01.net.scst:peer
    port=$(free_port)
    # Its control socket lies in a directory of this run, so another tgtd does not matter.
    export TGT_IPC_SOCKET=$work/tgtd.socket
    launch tgtd /usr/sbin/tgtd -f -C 0 --iscsi portal="127.0.0.1:$port"
    local adm=(timeout 10 /usr/sbin/tgtadm -C 0 --lld iscsi)
    until_true tgtd "${adm[@]}" --op show --mode target
    "${adm[@]}" --op new --mode target --tid 1 -T "$name"
    "${adm[@]}" --op new --mode logicalunit --tid 1 --lun 1 -b "$path"
    "${adm[@]}" --op bind --mode target --tid 1 -I ALL
    url[tgtd]=iscsi://127.0.0.1:$port/$name/1
}

start_ours() {
    local path=$1 arguments
    read -ra arguments <<<"$serve_args"
    launch ours dotnet "$root/.artifacts/bin/ServeDisk/release/ServeDisk.dll" --listen 127.0.0.1:0 \
        --disk "file=$path$disk_args" ${arguments[@]+"${arguments[@]}"}
    until_true ours grep -q '^Try: ' "$work/ours.out"
    url[ours]=$(grep -oE 'iscsi://127[^ ]*/0$' "$work/ours.out" | head -n 1)
}

start_bare() {
    launch bare "$build/bareserver" 0 "$(($(stat -c %s "$1") >> 20))"
    until_true bare grep -q iscsi:// "$work/bare.out"
    url[bare]=$(<"$work/bare.out")
}

# ---- Runs. ----

# r4k32 -> the arguments of the load generator.
row_arguments() {
    [[ $1 =~ ^([rw])([0-9]+)([km])([0-9]+)$ ]] || fail "'$1' is not a row such as r4k32"
    local unit=${BASH_REMATCH[3]^^}
    arguments=(--block "${BASH_REMATCH[2]}$unit" --depth "${BASH_REMATCH[4]}")
    [[ ${BASH_REMATCH[1]} == r ]] || arguments+=(--write)
    [[ ${BASH_REMATCH[2]}$unit == 4K ]] || arguments+=(--seq)
}

value_of() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" <<<"$2"; }

# System calls of all threads of the target for each command; empty where perf may not count them.
count_syscalls() {
    local target=$1 line counted commands
    shift
    line=$(timeout 60 perf stat -x, -e raw_syscalls:sys_enter -p "${target_pid[$target]}" -o "$work/perf" -- \
        timeout 50 "$build/loadgen" --seconds 1 --warm-up 0 "$@" "${url[$target]}" 2>/dev/null) || return 0
    counted=$(grep -oE '^[0-9]+' "$work/perf") || return 0
    commands=$(value_of commands "$line")
    awk -v calls="$counted" -v commands="$commands" 'BEGIN { if (commands > 0) printf "%.3f", calls / commands }'
}

columns=(measured commands_per_s mib_per_s mean_us p50_us p99_us p999_us max_us errors lost_connections
    generator_cpu_s target_cpu_s slowest_share fastest_share)

# One run: a line of the CSV, and a short one for whoever watches.
measure() {
    local disk=$1 row=$2 count=$3 round=$4 target=$5 arguments line status=0 column load calls
    row_arguments "$row"
    arguments+=(--connections "$count" --seed "$round")
    read -r load _ </proc/loadavg
    line=$(timeout "$((60 + ${seconds%.*} + ${warm_up%.*}))" "$build/loadgen" "${arguments[@]}" --seconds "$seconds" \
        --warm-up "$warm_up" --pid "${target_pid[$target]}" "${url[$target]}") || status=$?
    if [[ -z ${calls_of[$disk,$row,$count,$target]+known} ]]; then
        calls_of[$disk,$row,$count,$target]=
        [[ -z $syscalls ]] || calls_of[$disk,$row,$count,$target]=$(count_syscalls "$target" "${arguments[@]}")
    fi
    calls=${calls_of[$disk,$row,$count,$target]}
    {
        printf '%s,%s,%s,%s,%s,%s' "$disk" "$row" "$count" "$round" "$target" "$status"
        for column in "${columns[@]}"; do printf ',%s' "$(value_of "$column" "$line")"; done
        printf ',%s,%s,%s\n' "$(awk -v cpu="$(value_of target_cpu_s "$line")" -v commands="$(value_of measured "$line")" \
            'BEGIN { if (commands > 0) printf "%.2f", cpu * 1e6 / commands }')" "$calls" "$load"
    } >>"$output"
    printf '%-5s %-6s %3s connections, round %s, %-5s %8s commands/s %9s MiB/s, mean %s us%s\n' "$disk" "$row" "$count" \
        "$round" "$target" "$(value_of commands_per_s "$line")" "$(value_of mib_per_s "$line")" \
        "$(value_of mean_us "$line")" "$( ((status == 0)) || echo ", EXIT CODE $status")"
    # What a run left to be written must not slow the next one down.
    [[ $row != w* || $disk != root ]] || sync "$file"
}

compare_on() {
    local disk=$1 row count round target
    for target in "${target_list[@]}"; do "start_$target" "$file"; done
    for row in "${row_list[@]}"; do
        for count in "${connection_list[@]}"; do
            for ((round = 1; round <= rounds; round++)); do
                for target in "${target_list[@]}"; do measure "$disk" "$row" "$count" "$round" "$target"; done
            done
        done
    done
}

verify_on() {
    local disk=$1 target block count status=0
    for target in "${target_list[@]}"; do
        [[ $target != bare ]] || continue
        "start_$target" "$file"
        for count in "${connection_list[@]}"; do
            for block in 4K 64K 1M; do
                echo "$disk $target $count connections, $block"
                timeout 1200 "$build/loadgen" --verify --connections "$count" --depth 8 --block "$block" \
                    --seed "$RANDOM" "${url[$target]}" || status=1
            done
        done
        stop_target "$target"
    done
    ((status == 0)) || fail "verification failed on $disk"
}

IFS=, read -ra row_list <<<"$rows"
IFS=, read -ra target_list <<<"$targets"
IFS=, read -ra disk_list <<<"$disks"
IFS=, read -ra connection_list <<<"$connections"
declare -A calls_of
for row in "${row_list[@]}"; do row_arguments "$row"; done
for target in "${target_list[@]}"; do
    declare -F "start_$target" >/dev/null || fail "no target is called '$target'"
done

install_tools
build_all
if [[ -z $verify ]]; then
    (
        IFS=,
        echo "disk,row,connections,round,target,exit_code,${columns[*]},target_cpu_s_per_million,syscalls_per_command,load_before"
    ) >"$output"
fi
for disk in "${disk_list[@]}"; do
    case $disk in
        shm) file=$(mktemp /dev/shm/peers.XXXXXX) ;;
        root) file=$(mktemp "$root_dir/peers.XXXXXX") ;;
        *) fail "no disk is called '$disk'" ;;
    esac
    make_file "$file"
    if [[ -n $verify ]]; then verify_on "$disk"; else compare_on "$disk"; fi
    stop_all
    rm -f "$file"
done
[[ -n $verify ]] || python3 "$here/report.py" "$output" --svg "${output%.csv}.svg"
