// Reports to a learning-management system that offers the SCORM 1.2 API: answers, score, completion
// and time. Where none does, the page stays the ordinary one.

import { say } from "../../language/language.js";
import { Notes } from "../../learn/notes.js";
import { unpack } from "../../packed.js";

// The API is an object of a frame around the page, or around the window that opened it. Frames of
// other sites refuse to be looked into.
function findApi() {
  for (const start of [window, window.opener]) {
    for (let frame = start, last; frame && frame !== last; last = frame, frame = frame.parent) {
      try {
        if (typeof frame.API.LMSInitialize === "function") return frame.API;
      } catch { /* none here, or not for us */ }
    }
  }
}

function report(api, questions) {
  const notes = new Notes(questions[0].notes);
  const began = Date.now();
  const status = api.LMSGetValue("cmi.core.lesson_status");
  const set = (name, value) => api.LMSSetValue(name, String(value));

  // The host says who is here and what they answered; another reader's notes in this browser go.
  let same = false;
  try {
    const learner = api.LMSGetValue("cmi.core.student_id");
    const before = localStorage.getItem(`${notes.key}/learner`);
    same = before === learner;
    if (before !== null && !same) notes.setNumber(0);
    localStorage.setItem(`${notes.key}/learner`, learner);
  } catch { /* nothing is kept in this frame */ }
  const all = same ? notes.read() : {};
  try {
    for (const [id, value] of Object.entries(JSON.parse(api.LMSGetValue("cmi.suspend_data") || "{}"))) {
      const task = questions.find((each) => each.id === id)?.element === "task";
      const note = task ? value : { value };
      if (JSON.stringify(all[id]?.value) !== JSON.stringify(note.value)) all[id] = note;
      if (task && !notes.number()) notes.setNumber(value.student);
    }
  } catch { /* another version's data */ }
  notes.replace(all);

  let sent;
  function send() {
    const given = notes.read();
    const begun = questions.filter(({ id }) => given[id]?.value !== undefined);
    // A task is answered when all its parts are.
    const answered = begun.filter(({ id, element, questions: parts }) => element !== "task" || parts.every((part) => part.id in given[id].value));
    // A prediction counts once it was made, a check once it is right, and a task, of whose truth the
    // page knows nothing, once it was answered.
    const scored = answered.filter(({ id, element }) => (element === "check" ? given[id].right : given[id].value !== null));
    const done = answered.length === questions.length || ["completed", "passed"].includes(status);
    const values = {
      "cmi.core.score.raw": Math.round((100 * scored.length) / questions.length),
      "cmi.core.lesson_status": done ? "completed" : "incomplete",
      "cmi.suspend_data": JSON.stringify(Object.fromEntries(begun.map(({ id, element }) => {
        const { value, student } = given[id];
        return [id, element === "task" ? { value, student } : value];
      }))),
    };
    if (JSON.stringify(values) === sent) return;
    sent = JSON.stringify(values);
    for (const [name, value] of Object.entries(values)) set(name, value);
    api.LMSCommit("");
  }
  set("cmi.core.score.min", 0);
  set("cmi.core.score.max", 100);
  send();
  notes.follow(send);
  addEventListener("pagehide", () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0"));
    set("cmi.core.session_time", parts.join(":"));
    set("cmi.core.exit", "suspend");
    api.LMSCommit("");
    api.LMSFinish("");
  }, { once: true });
}

const { models: widgets } = unpack(document.getElementById("looplab-models").textContent);
const questions = Object.values(widgets).map(({ state }) => state.spec)
  .filter((spec) => ["predict", "check", "task"].includes(spec?.element));
const api = findApi();
if (api && questions.length > 0 && String(api.LMSInitialize("")) === "true") {
  const said = say("page-reports");
  document.documentElement.dataset.reports = said;
  document.querySelector(".ll-private").textContent = say("page-reports-end");
  document.querySelector(".ll-opening").append(Object.assign(document.createElement("p"), { className: "ll-note", textContent: said }));
  report(api, questions);
}
