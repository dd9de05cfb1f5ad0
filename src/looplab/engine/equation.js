// An equation as text, as a tree and as MathML. The text is read by a grammar that knows names,
// numbers, arithmetic, comparisons and the functions of maths.py, and nothing else.

import { say } from "../language/language.js";

/** @typedef {import("./compile.js").Tree} Tree */

/** The functions of maths.py, with the number of things that each takes. */
const FUNCTIONS = {
  exp: 1, log: 1, sqrt: 1, tanh: 1, sin: 1, cos: 1, absolute: 1, floor: 1,
  minimum: 2, maximum: 2, equal: 2, where: 3,
};
const COMPARISONS = ["<", "<=", ">", ">=", "==", "!="];
const CONDITIONS = new Set([...COMPARISONS, "and", "or", "not"]);
const MOST = { letters: 2000, depth: 50 };
const TOKEN = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[<>=!]=|[-+*/()[\],<>.=]))/y;

/** What is wrong with a text: `place` is the letter at which it was noticed, counted from 0. */
export class EquationError extends Error {
  constructor(message, place) {
    super(message);
    this.place = place;
  }
}

/** A text as a message shows it: cut where it is long. @param {string} text */
export const clipped = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
const quoted = (token) => `\`${clipped(token)}\``;
/** @param {Tree} tree */
export const isCondition = (tree) => Array.isArray(tree) && CONDITIONS.has(tree[0]);

/** How many letters must change to make one word of the other. */
function difference(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(one[i - 1] !== other[j - 1]));
    }
    row = next;
  }
  return row[other.length];
}

/** The one of `known` that `name` was probably meant to be, if any is near. */
export function nearestName(name, known) {
  let best = null;
  for (const each of known) {
    const apart = difference(name.slice(0, 40).toLowerCase(), each.toLowerCase());
    const [shorter, longer] = [name, each].sort((one, other) => one.length - other.length);
    const part = shorter.length >= 3 && longer.includes(shorter) && longer.length < 3 * shorter.length;
    const near = part ? Math.min(apart, 0.9) : apart;
    if (near <= Math.max(1, each.length / 2) && (!best || near < best.near)) best = { each, near };
  }
  return best?.each;
}

function tokensOf(text) {
  if (text.length > MOST.letters) {
    const limit = say("grammar-letters", { most: MOST.letters, count: text.length });
    throw new EquationError(limit, MOST.letters);
  }
  const tokens = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim(); at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) {
      const place = at + text.slice(at).search(/\S/);
      const letter = String.fromCodePoint(text.codePointAt(place));
      const seen = /[\p{L}\p{N}\p{P}\p{S}]/u.test(letter) ? letter : `U+${letter.codePointAt(0).toString(16)}`;
      throw new EquationError(say("grammar-letter", { letter: quoted(seen) }), place);
    }
    const [whole, number, name, sign] = found;
    const place = TOKEN.lastIndex - whole.trimStart().length;
    tokens.push({ text: number ?? name ?? sign, number, name, place });
  }
  return tokens;
}

/**
 * The tree of a text. Throws `EquationError`.
 *
 * `sizes` maps the names that may be read to how many entries they have (0: a single number);
 * `later` are names that are computed only afterwards; `size` is that of the quantity on the left:
 * a vector's name alone means its entry of the same place. `condition` allows a comparison.
 *
 * @param {string} text
 * @param {{ sizes?: Map<string, number>, later?: string[], size?: number }} known
 * @returns {Tree}
 */
