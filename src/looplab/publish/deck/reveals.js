// What a prediction reveals stands under its figure, too, or beside one that needs all the height:
// on the slide that all look at.

export function reveals() {
  for (const room of document.querySelectorAll(".ll-slide-figure .ll-room")) {
    const slide = room.closest("section");
    const asked = slide.previousElementSibling;
    if (!asked?.matches(".ll-slide-question") || !asked.querySelector(".ll-mount")) continue;
    const strip = document.createElement("div");
    strip.className = "ll-strip";
    strip.setAttribute("role", "status");
    room.after(strip);
    const show = () => {
      const result = asked.querySelector(".ll-result");
      const said = [...(result?.querySelectorAll(":scope > :is(.ll-right, .ll-off, .ll-reveal)") ?? [])];
      const votes = asked.querySelectorAll(".ll-votes");
      room.querySelector(".ll-tall .ll-panel")?.append(strip);
      strip.replaceChildren(...[...said, ...votes].map((each) => each.cloneNode(true)));
      slide.classList.toggle("ll-revealed", strip.hasChildNodes());
    };
    new MutationObserver(show).observe(asked, { childList: true, subtree: true });
    show();
  }
}
