// All that is alive in a notebook, figures and learning elements: one script, so that what both need is
// saved once.

import { drawFigure } from "./figure/living.js";
import { drawElement } from "./learn/learn.js";

export function drawAlive(drawn) {
  return drawn.model.get("spec").element ? drawElement(drawn) : drawFigure(drawn);
}

export default { render: drawAlive };
