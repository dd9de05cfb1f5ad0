// An exercise that is answered in the page: a value, written as a number or as arithmetic, or a rule
// that is computed from what is given. Read by the grammar of equation.js and judged as
// learn/exercise.py judges it.

import { EquationError, parse, valueOf } from "../../engine/equation.js";
import { say } from "../../language/language.js";
import { agree } from "../../learn/agree.js";

/** @typedef {number | number[]} Numbers */
/** @typedef {import("../../learn/contract").ExerciseRecord} Exercise */

// Whether a test holds for each number and what is wanted in its place.
const every = (value, wanted, test) =>
  [value].flat().every((each, i) => test(each, wanted.length ? wanted[i] : wanted));
const within = (value, wanted, tolerance) => every(value, wanted, (a, b) => agree(a, b, tolerance));

/**
 * What a text comes to: a number, or of a rule one for each place of what is given.
 *
 * @param {string} text
 * @param {Exercise} exercise
 * @returns {Numbers}
 */
export function answerOf(text, { given = {} }) {
  const columns = Object.entries(given);
  const tree = parse(text, { sizes: new Map(columns.map(([name]) => [name, 0])) });
  if (!columns.length) return valueOf(tree);
  const at = (part, i) => (typeof part === "string" ? given[part][i]
    : Array.isArray(part) ? [part[0], ...part.slice(1).map((inner) => at(inner, i))] : part);
  return columns[0][1].map((_, i) => valueOf(at(tree, i)));
}

/**
 * What to say of a value; the same words as `judge` in learn/exercise.py.
 *
 * @param {Numbers} value
 * @param {Exercise} exercise
 */
export function judgeValue(value, { answer, tolerance, right, accepts, mistakes }) {
  if (!every(value, answer, Number.isFinite)) {
    return say("exercise-not-finite");
  }
  const known = (entry) => within(value, entry.value, entry.within ?? tolerance);
  if (within(value, answer, tolerance)) return say("exercise-right", { feedback: right });
  const accepted = accepts.find(known);
  if (accepted) return say("exercise-also-right", { feedback: accepted.feedback });
  const mistake = mistakes.find(known);
  return say("exercise-not-yet", { feedback: mistake ? mistake.feedback : off(value, answer, tolerance) });
}

function off(value, answer, tolerance) {
  if (every(value, answer, (a, b) => agree(a, -b, tolerance))) return say("exercise-sign");
  for (const power of [-3, -2, -1, 1, 2, 3]) {
    const scaled = (a, b) => Math.abs(a - b * 10 ** power) <= 1e-2 * Math.abs(b * 10 ** power);
    if (every(value, answer, scaled)) {
      return say("exercise-power");
    }
  }
  if (answer.length) return offEach(value, answer, tolerance);
  if (value * answer < 0) return say("exercise-sign-first");
  return say("exercise-size", { way: Math.abs(value) > Math.abs(answer) ? "large" : "small" });
}

function offEach(value, answer, tolerance) {
  const spread = (list) => Math.max(...list) - Math.min(...list);
  const ratios = value.map((each, i) => each / answer[i]);
  if (ratios.every(Number.isFinite) && spread(ratios) < 1e-3 * Math.max(...ratios.map(Math.abs))) {
    return say("exercise-factor");
  }
  if (spread(value.map((each, i) => each - answer[i])) <= tolerance) {
    return say("exercise-amount");
  }
  const good = value.filter((each, i) => agree(each, answer[i], tolerance)).length;
  return say("exercise-entries", { right: good, count: answer.length });
}

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Give every exercise of the page a field; `keep` is told of each answer.
 *
 * @param {Exercise[]} records
 * @param {(record: Exercise, value: Numbers, text: string, words: string) => void} keep
 */
export function exercises(records, keep) {
  for (const box of document.querySelectorAll(".ll-exercise")) {
    const record = records[Number(box.dataset.exercise)];
    const id = `exercise-${record.id}`;
    const field = made("input", {
      type: "text", id, autocomplete: "off", spellcheck: "false", autocapitalize: "off",
      placeholder: "…", "aria-describedby": `${id}-verdict`,
    });
    const verdict = made("p", { id: `${id}-verdict`, role: "status", class: "ll-verdict" });
    const check = made("button", { type: "submit" }, say("exercise-check"));
    const form = made("form", { autocomplete: "off" },
      made("label", { for: id }, `${record.quantity ?? say("exercise-value")} =`), field, check);
    form.addEventListener("keydown", (event) => event.stopPropagation());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim().replaceAll("−", "-");
      field.removeAttribute("aria-invalid");
      if (!text) {
        verdict.textContent = record.given
          ? say("exercise-rule-first", { names: Object.keys(record.given).join(", ") })
          : say("exercise-value-first");
        return;
      }
      try {
        const value = answerOf(text, record);
        const words = judgeValue(value, record);
        verdict.textContent = words;
        keep(record, value, text, words);
      } catch (fault) {
        if (!(fault instanceof EquationError)) throw fault;
        field.setAttribute("aria-invalid", "true");
        verdict.textContent = say("exercise-not-understood", { problem: fault.message });
      }
    });
    // In a saved page the notebook's own verdict is on its dots.
    box.querySelector("blockquote")?.remove();
    box.append(form, verdict);
  }
}