export function parse(text, { sizes = new Map(), later = [], size = 0 } = {}) {
  const tokens = tokensOf(text);
  let [next, depth] = [0, 0];

  const fail = (message, token = tokens[next]) => {
    throw new EquationError(message, token ? token.place : text.length);
  };
  const found = () => (tokens[next] ? quoted(tokens[next].text) : say("grammar-end"));
  const is = (...signs) => signs.includes(tokens[next]?.text);
  function take(sign) {
    if (!is(sign)) fail(say("grammar-expected", { sign: quoted(sign), found: found() }));
    return tokens[next++];
  }
  const number = (tree, token) => {
    if (isCondition(tree)) {
      fail(say("grammar-no-number"), token);
    }
    return tree;
  };
  function deeper(read) {
    if (++depth > MOST.depth) fail(say("grammar-depth", { most: MOST.depth }));
    const tree = read();
    depth--;
    return tree;
  }

  function either() {
    let tree = both();
    while (is("or")) tree = joined("or", tree, both);
    return tree;
  }
  function both() {
    let tree = negated();
    while (is("and")) tree = joined("and", tree, negated);
    return tree;
  }
  function joined(word, left, read) {
    const token = tokens[next++];
    const right = read();
    for (const side of [left, right]) {
      if (!isCondition(side)) fail(say("grammar-between", { word: quoted(word) }), token);
    }
    return [word, left, right];
  }
  function negated() {
    if (!is("not")) return comparison();
    const token = tokens[next++];
    const tree = deeper(negated);
    if (!isCondition(tree)) fail(say("grammar-before"), token);
    return ["not", tree];
  }
  function comparison() {
    const start = tokens[next];
    const left = sum();
    if (!is(...COMPARISONS)) return left;
    const { text: sign } = tokens[next++];
    const right = sum();
    if (is(...COMPARISONS)) fail(say("grammar-two"));
    return [sign, number(left, start), number(right, start)];
  }
  function sum() {
    let tree = term();
    while (is("+", "-")) {
      const { text: sign, ...token } = tokens[next++];
      tree = [sign, number(tree, token), number(term(), token)];
    }
    return tree;
  }
  function term() {
    if (is("-", "+")) {
      const token = tokens[next++];
      const tree = number(deeper(term), token);
      if (token.text === "+") return tree;
      return typeof tree === "number" ? -tree : ["neg", tree];
    }
    let tree = factor();
    while (is("*", "/")) {
      const { text: sign, ...token } = tokens[next++];
      tree = [sign, number(tree, token), number(factor(), token)];
    }
    return tree;
  }
  function factor() {
    if (is("-", "+")) {
      const token = tokens[next++];
      const tree = number(deeper(factor), token);
      if (token.text === "+") return tree;
      return typeof tree === "number" ? -tree : ["neg", tree];
    }
    const base = atom();
    if (!is("**")) return base;
    const token = tokens[next++];
    return ["pow", number(base, token), number(deeper(factor), token)];
  }
  function atom() {
    const token = tokens[next];
    if (!token) fail(say("grammar-missing"));
    if (is("(")) {
      next++;
      const tree = deeper(either);
      take(")");
      return tree;
    }
    if (token.number !== undefined) {
      next++;
      const value = Number(token.number);
      if (!Number.isFinite(value)) fail(say("grammar-large", { number: quoted(token.text) }), token);
      return value;
    }
    if (token.name === undefined) fail(say("grammar-name-or-number", { found: found() }));
    next++;
    // As in Python, where a model's quantities are those of m.
    if (token.name === "m" && !sizes.has("m") && is(".")) {
      next++;
      return atom();
    }
    return is("(") ? call(token) : quantity(token);
  }
  function call(token) {
    const { name } = token;
    if (!Object.hasOwn(FUNCTIONS, name)) {
      const near = nearestName(name, Object.keys(FUNCTIONS));
      fail(near ? say("grammar-function-near", { name: quoted(name), near: quoted(near) })
        : say("grammar-function", { name: quoted(name), known: Object.keys(FUNCTIONS).join(", ") }), token);
    }
    next++;
    const parts = deeper(() => {
      const list = [];
      if (!is(")")) list.push(either());
      while (is(",")) { next++; list.push(either()); }
      return list;
    });
    take(")");
    const count = FUNCTIONS[name];
    if (parts.length !== count) {
      fail(say("grammar-takes", { name: quoted(name), count, given: parts.length }), token);
    }
    if (name === "where") {
      const condition = isCondition(parts[0]) ? parts[0] : ["!=", parts[0], 0];
      return ["where", condition, number(parts[1], token), number(parts[2], token)];
    }
    parts.forEach((part) => number(part, token));
    return name === "equal" ? ["==", ...parts] : [name, ...parts];
  }
  function quantity(token) {
    const { name } = token;
    if (["and", "or", "not"].includes(name)) fail(say("grammar-place", { name: quoted(name) }), token);
    if (!sizes.has(name)) {
      if (later.includes(name)) {
        fail(say("grammar-later", { name: quoted(name) }), token);
      }
      const near = nearestName(name, [...sizes.keys(), ...Object.keys(FUNCTIONS)]);
      fail(near ? say("grammar-name-near", { name: quoted(name), near: quoted(near) })
        : say("grammar-name", { name: quoted(name), known: [...sizes.keys()].join(", ") || say("grammar-no-names") }), token);
    }
    const length = sizes.get(name);
    if (!is("[")) {
      if (length && length !== size) {
        fail(say("grammar-entries", { name: quoted(name), count: length, first: `${name}[0]`, last: `${name}[${length - 1}]` }), token);
      }
      return length ? `${name}[k]` : name;
    }
    next++;
    const index = tokens[next++];
    if (!length) fail(say("grammar-single", { name: quoted(name) }), index);
    if (!/^\d+$/.test(index?.text ?? "") || Number(index.text) >= length) {
      fail(say("grammar-entry", { name: quoted(name), last: length - 1 }), index);
    }
    take("]");
    return `${name}[${Number(index.text)}]`;
  }

  const tree = either();
  if (next < tokens.length) {
    fail(is("=") ? say("grammar-right-only") : say("grammar-unexpected", { found: found() }));
  }
  return number(tree, tokens[0]);
}

