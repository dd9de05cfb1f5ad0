// Texts that a course hands to its own scripts, made by `prose.words`.

/** A text with its fields, such as "{rated} of {all} rated", filled in. @param {string} text @param {Record<string, string | number>} values */
export const filledIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** A number with two decimals, in the marks of these words' language. @param {number} value @param {Record<string, string>} words */
export const twoDecimals = (value, words) => value.toFixed(2).replace("-", "−").replace(".", words.point);
