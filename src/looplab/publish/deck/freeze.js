// A frozen figure stays as it is: its fields are asleep until it is let go.

export function freezing(models, specOf, living) {
  const frozen = new Set();
  const button = document.querySelector(".ll-foot [data-do=freeze]");
  const figureOn = (slide) => [...living.values()]
    .find((place) => slide.contains(place) && specOf(place).controls.length > 0);
  function sleep(place, asleep) {
    const model = models.get(place.dataset.model);
    for (const id of Object.values(model.get("controls"))) {
      const control = models.get(id.replace("IPY_MODEL_", ""));
      if (asleep && control.get("playing")) control.set("playing", false);
      control.set("disabled", asleep);
    }
    for (const field of place.querySelectorAll(".ll-tools :is(button, select)")) field.disabled = asleep;
  }
  function show(slide) {
    const place = figureOn(slide);
    button.hidden = !place;
    button.setAttribute("aria-pressed", frozen.has(place));
  }
  function toggle(slide) {
    const place = figureOn(slide);
    if (!place || place.querySelector("[data-covered]")) return;
    if (frozen.has(place)) frozen.delete(place);
    else frozen.add(place);
    sleep(place, frozen.has(place));
    show(slide);
  }
  return { show, toggle };
}