// ---- tree to text: what parse() reads back to the same tree

const LEVEL = { or: 0, and: 1, not: 2, "+": 4, "-": 4, neg: 5, "*": 6, "/": 6, pow: 8 };
for (const sign of COMPARISONS) LEVEL[sign] = 3;
const levelOf = (tree) => {
  if (Array.isArray(tree)) return LEVEL[tree[0]] ?? 9;
  return typeof tree === "number" && (tree < 0 || Object.is(tree, -0)) ? 5 : 9;
};

/** @param {Tree} tree @returns {string} */
export function textOf(tree) {
  if (typeof tree === "number") return Object.is(tree, -0) ? "-0" : String(tree);
  if (typeof tree === "string") return tree.replace("[k]", "");
  const [operation, a, b] = tree;
  const at = (part, level) => (levelOf(part) < level ? `(${textOf(part)})` : textOf(part));
  if (operation === "neg") return `-${at(a, 6)}`;
  if (operation === "pow") return `${at(a, 9)} ** ${typeof b === "number" ? textOf(b) : at(b, 9)}`;
  if (operation === "not") return `not ${at(a, 2)}`;
  if (operation === "==") return `equal(${textOf(a)}, ${textOf(b)})`;
  if (operation === "where" && a[0] === "!=" && a[2] === 0) {
    return `where(${tree.slice(1).map((part, i) => textOf(i ? part : a[1])).join(", ")})`;
  }
  if (!(operation in LEVEL)) return `${operation}(${tree.slice(1).map(textOf).join(", ")})`;
  const level = LEVEL[operation];
  // A minus sign may open a sum; elsewhere it stands in brackets.
  const left = level === 4 && levelOf(a) === 5 ? textOf(a) : at(a, level === 3 ? 4 : level);
  return `${left} ${operation} ${at(b, level === 4 ? 6 : level + 1)}`;
}

// ---- tree to MathML

const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
const RELATIONS = { "<": "&lt;", "<=": "≤", ">": "&gt;", ">=": "≥", "==": "=", "!=": "≠" };
const group = (...parts) => `<mrow>${parts.join("")}</mrow>`;
const operator = (text) => `<mo>${text}</mo>`;
const bracketed = (inner) => group('<mo fence="true">(</mo>', inner, '<mo fence="true">)</mo>');

