"""All recordings of a folder, identified into a CSV file: a line each, as soon as it is known.

    python examples/folder_to_csv.py my-catalog recordings/ answers.csv

Like `samesong identify my-catalog recordings/ --csv answers.csv`, with columns of your own.
"""

import csv
import sys

import samesong

COLUMNS = ("recording", "title", "artist", "probability", "error")


def main(catalog: str, folder: str, path: str) -> None:
    """Identify the recordings of a folder."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for answer in samesong.identify_many(catalog, folder, progress=show):
            row = {"recording": answer.query, "error": answer.error}
            if isinstance(answer, samesong.Ranking) and answer.accepted:
                best = answer.matches[0]
                row |= {"title": best.title, "artist": best.artist}
                row |= {"probability": f"{best.probability:.3f}"}
            rows.writerow(row)
            file.flush()


def show(progress: samesong.Progress) -> None:
    """Print how far the work is."""
    print(f"{progress.done} of {progress.total or 'many'} recordings", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
