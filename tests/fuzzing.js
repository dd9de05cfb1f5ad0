// In the page under test: what a random event does there, and what is wrong afterwards.
// An event is plain data, { kind, at, value, … }, so that a sequence can be played again.
(() => {
  const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest("[inert]");
  const pick = (selector, at) => {
    const found = [...document.querySelectorAll(selector)].filter((node) => !node.disabled && visible(node));
    return found[Math.floor(at * found.length)];
  };
  const fire = (node, Kind, type, options = {}) =>
    node.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, composed: true, ...options }));
  // What a page was given, it says again where it refuses it.
  const given = new Set();
  const withoutGiven = (text) => [...given].reduce((rest, each) => rest.replaceAll(`= ${each}:`, "=:").replaceAll(`\`${each}\``, ""), text);
  const acts = {
    slide({ at, value, rests }) {
      const field = pick(":is(main, .slides) :is(input[type=range], select)", at);
      if (!field) return;
      if (field.localName === "select") field.selectedIndex = Math.floor(value * field.options.length);
      else field.value = Number(field.min) + value * (Number(field.max) - Number(field.min));
      fire(field, Event, "input");
      // a chosen option always rests; a slider may be on its way
      if (rests || field.localName === "select") fire(field, Event, "change");
    },
    click({ at }) {
      pick("button, summary, label, input[type=radio], input[type=checkbox], a[href^='#']", at)?.click();
    },
    edit({ at, text, key }) {
      const field = pick("textarea:not([readonly]), input:is([type=text], [type=number], [type=search], :not([type]))", at);
      if (!field) return;
      given.add(text);
      field.focus();
      // as a browser does with what is no number
      field.value = field.type === "number" && !Number.isFinite(Number(text)) ? "" : text;
      fire(field, InputEvent, "input", { data: text });
      fire(field, KeyboardEvent, "keydown", { key });
      fire(field, Event, "change");
    },
    draw({ at, places, pointer }) {
      const surface = pick("figure svg, .ll-surface", at);
      if (!surface) return;
      const { left, top, width, height } = surface.getBoundingClientRect();
      // No pointer stands behind these events: Firefox, which calls none 1, has none to capture.
      const capture = Element.prototype.setPointerCapture;
      Element.prototype.setPointerCapture = () => {};
      places.forEach(([x, y], i) => {
        const type = i === 0 ? "pointerdown" : i === places.length - 1 ? "pointerup" : "pointermove";
        const [clientX, clientY] = [left + x * width, top + y * height];
        const target = document.elementFromPoint(clientX, clientY) ?? surface;
        fire(surface.contains(target) ? target : surface, PointerEvent, type,
          { clientX, clientY, pointerId: 1, pointerType: pointer, isPrimary: true, buttons: type === "pointerup" ? 0 : 1 });
      });
      Element.prototype.setPointerCapture = capture;
    },
    address({ text }) {
      for (const value of new URLSearchParams(text.split("?")[1]).values()) given.add(value);
      location.hash = text;
    },
    scroll({ value }) { scrollTo(0, value * document.documentElement.scrollHeight); },
  };
  const UNREADABLE = /(?<![\w-])(NaN|-?Infinity|undefined|\[object \w+\])(?!\w)/;
  const SHAPES = ["d", "x", "y", "width", "height", "transform", "points", "cx", "cy", "r", "x1", "y1", "x2", "y2"];
  const faults = () => {
    const found = [];
    for (const figure of document.querySelectorAll("figure.ll-figure")) {
      const read = withoutGiven(figure.textContent);
      const broken = UNREADABLE.exec(read);
      if (broken) found.push(`#${figure.id} reads ${broken[0]} in “${read.slice(Math.max(broken.index - 40, 0), broken.index + 40)}”`);
      for (const node of figure.querySelectorAll("svg *")) {
        for (const name of SHAPES) {
          if (UNREADABLE.test(node.getAttribute(name) ?? "")) found.push(`#${figure.id} draws ${name}="${node.getAttribute(name).slice(0, 80)}"`);
        }
      }
      const words = figure.querySelector("figcaption [role=status]");
      if (!words?.textContent.trim()) found.push(`#${figure.id} has no description`);
      for (const node of [...figure.querySelectorAll("[aria-valuetext], [aria-label]")]) {
        const spoken = `${node.ariaValueText ?? ""} ${node.ariaLabel ?? ""}`;
        if (UNREADABLE.test(spoken)) found.push(`#${figure.id} speaks “${spoken}”`);
      }
      if (!figure.dataset.live) found.push(`#${figure.id} is not alive`);
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide on a screen of ${clientWidth}`);
    return found;
  };
  // Other pages are not under test; links to studies open beside, where nothing is listened to.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) event.preventDefault();
  }, { capture: true });
  const frame = globalThis.frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  globalThis.act = async (events) => {
    for (const event of events) acts[event.kind](event);
    await frame();
    await frame();
  };
  globalThis.fuzz = async (events) => {
    await globalThis.act(events);
    return faults();
  };
  // What NumPy can be asked about: figures that are seen, show no changed rule and nothing of the
  // reader's own beside their controls. `controls` has the names of the controls of each figure.
  globalThis.publishedRules = () => {
    for (const button of document.querySelectorAll(".ll-equations button")) {
      if (button.textContent === "Back to the published rule") button.click();
    }
  };
  globalThis.said = (controls) => controls.flatMap(([id, labels]) => {
    const figure = document.getElementById(id);
    if (!figure || figure.dataset.covered) return [];
    const own = ":is(input[type=range], input[type=number], select):not(.ll-tools *)";
    const fields = [...figure.closest(".ll-mount").parentElement.querySelectorAll(own)];
    const places = labels.map((label) => {
      // A label may be followed by a unit, and may begin another label.
      const read = (each) => each.labels[0].textContent.trim();
      return (fields.find((each) => read(each) === label)
        ?? fields.find((each) => read(each).startsWith(`${label} (`))).value;
    });
    const words = figure.querySelector("figcaption [role=status]").textContent;
    return [[id, places, words.replace(/\s+/g, " ").trim()]];
  });
})();
