// The claim ledger: cover the verdicts of a plain table until a claim is rated, filter its rows, and
// set the reader's verdicts beside the ledger's.

import { keepKeys } from "../../looplab/figure/keys.js";
import { unpackedSpec } from "../../looplab/packed.js";
import { filledIn, twoDecimals } from "../../looplab/learn/fields.js";
import { Notes, button, make } from "../../looplab/learn/notes.js";

// How two readings of the same claims agree; as breaking_the_loop.evidence.tables.compare_verdicts. `pairs` holds
// {mine, ledger, sure}; the last verdict, untested, has no place on the scale of trust.
function agreement(pairs, verdicts) {
  const size = verdicts.length;
  const confusion = verdicts.map(() => new Array(size).fill(0));
  const places = pairs.map(({ mine, ledger }) => [verdicts.indexOf(mine), verdicts.indexOf(ledger)]);
  for (const [row, column] of places) confusion[row][column]++;
  const total = pairs.length;
  const observed = places.filter(([row, column]) => row === column).length / total;
  const marginal = (k) => confusion[k].reduce((a, b) => a + b) * confusion.reduce((sum, row) => sum + row[k], 0);
  const expected = verdicts.reduce((sum, _, k) => sum + marginal(k), 0) / total ** 2;
  const ranked = places.filter((place) => Math.max(...place) < size - 1);
  const told = pairs.filter(({ sure }) => Number.isFinite(sure));
  const misses = told.reduce((sum, { mine, ledger, sure }) => sum + (sure - Number(mine === ledger)) ** 2, 0);
  return {
    confusion, total,
    agreement: observed,
    kappa: expected === 1 ? null : (observed - expected) / (1 - expected),
    overTrust: ranked.filter(([row, column]) => row < column).length,
    underTrust: ranked.filter(([row, column]) => row > column).length,
    ordered: ranked.length,
    untestedCalledSupported: confusion[0][size - 1],
    brier: told.length ? misses / told.length : null,
  };
}

function select(label, options, value = "") {
  const field = make("select", { autocomplete: "off" }, ...options.map(([key, text]) => make("option", { value: key }, text)));
  field.value = value;
  return { field, node: make("label", { class: "ll-pick" }, make("span", {}, label), field) };
}

const SHARES = [50, 60, 70, 80, 90, 100];

// Two fields with which to rate one claim; `keep` is told when a verdict is chosen. How sure one is
// stays open until it is said: nothing is answered by a default.
function rating({ text }, spec, keep) {
  const { words } = spec;
  const verdict = select(words.verdict, [["", words.unrated], ...Object.entries(spec.verdicts)]);
  const sure = select(words.sure, [["", words.choose], ...SHARES.map((share) => [share / 100, filledIn(words.share, { share })])]);
  verdict.field.setAttribute("aria-label", filledIn(words.verdictOn, { claim: text }));
  sure.field.setAttribute("aria-label", filledIn(words.sureOf, { claim: text }));
  for (const { field } of [verdict, sure]) {
    const said = () => (sure.field.value === "" ? null : Number(sure.field.value));
    field.addEventListener("change", () => keep(verdict.field.value, said()));
  }
  const show = (value) => { verdict.field.value = value?.verdict ?? ""; sure.field.value = value?.sure ?? ""; };
  return { node: make("span", { class: "ll-rating" }, verdict.node, sure.node), show };
}

function keepRating({ spec, notes }, id, claim, verdict, sure, outcome) {
  if (!verdict) { notes.remove(id); return; }
  const name = spec.verdicts[verdict];
  const words = sure === null ? name : filledIn(spec.words.rated, { verdict: name, share: Math.round(sure * 100) });
  notes.write(id, { element: spec.words.element, question: claim.text, value: { verdict, sure }, words, outcome });
}

function first({ spec, root, notes, signal }) {
  const { words } = spec;
  const status = make("p", { role: "status" });
  const shows = spec.claims.map((claim) => {
    const id = `ledger-first/${claim.id}`;
    const { node, show } = rating(claim, spec, (verdict, sure) => keepRating({ spec, notes }, id, claim, verdict, sure, words.closed));
    for (const field of node.querySelectorAll("select")) field.dataset.onPaper = "ticked";
    root.append(make("div", { class: "ll-claim" }, make("p", {}, `${claim.number}. ${claim.text}`), node));
    return [id, show];
  });
  root.prepend(make("p", {}, make("strong", {}, words.first), ` ${words.how}`));
  root.append(status);
  const update = () => {
    const all = notes.read();
    shows.forEach(([id, show]) => show(all[id]?.value));
    const rated = shows.filter(([id]) => all[id]).length;
    status.textContent = filledIn(words.firstRated, { rated, all: shows.length });
  };
  update();
  notes.follow(update, signal);
}

function confusionTable({ confusion }, { verdicts, words }) {
  const called = Object.values(verdicts);
  const head = make("tr", {}, make("td", {}, words.corner), ...called.map((verdict) => make("th", { scope: "col" }, verdict)));
  const body = confusion.map((row, i) => make("tr", {}, make("th", { scope: "row" }, called[i]),
    ...row.map((count, j) => make("td", { class: i === j ? "ll-same" : "" }, String(count)))));
  return make("table", { class: "ll-confusion" }, make("caption", {}, words.against), make("thead", {}, head), make("tbody", {}, ...body));
}

