// Texts that a course hands to its own scripts.

/** A text with its fields, such as "{rated} of {all} rated", filled in. @param {string} text @param {Record<string, string | number>} values */
export const filledIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