/**
 * The tree as MathML, without the `math` element around it.
 *
 * @param {Tree} tree
 * @param {Record<string, string>} symbols  MathML of the names that have a symbol
 * @returns {string}
 */
export function mathml(tree, symbols) {
  const of = (part) => mathml(part, symbols);
  const at = (part, level) => (levelOf(part) < level ? bracketed(of(part)) : of(part));
  if (typeof tree === "number") {
    const [, digits, power] = /^(.*?)(?:e([+-]\d+))?$/.exec(String(Math.abs(tree)));
    const minus = tree < 0 ? operator("−") : "";
    const times = power ? `${operator("·")}<msup><mn>10</mn><mn>${Number(power)}</mn></msup>` : "";
    return minus || times ? group(minus, `<mn>${digits}</mn>`, times) : `<mn>${digits}</mn>`;
  }
  if (typeof tree === "string") return symbols[tree] ?? `<mi>${escaped(tree.replace("[k]", ""))}</mi>`;
  const [operation, a, b, c] = tree;
  if (operation === "where") {
    const line = (value, when) => `<mtr><mtd>${value}</mtd><mtd><mtext>${when}</mtext></mtd></mtr>`;
    const when = `<mtext>${say("equations-if")}&nbsp;</mtext>`;
    const first = `<mtr><mtd>${of(b)}</mtd><mtd>${group(when, of(a))}</mtd></mtr>`;
    const cases = `<mtable columnalign="left left">${first}${line(of(c), say("equations-otherwise"))}</mtable>`;
    return group('<mo fence="true" stretchy="true">{</mo>', cases);
  }
  if (operation === "/") return `<mfrac>${group(of(a))}${group(of(b))}</mfrac>`;
  if (operation === "*") {
    const [left, right] = [at(a, 6), at(b, 7)];
    const dot = typeof b === "number" ? operator("·") : '<mspace width="0.17em"></mspace>';
    return group(left, dot, right);
  }
  if (operation === "pow") return `<msup>${group(at(a, 9))}${group(of(b))}</msup>`;
  if (operation === "exp") return `<msup><mi>e</mi>${group(of(a))}</msup>`;
  if (operation === "sqrt") return `<msqrt>${of(a)}</msqrt>`;
  if (operation === "absolute") return group(operator("|"), of(a), operator("|"));
  if (operation === "floor") return group(operator("⌊"), of(a), operator("⌋"));
  if (operation === "neg") return group(operator("−"), at(a, 6));
  if (operation === "+") return group(of(a), operator("+"), at(b, 6));
  if (operation === "-") return group(of(a), operator("−"), at(b, 6));
  if (operation in RELATIONS) return group(at(a, 4), operator(RELATIONS[operation]), at(b, 4));
  if (operation === "not") return group(`<mtext>${say("equations-not")}&nbsp;</mtext>`, at(a, 3));
  if (operation === "and" || operation === "or") {
    const level = LEVEL[operation];
    return group(at(a, level), `<mtext>&nbsp;${operation === "and" ? say("equations-and") : say("equations-or")}&nbsp;</mtext>`, at(b, level + 1));
  }
  const parts = tree.slice(1).map(of).join(operator(","));
  const name = { minimum: "min", maximum: "max", log: "ln" }[operation] ?? operation;
  return group(`<mi mathvariant="normal">${name}</mi>`, bracketed(parts));
}

const VALUES = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  "==": (a, b) => a === b, "!=": (a, b) => a !== b, and: (a, b) => a && b, or: (a, b) => a || b,
  not: (a) => !a, neg: (a) => -a, where: (a, b, c) => (a ? b : c), absolute: Math.abs,
  minimum: Math.min, maximum: Math.max,
};

/** The value of a tree that reads no name. @param {Tree} tree */
export function valueOf(tree) {
  if (!Array.isArray(tree)) return tree;
  return (VALUES[tree[0]] ?? Math[tree[0]])(...tree.slice(1).map(valueOf));
}
