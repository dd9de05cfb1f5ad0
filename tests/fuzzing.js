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
  const acts = {
    slide({ at, value, rests }) {
      const field = pick("main :is(input[type=range], select)", at);
      if (!field) return;
      if (field.localName === "select") field.selectedIndex = Math.floor(value * field.options.length);
      else field.value = Number(field.min) + value * (Number(field.max) - Number(field.min));
      fire(field, Event, "input");
      if (rests) fire(field, Event, "change");
    },
    click({ at }) {
      pick("button, summary, label, input[type=radio], input[type=checkbox], a[href^='#']", at)?.click();
    },
    edit({ at, text, key }) {
      const field = pick("textarea:not([readonly]), input:is([type=text], [type=number], [type=search], :not([type]))", at);
      if (!field) return;
      field.focus();
      field.value = text;
      fire(field, InputEvent, "input", { data: text });
      fire(field, KeyboardEvent, "keydown", { key });
      fire(field, Event, "change");
    },
    draw({ at, places, pointer }) {
      const surface = pick("figure svg, .ll-surface", at);
      if (!surface) return;
      const { left, top, width, height } = surface.getBoundingClientRect();
      places.forEach(([x, y], i) => {
        const type = i === 0 ? "pointerdown" : i === places.length - 1 ? "pointerup" : "pointermove";
        const [clientX, clientY] = [left + x * width, top + y * height];
        const target = document.elementFromPoint(clientX, clientY) ?? surface;
        fire(surface.contains(target) ? target : surface, PointerEvent, type,
          { clientX, clientY, pointerId: 1, pointerType: pointer, isPrimary: true, buttons: type === "pointerup" ? 0 : 1 });
      });
    },
    address({ text }) { location.hash = text; },
    scroll({ value }) { scrollTo(0, value * document.documentElement.scrollHeight); },
  };
  const UNREADABLE = /(?<![\w-])(NaN|-?Infinity|undefined|\[object \w+\])(?!\w)/;
  const SHAPES = ["d", "x", "y", "width", "height", "transform", "points", "cx", "cy", "r", "x1", "y1", "x2", "y2"];
  const faults = () => {
    const found = [];
    for (const figure of document.querySelectorAll("figure.ll-figure")) {
      const broken = UNREADABLE.exec(figure.textContent);
      if (broken) found.push(`#${figure.id} reads ${broken[0]} in “${figure.textContent.slice(Math.max(broken.index - 40, 0), broken.index + 40)}”`);
      for (const node of figure.querySelectorAll("svg *")) {
        for (const name of SHAPES) {
          if (UNREADABLE.test(node.getAttribute(name) ?? "")) found.push(`#${figure.id} draws ${name}="${node.getAttribute(name).slice(0, 80)}"`);
        }
      }
      const words = figure.querySelector("figcaption [role=status]");
      if (!words?.textContent.trim()) found.push(`#${figure.id} has no description`);
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
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  globalThis.fuzz = async (events) => {
    for (const event of events) acts[event.kind](event);
    await frame();
    await frame();
    return faults();
  };
})();
