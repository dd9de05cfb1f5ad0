// A file that asks Chromium for its storage too early, on a busy computer, is given an empty one of
// which nothing is kept. The answer to any other question of the browser comes after that moment.

const early = location.protocol === "file:" && "userAgentData" in navigator; // Chromium alone has it

/** Fulfilled when this page may read and write what it keeps; never rejected. */
export const storage = Promise.resolve(early && navigator.storage?.persisted()).catch(() => {});
