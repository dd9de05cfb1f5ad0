// A page: its widgets made live, and how far its reader is.

import { models } from "./host.js";
import { reading } from "./reading.js";

document.addEventListener("DOMContentLoaded", () => reading(models));
