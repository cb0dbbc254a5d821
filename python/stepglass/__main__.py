"""`python3 -m stepglass to-parquet TRACE -o FOLDER`"""

import argparse
import sys

from . import RecordError, load, to_parquet


def main():
    parser = argparse.ArgumentParser(prog="python3 -m stepglass", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    parquet = commands.add_parser("to-parquet", help="write steps, candidates and stages as Parquet (needs pyarrow)")
    parquet.add_argument("trace", help="a trace.json, or the folder that holds it")
    parquet.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parquet.add_argument("--force", action="store_true", help="replace files that are there already")
    arguments = parser.parse_args()
    try:
        for path in to_parquet(load(arguments.trace), arguments.output, arguments.force):
            print(path)
    except (RecordError, OSError, ImportError) as error:
        sys.exit(f"stepglass: {error}")


main()
