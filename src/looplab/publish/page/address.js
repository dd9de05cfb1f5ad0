// What the address of a page can carry: a place, and the settings of the figure there, as in
// "#boundary?nu_plus=0.5&nu_minus=0.5"; in a deck the slide stands before it, "#slide-3/boundary?…". One schema reads and writes it. Addresses outlive a release:
// a later schema raises VERSION and writes "v=2"; an address without it is of version 1.

import { clipped } from "../../engine/equation.js";
import { inDigits } from "../../figure/numbers.js";
import { say } from "../../language/language.js";

export const VERSION = 1;

// An equation in the reader's own words: "rule.two_trace_rule.credit=new_e_plus".
const EDIT = /^rule\.([A-Za-z_]\w*)\.([A-Za-z_][\w[\]]*'?)$/;
const MOST_EDITS = 30;

/** The reader's own number: it belongs to the page, not to a figure, as in "#student=17". */
const STUDENT = { name: "student", low: 0, high: 999999999, label: say("link-number"), options: [] };

// A plain decimal number, with a point or a comma.
const PLAIN = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/**
 * @typedef {{ name: string, low: number, high: number, label: string, options?: string[] }} Known
 *   a setting that a figure has, and the values it may take
 * @typedef {{ slide: string, place: string, settings: Record<string, number>, refused: string[],
 *   edits: [model: string, name: string, text: string][], shown?: boolean, student?: number }} Address
 *   `shown`: a figure that waits for a prediction is to be shown at once; `refused` says, in sentences, what was asked for and could not be used; `edits` are equations
 *   that the link asks for, as text that is still to be read; `student` is the number it gives
 */

/**
 * Read an address; whatever it is, it never fails. Names that are not ours are left alone.
 * @param {string} hash such as location.hash
 * @param {Map<string, Known[]>} figures the settings of each figure, by the figure's id
 * @returns {Address}
 */
export function readAddress(hash, figures) {
  const [target, ...rest] = hash.replace(/^#(?=student=)/, "#?").replace(/^#/, "").split("?");
  const slash = target.indexOf("/");
  const behind = slash < 0 ? "" : decoded(target.slice(slash + 1));
  const [slide, place] = figures.has(behind) ? [decoded(target.slice(0, slash)), behind] : ["", decoded(target)];
  const address = { slide, place, settings: {}, refused: [], edits: [] };
  const known = figures.get(place);
  for (const [name, text] of new URLSearchParams(rest.join("?"))) {
    const edit = EDIT.exec(name);
    if (edit && address.edits.length < MOST_EDITS) address.edits.push([edit[1], edit[2], text]);
    if (name === STUDENT.name) {
      const value = numberIn(text);
      const fault = refusal(STUDENT, value, text);
      if (fault) address.refused.push(fault);
      else address.student = value;
    }
    if (edit || !known || name === STUDENT.name) continue;
    if (name === "shown" && text !== "0") {
      address.shown = true;
      continue;
    }
    const setting = known.find((each) => each.name === name);
    if (setting) {
      const value = numberIn(text);
      const fault = refusal(setting, value, text);
      if (fault) address.refused.push(fault);
      else address.settings[name] = value;
    } else if (name === "v") {
      const version = numberIn(text);
      if (version === VERSION) continue;
      address.refused.push(say("link-version", { version: clipped(text), own: VERSION }));
    } else {
      const near = known.find((each) => alike(each.name, name));
      if (near) address.refused.push(say("link-near", { name, near: near.name }));
    }
  }
  return address;
}

/**
 * The address of a figure in this state.
 * @param {{ place: string, settings: Record<string, number>,
 *   edits?: { model: string, name: string, text: string }[], slide?: string }} state the figure's id,
 *   its settings, equations that the reader changed, and the id of a deck's slide
 */
export function writeAddress({ place, settings, edits = [], slide = "" }) {
  const query = Object.entries(settings).map(
    ([name, value]) => `${name}=${Number(value.toPrecision(12))}`,
  );
  for (const { model, name, text } of edits) {
    query.push(`rule.${model}.${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  }
  const target = [slide, place].filter(Boolean).map(encodeURIComponent).join("/");
  return `#${target}${query.length ? "?" : ""}${query.join("&")}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function numberIn(text) {
  const plain = text.trim().replace("−", "-");
  return PLAIN.test(plain) ? Number(plain.replace(",", ".")) : NaN;
}

/** @param {Known} setting @param {number} value @param {string} text */
function refusal({ name, low, high, label, options }, value, text) {
  const asked = { label, name, value: clipped(text.trim()) || say("nothing") };
  if (options && !Number.isInteger(value)) return say("link-setting-whole", asked);
  if (value >= low && value <= high) return "";
  return say("link-setting-range", { ...asked, low: inDigits(low), high: inDigits(high) });
}

// One letter more, less or other: a slip of ours rather than a name that some other site appended.
function alike(name, other) {
  if (Math.abs(name.length - other.length) > 1 || name.length < 4) return false;
  let [start, end] = [0, 0];
  const least = Math.min(name.length, other.length);
  while (start < least && name[start] === other[start]) start++;
  while (end < least - start && name.at(-1 - end) === other.at(-1 - end)) end++;
  return Math.max(name.length, other.length) - start - end <= 1;
}
