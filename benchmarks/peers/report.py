#!/usr/bin/env python3
"""Makes a markdown table (standard output) and a bar chart (SVG) of the CSV that compare.sh writes."""

import argparse
import csv
import statistics
import sys
from html import escape

KINDS = {"r": "read", "w": "write"}
COLOURS = ["#8c8c8c", "#2a6fbb", "#d98e2b", "#5b9e5b"]


class Series:
    """All rounds of one job with one target."""

    def __init__(self, runs):
        # A round that failed counts, but what it measured does not.
        self.runs = [run for run in runs if run["exit_code"] == "0"]
        self.rounds = len(runs)

    def median(self, column):
        values = [float(run[column]) for run in self.runs if run[column] != ""]
        return statistics.median(values) if values else None

    def spread(self, column):
        values = [float(run[column]) for run in self.runs if run[column] != ""]
        return (min(values), max(values)) if values else None

    def generator_busy(self):
        """CPU seconds of the generator per second; at 1 it is the generator that sets the rate."""
        shares = [float(run["generator_cpu_s"]) * float(run["commands_per_s"]) / float(run["measured"])
                  for run in self.runs if float(run["measured"] or 0) > 0]
        return statistics.median(shares) if shares else None

    def failed(self):
        return self.rounds - len(self.runs)


def parse_row(row):
    """r4k32 -> ('4 KiB random read, depth 32', rate column, its unit)"""
    digits = row[1:].lower().replace("m", "k").split("k")
    block = f"{digits[0]} {'MiB' if 'm' in row[1:].lower() else 'KiB'}"
    small = block == "4 KiB"
    name = f"{block} {'random' if small else 'sequential'} {KINDS[row[0]]}, depth {digits[1]}"
    return (name, "commands_per_s", "commands/s") if small else (name, "mib_per_s", "MiB/s")


def number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def load(path):
    """{(disk, connections): {row: {target: Series}}}, everything in the order of the file."""
    tables = {}
    with open(path, newline="", encoding="utf-8") as file:
        for run in csv.DictReader(file):
            jobs = tables.setdefault((run["disk"], run["connections"]), {})
            jobs.setdefault(run["row"], {}).setdefault(run["target"], []).append(run)
    return {
        key: {row: {target: Series(runs) for target, runs in targets.items()} for row, targets in jobs.items()}
        for key, jobs in tables.items()
    }


def title(key):
    disk, connections = key
    where = {"shm": "file in /dev/shm", "root": "file on the root disk"}.get(disk, disk)
    return f"{where}, {connections} connection{'' if connections == '1' else 's'}"


def ratio(series, baseline, column):
    mine, theirs = series.median(column), baseline.median(column) if baseline else None
    return mine / theirs if mine is not None and theirs else None


def print_table(key, jobs, baseline):
    rounds = max(series.rounds for targets in jobs.values() for series in targets.values())
    print(f"### {title(key)}\n\nMedian of up to {rounds} rounds, smallest to largest in parentheses.\n")
    print(f"| job | target | rate | to {baseline} | mean µs | p50 µs | p99 µs | p99.9 µs "
          "| target CPU s per million | system calls per command | generator busy | slowest – fastest connection |")
    print("|---" * 12 + "|")
    for row, targets in jobs.items():
        name, column, unit = parse_row(row)
        for target, series in targets.items():
            spread, share = series.spread(column), (series.median("slowest_share"), series.median("fastest_share"))
            rate = "–" if spread is None else f"{number(series.median(column))} {unit} ({number(spread[0])}–{number(spread[1])})"
            times = [number(series.median(f"{time}_us")) for time in ("mean", "p50", "p99", "p999")]
            note = f" **({series.failed()} of {series.rounds} rounds failed)**" if series.failed() else ""
            cells = [name, target + note, rate, number(ratio(series, targets.get(baseline), column), 2), *times,
                     number(series.median("target_cpu_s_per_million"), 1), number(series.median("syscalls_per_command"), 2), number(series.generator_busy(), 2),
                     f"{number(share[0], 2)} – {number(share[1], 2)}"]
            print("| " + " | ".join(cells) + " |")
    print()


def chart(tables, baseline):
    """Bars of the median rate relative to the baseline, with whiskers from the slowest to the fastest round."""
    left, bar, gap, panel_gap, width, plot = 250, 16, 12, 60, 940, 480
    ratios = [ratio(series, targets.get(baseline), parse_row(row)[1]) or 0
              for jobs in tables.values() for row, targets in jobs.items() for series in targets.values()]
    scale = plot / max([1.2, *ratios])
    names = list(dict.fromkeys(t for jobs in tables.values() for targets in jobs.values() for t in targets))
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    parts, y = [], 20
    for i, name in enumerate(names):
        parts.append(f'<rect x="{left + 130 * i}" y="{y - 11}" width="12" height="12" fill="{colour[name]}"/>'
                     f'<text x="{left + 130 * i + 18}" y="{y}">{escape(name)}</text>')
    for key, jobs in tables.items():
        y += panel_gap
        parts.append(f'<text x="10" y="{y - 16}" font-weight="bold">{escape(title(key))}: rate, {escape(baseline)} = 1</text>')
        top, behind = y, len(parts)
        for row, targets in jobs.items():
            name, column, unit = parse_row(row)
            parts.append(f'<text x="{left - 8}" y="{y + bar * len(targets) / 2 + 4}" text-anchor="end">{escape(name)}</text>')
            base = targets[baseline].median(column) if baseline in targets else None
            for target, series in targets.items():
                median, spread = series.median(column), series.spread(column)
                if base and spread:
                    low, end, high = (left + value / base * scale for value in (spread[0], median, spread[1]))
                    high = min(high, left + plot + 20)
                    middle = y + bar / 2
                    parts.append(f'<rect x="{left}" y="{y + 1}" width="{end - left:.1f}" height="{bar - 2}" fill="{colour[target]}"/>'
                                 f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8" '
                                 f'stroke="#222" fill="none"/>'
                                 f'<text x="{max(end, high) + 6:.1f}" y="{y + bar - 4}">{number(median / base, 2)}  '
                                 f'({number(median)} {unit})</text>')
                y += bar
            y += gap
        parts.insert(behind, f'<path d="M{left + scale:.1f} {top - 6}V{y - gap + 4}" stroke="#222" stroke-dasharray="3 3" fill="none"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 10}" viewBox="0 0 {width} {y + 10}" '
            f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv", help="what compare.sh wrote")
    parser.add_argument("--svg", help="where to put the chart")
    parser.add_argument("--baseline", default="tgtd", help="the target that counts as 1 (tgtd)")
    options = parser.parse_args()
    tables = load(options.csv)
    if not tables:
        sys.exit(f"{options.csv} holds no runs")
    for key, jobs in tables.items():
        print_table(key, jobs, options.baseline)
    if options.svg:
        with open(options.svg, "w", encoding="utf-8") as file:
            file.write(chart(tables, options.baseline))


if __name__ == "__main__":
    main()
