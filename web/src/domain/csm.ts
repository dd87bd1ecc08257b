// Pictures of cross-similarity matrices.
import type { Csm } from "../api/types";

// Cividis (Nunez, Anderton and Renslow, 2018): even in lightness, the same to colour-blind eyes.
const CIVIDIS: readonly (readonly [number, number, number])[] = [
  [0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115],
  [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [254, 232, 56],
];

/** Shares of the cells that may be as dark or as bright as it gets. */
const DARKEST = 0.4;
const BRIGHTEST = 0.004;

/** Draw a matrix with both beginnings in the lower left corner, a pixel a cell. */
export function draw(canvas: HTMLCanvasElement, csm: Csm): void {
  const { query_steps: rows, reference_steps: columns } = csm;
  const bytes = Uint8Array.from(atob(csm.data), (letter) => letter.charCodeAt(0));
  const cells = centred(bytes, rows, columns);
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(columns, rows);
  const [low, high] = bounds(cells);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = (cells[row * columns + column]! - low) / (high - low);
      const [red, green, blue] = colour(Math.min(1, Math.max(0, value)));
      image.data.set([red, green, blue, 255], ((rows - 1 - row) * columns + column) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * Cells less the means of their rows and columns, as the alignment sees them: a step that is like
 * all others says nothing about where it belongs, and would draw a stripe.
 */
function centred(cells: Uint8Array, rows: number, columns: number): Float32Array {
  const rowMeans = new Float64Array(rows);
  const columnMeans = new Float64Array(columns);
  cells.forEach((cell, i) => {
    rowMeans[Math.floor(i / columns)]! += cell / columns;
    columnMeans[i % columns]! += cell / rows;
  });
  return Float32Array.from(cells, (cell, i) => cell - rowMeans[Math.floor(i / columns)]! - columnMeans[i % columns]!);
}

function bounds(cells: Float32Array): [number, number] {
  const sorted = cells.slice().sort();
  const low = sorted[Math.floor(sorted.length * DARKEST)] ?? 0;
  const high = sorted[Math.ceil(sorted.length * (1 - BRIGHTEST)) - 1] ?? 0;
  return [low, Math.max(high, low + 1)];
}

function colour(value: number): [number, number, number] {
  const at = value * (CIVIDIS.length - 1);
  const below = Math.min(CIVIDIS.length - 2, Math.floor(at));
  const [a, b] = [CIVIDIS[below]!, CIVIDIS[below + 1]!];
  const mix = (i: 0 | 1 | 2) => a[i] + (at - below) * (b[i] - a[i]);
  return [mix(0), mix(1), mix(2)];
}
