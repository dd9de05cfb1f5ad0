// A page: its widgets made live, and how far its reader is.

import "./figures.js";
import { models } from "./host.js";
import { reading } from "./reading.js";
import { storage } from "./storage.js";

document.addEventListener("DOMContentLoaded", () => storage.then(() => reading(models)));