function inWords(result, words) {
  const number = (value) => twoDecimals(value, words);
  const told = [filledIn(words.agreement, {
    same: Math.round(result.agreement * result.total),
    all: result.total,
    share: Math.round(100 * result.agreement),
    kappa: result.kappa === null ? words.undefined : number(result.kappa),
  }), filledIn(words.trusted, { more: result.overTrust, less: result.underTrust, all: result.ordered, untested: result.untestedCalledSupported })];
  if (result.brier !== null) told.push(filledIn(words.brier, { score: number(result.brier), half: number(0.25) }));
  return told.join(" ");
}

async function tableOf(signal) {
  while (!signal.aborted) {
    const found = document.getElementById("claim-ledger");
    if (found) return found;
    await new Promise((go) => setTimeout(go, 50));
  }
}

async function table({ spec, root, notes, signal }) {
  const claims = await tableOf(signal);
  if (!claims) return;
  const { words } = spec;
  let openAll = false;
  const any = ["", words.any];
  const filters = {
    section: select(words.which, [["first", words.eight], ["", words.all], ...spec.sections], "first"),
    verdict: select(words.openVerdict, [any, ...Object.entries(spec.verdicts)]),
    strength: select(words.strength, [any, ...spec.strengths]),
    source: select(words.studies, [any, ["ocd", words.ocd], ["depression", words.depression]]),
  };
  const sought = make("input", { type: "search", autocomplete: "off" });
  const status = make("p", { role: "status" });
  const summary = make("div", { class: "ll-summary", "aria-live": "polite" });
  const open = button(words.open, () => { openAll = !openAll; update(); });
  const clear = button(words.clear, () => {
    notes.replace(Object.fromEntries(Object.entries(notes.read()).filter(([id]) => !id.startsWith("ledger"))));
  });
  root.append(
    make("p", {}, make("strong", {}, words.ledger), ` ${words.rate}`),
    make("div", { class: "ll-filters" }, ...Object.values(filters).map(({ node }) => node), make("label", { class: "ll-pick" }, make("span", {}, words.words), sought)),
    make("div", { class: "ll-buttons" }, open, clear), status, summary);

  const rows = [...claims.tBodies[0].rows].map((row) => {
    const { claim: id, verdict } = row.dataset;
    const claim = { id, text: row.cells[0].textContent };
    const said = filledIn(words.ledgerSays, { verdict: spec.verdicts[verdict] });
    const text = row.textContent.toLowerCase();
    const { node, show } = rating(claim, spec, (mine, sure) => keepRating({ spec, notes }, `ledger/${id}`, claim, mine, sure, said));
    row.cells[1].prepend(node);
    return { row, id, show, text, claimText: claim.text.toLowerCase() };
  });
  signal.addEventListener("abort", () => rows.forEach(({ row }) => {
    row.querySelector(".ll-rating")?.remove();
    row.hidden = false;
    delete row.dataset.closed;
  }));

  function compare(all) {
    const pairs = (prefix) => rows.filter(({ row, id }) => row.dataset.article === "true" && all[`${prefix}${id}`]).map(({ row, id }) => {
      const { verdict, sure } = all[`${prefix}${id}`].value;
      return { id, mine: verdict, ledger: row.dataset.verdict, sure };
    });
    const now = pairs("ledger/");
    if (now.length < spec.least) {
      summary.replaceChildren(make("p", {}, filledIn(words.opensWith, { least: spec.least, rated: now.length })));
      return;
    }
    const result = agreement(now, Object.keys(spec.verdicts));
    const before = pairs("ledger-first/");
    const parts = [make("p", {}, inWords(result, words)), confusionTable(result, spec)];
    if (before.length) {
      const right = before.filter(({ mine, ledger }) => mine === ledger).length;
      const again = before.map(({ id }) => now.find((pair) => pair.id === id)).filter(Boolean);
      const after = again.filter(({ mine, ledger }) => mine === ledger).length;
      parts.push(make("p", {}, filledIn(words.before, { first: before.length, right, again: again.length, after })));
    }
    parts.push(make("p", {}, words.disagreement));
    summary.replaceChildren(...parts);
  }

  function update() {
    const all = notes.read();
    const needle = sought.value.trim().toLowerCase();
    let shown = 0;
    for (const { row, id, show, text, claimText } of rows) {
      const note = all[`ledger/${id}`];
      const closed = !openAll && !note;
      show(note?.value);
      if (closed) row.dataset.closed = "true"; else delete row.dataset.closed;
      const { verdict, strength, source, section } = Object.fromEntries(Object.entries(filters).map(([name, { field }]) => [name, field.value]));
      // What is closed is found by its claim alone: a filter must not give the verdict away.
      const fits = (!section || row.dataset.section === section || (section === "first" && row.dataset.first === "true"))
        && (!verdict || (!closed && row.dataset.verdict === verdict))
        && (!strength || row.dataset.strength?.split(";").includes(strength))
        && (!source || row.dataset.source === source)
        && (!needle || (closed ? claimText : text).includes(needle));
      row.hidden = !fits;
      shown += fits;
    }
    const rated = rows.filter(({ id }) => all[`ledger/${id}`]).length;
    status.textContent = filledIn(words.shown, { shown, all: rows.length, rated });
    open.textContent = openAll ? words.close : words.open;
    compare(all);
  }
  for (const { field } of Object.values(filters)) field.addEventListener("change", update);
  sought.addEventListener("input", update);
  update();
  notes.follow(update, signal);
}

function render({ model, el }) {
  const spec = unpackedSpec(model);
  const over = new AbortController();
  const root = make("div", { class: "ll-learn ll-ledger", id: `ledger-${spec.element}` });
  if (!model.widget_manager.page_address) keepKeys();
  el.append(root);
  ({ first, table })[spec.element]({ spec, root, notes: new Notes(spec.notes), signal: over.signal });
  return () => over.abort();
}

export default { render };
