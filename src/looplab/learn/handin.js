// What a student hands in: a file, or a short code with a check. Both hold the same answers; the
// Python half, handin.py, reads them.

export const SCHEMA = "looplab-answers";
export const EDITION = 1;

const SYMBOLS = "0123456789.,;-/e"; // sixteen: half a byte each
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's, without I, L, O and U

// The checksum of gzip and zip (CRC-32) over the codes of the letters.
export function crc32(text) {
  let crc = -1;
  for (const letter of text) {
    crc ^= letter.codePointAt(0);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const sixDigits = (number) => String(Number(number.toPrecision(6))).replace("e+", "e");

// One answer as plain data becomes a few symbols; what was shown without a prediction is "-".
/** @param {Asked} question @param {any} value */
function symbols({ options }, value) {
  if (value === undefined) return "";
  if (value === null) return "-";
  const one = (part) => (typeof part === "number" ? sixDigits(part) : String(options.indexOf(part)));
  return (Array.isArray(value) ? value : [value]).map(one).join(",");
}

/** @typedef {import("./contract").AskedRecord} Asked */

/**
 * What is handed in of a reader's notes: by id, a value or, for a task, values by question.
 * @param {Asked[]} asked @param {Record<string, any>} notes @param {number} student
 */
export function handedIn(asked, notes, student) {
  const answers = {};
  for (const { id, task } of asked) {
    const note = notes[task ?? id];
    const value = task ? note?.value?.[id.slice(task.length + 1)] : note?.value;
    if (value === undefined) continue;
    answers[id] = task && note.student !== student ? { value, student: note.student } : { value };
  }
  return answers;
}

/** The file's content. @param {string} lesson @param {Asked[]} asked */
export function file(lesson, asked, notes, student) {
  const answers = handedIn(asked, notes, student);
  const saved = new Date().toISOString().replace(/\.\d+/, "");
  return `${JSON.stringify({ schema: SCHEMA, version: EDITION, lesson, student, saved, answers }, null, 1)}\n`;
}

/** The code: groups of five letters; the last six letters are the check. @param {string} lesson @param {Asked[]} asked */
export function code(lesson, asked, notes, student) {
  const answers = handedIn(asked, notes, student);
  const edition = crc32(JSON.stringify([lesson, asked.map(({ id, options }) => [id, options])]));
  const parts = asked.map((question) => {
    const { value, student: other } = answers[question.id] ?? {};
    return (other === undefined ? "" : `/${other},`) + symbols(question, value);
  });
  const text = `${EDITION};${student};${edition};${parts.join(";").replace(/;+$/, "")}`;
  const bits = [...text].map((symbol) => SYMBOLS.indexOf(symbol).toString(2).padStart(4, "0")).join("");
  const body = bits.match(/.{1,5}/g).map((five) => ALPHABET[parseInt(five.padEnd(5, "1"), 2)]).join("");
  const check = crc32(body);
  const six = Array.from({ length: 6 }, (_, i) => ALPHABET[(check >>> (5 * i)) & 31]).join("");
  return (body + six).match(/.{1,5}/g).join(" ");
}
