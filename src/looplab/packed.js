// Plain data from one text in which nothing is written twice: the browser's half of packed.py.

/**
 * @param {string} text
 * @param {number} later how many levels of the data, from the top, have each entry read only when it
 *   is first asked for: a page need not read all its figures to begin with one
 * @returns {any} data of its own, which holds no part twice
 */
export function unpack(text, later = 0) {
  const entries = JSON.parse(text);
  const read = (part, levels = 0) => {
    if (typeof part === "string") {
      if (part[0] !== "~") return part;
      return part[1] === "~" ? part.slice(1) : read(entries[part.slice(1)], levels);
    }
    if (part === null || typeof part !== "object") return part;
    const [sign] = Array.isArray(part) ? part : [null];
    const record = typeof sign === "string" && sign.startsWith("~:");
    if (Array.isArray(part) && !record) return part.map((each) => read(each));
    const names = record ? entries[sign.slice(2)] : Object.keys(part);
    const values = record ? part.slice(1) : Object.values(part);
    const found = {};
    names.forEach((name, i) => {
      if (levels > 0) whenAsked(found, name, () => read(values[i], levels - 1));
      else found[name] = read(values[i]);
    });
    return found;
  };
  return read(entries[entries.length - 1], later);
}

function whenAsked(found, name, read) {
  Object.defineProperty(found, name, {
    enumerable: true,
    configurable: true,
    get() {
      const value = read();
      Object.defineProperty(found, name, { value, writable: true });
      return value;
    },
  });
}

/** What a widget shows, from its model; one that was saved before it was packed is as is. */
export function unpackedSpec(model) {
  const { data, ...texts } = model.get("spec");
  return data === undefined ? texts : { ...texts, ...unpack(data) };
}
