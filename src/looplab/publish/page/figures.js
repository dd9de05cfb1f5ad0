// What is alive in a page, for its host: what notebooks save as a script of its own, joined with the
// page's, so that a page holds once what both need.

import { drawAlive } from "../../alive.js";
import { define } from "./host.js";

define("alive", { render: drawAlive });
