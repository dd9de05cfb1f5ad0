// A page that is about to be printed as a handout: every figure awake, and every prediction looked at,
// so that its figure stands as it opens then. `paper.py` takes the page over from here.

const here = () => [...document.querySelectorAll(".ll-mount")];
const pause = (time) => new Promise((go) => setTimeout(go, time));

async function ready() {
  while (!here().length || here().some((mount) => !("live" in mount.dataset))) await pause(50);
  const asked = [...document.querySelectorAll(".ll-predict")];
  while (asked.some((question) => !question.querySelector("form"))) await pause(50);
  for (const question of asked) {
    question.querySelector("button[data-do=show]")?.click();
    await pause(50);
  }
  await pause(1000); // descriptions follow a moment later
  document.documentElement.dataset.paper = "ready";
}

document.addEventListener("DOMContentLoaded", () => {
  if (here().length) ready();
  else document.documentElement.dataset.paper = "ready";
});
