// How lines, markers, bands, tiles and bars follow quantities: the browser's half of artists.py.

import { nearest } from "./numbers.js";

const MOST_POINTS = 600;
// A rule of the reader's own may give 1e308: no browser draws so far away, and nobody would see it.
const FAR = 1e6;
const drawable = (place) => Math.min(Math.max(place, -FAR), FAR);
/** @param {import("./contract").AxisRecord} axis @returns {(v: number) => number} */
export const coordinate = ([scale, offset, slope]) =>
  scale === "log" ? (v) => drawable(offset + slope * Math.log10(Math.max(v, 0))) : (v) => drawable(offset + slope * v);
export const short = (v) => Math.round(v * 100) / 100;

// The path through the points; rows of a two-dimensional y share x; thinned to what can be seen.
// Points that are no number, or where `where` is not above 0, are gaps.
function linePath(x, y, X, Y, until, where) {
  let path = "";
  const columns = x.length;
  const shown = Math.min(columns, until === undefined ? columns : nearest(until) + 1);
  const stride = Math.max(1, Math.ceil((2 * shown) / MOST_POINTS));
  for (let row = 0; row < y.length; row += columns) {
    let pen = "M";
    for (let i = 0; i < shown; i += stride) {
      let low = i;
      let high = i;
      for (let j = i + 1; j < Math.min(i + stride, shown); j++) {
        if (y[row + j] < y[row + low]) low = j;
        if (y[row + j] > y[row + high]) high = j;
      }
      const pair = low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
      for (const j of pair) {
        if (!Number.isFinite(y[row + j]) || !(where === undefined || where[row + j] > 0)) { pen = "M"; continue; }
        path += `${pen}${short(X(x[j]))} ${short(Y(y[row + j]))}`;
        pen = "L";
      }
    }
  }
  return path;
}

function bandPath(x, low, high, X, Y) {
  let path = "";
  for (let i = 0; i < x.length; i++) path += `${i ? "L" : "M"}${short(X(x[i]))} ${short(Y(high[i]))}`;
  for (let i = x.length - 1; i >= 0; i--) path += `L${short(X(x[i]))} ${short(Y(low[i]))}`;
  return `${path}Z`;
}

function tilesPath(x, y, across, up, X, Y) {
  let path = "";
  const count = Math.max(...[x, y, across, up].map((value) => value.length ?? 1));
  for (let i = 0; i < count; i++) {
    const [w, h] = [entry(across, i) / 2, entry(up, i) / 2];
    if (!(w > 0 && h > 0)) continue;
    const [cx, cy] = [entry(x, i), entry(y, i)];
    path += `M${short(X(cx - w))} ${short(Y(cy - h))}H${short(X(cx + w))}V${short(Y(cy + h))}H${short(X(cx - w))}Z`;
  }
  return path;
}

export const entry = (value, i) => (value.length === undefined ? value : value[i]);

// A single number for each entry of another: a flat or an upright line.
const spread = (value, other) => (value.length > 1 ? value : Array(other.length ?? 1).fill(entry(value, 0)));

// How each kind of artist follows its quantities; `parts` are its SVG elements.
/** @typedef {import("./contract").ArtistRecord} ArtistRecord */
/** @typedef {(v: number) => number} Place */
/**
 * @type {Record<ArtistRecord["kind"], (parts: any[], read: Record<string, any>, X: Place,
 *   Y: Place, artist: ArtistRecord, say: (template: string) => string) => void>}
 */
export const ARTISTS = {
  line(parts, { x, y, until, where }, X, Y) { parts[0].setAttribute("d", linePath(spread(x, y), spread(y, x), X, Y, until, where)); },
  band(parts, { x, low, high }, X, Y) { parts[0].setAttribute("d", bandPath(x, low, high, X, Y)); },
  tiles(parts, { x, y, across, up }, X, Y) { parts[0].setAttribute("d", tilesPath(x, y, across, up, X, Y)); },
  points(parts, { x, y, until = Infinity }, X, Y) {
    const last = nearest(until);
    parts.forEach((use, i) => {
      use.style.display = i > last ? "none" : "";
      use.setAttribute("x", short(X(entry(x, i))));
      use.setAttribute("y", short(Y(entry(y, i))));
    });
  },
  bars(parts, { height }, X, Y, { sides, across }) {
    parts.forEach((bar, i) => {
      const [start, end, base] = sides[i];
      const top = base + height[i];
      const [x0, x1, y0, y1] = across ? [base, top, start, end] : [start, end, base, top];
      bar.setAttribute("d", `M${X(x0)} ${Y(y0)}L${X(x1)} ${Y(y0)}L${X(x1)} ${Y(y1)}L${X(x0)} ${Y(y1)}Z`);
    });
  },
  // The still picture has the text at its place `at`; it is shifted from there.
  text([text], { x, y }, X, Y, { template, at }, say) {
    const said = say(template);
    if (text.textContent !== said) text.textContent = said;
    const right = x === undefined ? 0 : X(x) - X(at[0]);
    const down = y === undefined ? 0 : Y(y) - Y(at[1]);
    text.parentNode.setAttribute("transform", `translate(${short(right)} ${short(down)})`);
  },
  shape() {},
};
/** @type {Record<ArtistRecord["kind"], string>} */
export const PARTS = { line: "path", band: "path", tiles: "path", points: "use", bars: "path", text: "text", shape: "path" };
