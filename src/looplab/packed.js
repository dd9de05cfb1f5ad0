// Plain data from one text in which nothing is written twice: the browser's half of packed.py.

/** @param {string} text @returns {any} data of its own, which holds no part twice */
export function unpack(text) {
  const entries = JSON.parse(text);
  const read = (part) => {
    if (typeof part === "string") {
      if (part[0] !== "~") return part;
      return part[1] === "~" ? part.slice(1) : read(entries[part.slice(1)]);
    }
    if (Array.isArray(part)) return part.map(read);
    if (part === null || typeof part !== "object") return part;
    const found = {};
    for (const name in part) found[name] = read(part[name]);
    return found;
  };
  return read(entries[entries.length - 1]);
}

/** What a widget shows, from its model; one that was saved before it was packed is as is. */
export function unpackedSpec(model) {
  const { data, ...texts } = model.get("spec");
  return data === undefined ? texts : { ...texts, ...unpack(data) };
}
