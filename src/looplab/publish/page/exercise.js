// An exercise that is answered in the page: a value, written as a number or as arithmetic, read by
// the grammar of equation.js and judged as learn/exercise.py judges it.

import { EquationError, parse, valueOf } from "../../engine/equation.js";
import { agree } from "../../learn/agree.js";

/**
 * What to say of a number; the same words as `judge` in learn/exercise.py.
 *
 * @param {number} value
 * @param {{ answer: number, tolerance: number, right: string, accepts: Entry[], mistakes: Entry[] }}
 *   exercise
 * @typedef {{ value: number, within?: number, feedback: string }} Entry
 */
export function judgeValue(value, { answer, tolerance, right, accepts, mistakes }) {
  if (!Number.isFinite(value)) {
    return "Some of it is not a finite number: look for a division by zero or a missing value.";
  }
  const known = (entry) => agree(value, entry.value, entry.within ?? tolerance);
  if (agree(value, answer, tolerance)) return `Right. ${right}`;
  const accepted = accepts.find(known);
  if (accepted) return `Also right. ${accepted.feedback}`;
  const mistake = mistakes.find(known);
  return `Not yet. ${mistake ? mistake.feedback : off(value, answer, tolerance)}`;
}

function off(value, answer, tolerance) {
  if (agree(value, -answer, tolerance)) return "The size is right; look at the sign.";
  for (const power of [-3, -2, -1, 1, 2, 3]) {
    const scaled = answer * 10 ** power;
    if (Math.abs(value - scaled) <= 1e-2 * Math.abs(scaled)) {
      return "It is off by a power of ten: look at the units (a share, or per cent?).";
    }
  }
  if (value * answer < 0) return "Look at the sign first.";
  const size = Math.abs(value) > Math.abs(answer) ? "large" : "small";
  return `The sign is right; the size is too ${size}.`;
}

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Give every exercise of the page a field; `keep` is told of each answer. */
export function exercises(records, keep) {
  for (const box of document.querySelectorAll(".ll-exercise")) {
    const record = records[Number(box.dataset.exercise)];
    const id = `exercise-${record.id}`;
    const field = made("input", {
      type: "text", id, autocomplete: "off", spellcheck: "false", autocapitalize: "off",
      placeholder: "…", "aria-describedby": `${id}-verdict`,
    });
    const verdict = made("p", { id: `${id}-verdict`, role: "status", class: "ll-verdict" });
    const check = made("button", { type: "submit" }, "Check");
    const form = made("form", { autocomplete: "off" },
      made("label", { for: id }, "value ="), field, check);
    form.addEventListener("keydown", (event) => event.stopPropagation());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim().replaceAll("−", "-");
      field.removeAttribute("aria-invalid");
      if (!text) {
        verdict.textContent = "Write your value first, as a number or as arithmetic: -0.5 / 2.";
        return;
      }
      try {
        const value = valueOf(parse(text));
        const words = judgeValue(value, record);
        verdict.textContent = words;
        keep(record, value, text, words);
      } catch (fault) {
        if (!(fault instanceof EquationError)) throw fault;
        field.setAttribute("aria-invalid", "true");
        verdict.textContent = `Not understood: ${fault.message}`;
      }
    });
    // In a saved page the notebook's own verdict is on its dots.
    box.querySelector("blockquote")?.remove();
    box.append(form, verdict);
  }
}
