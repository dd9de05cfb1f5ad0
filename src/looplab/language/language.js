// What the machine says to a reader, in the language of the page or notebook: the browser's half of
// interface.py.

import { FluentBundle } from "../vendor/fluent/bundle.js";
import { FluentResource } from "../vendor/fluent/resource.js";
import { FluentNumber } from "../vendor/fluent/types.js";

// The messages that this script says, as Fluent: browser.py writes them here.
const MESSAGES = "";

// Numbers choose a plural; what is written are their digits. Others are written by `format`.
class Count extends FluentNumber {
  toString() { return String(this.value); }
}

const [, tag] = /^tag = (.*)$/m.exec(MESSAGES);
const bundle = new FluentBundle(tag, { useIsolating: /^direction = rtl$/m.test(MESSAGES) });
bundle.addResource(new FluentResource(MESSAGES));

/**
 * The message of this name, with these values.
 * @param {string} name @param {Record<string, string | number>} [values] @returns {string}
 */
export function say(name, values = {}) {
  const given = Object.entries(values).map(([key, value]) => [key, typeof value === "number" ? new Count(value) : value]);
  return bundle.formatPattern(bundle.getMessage(name).value, Object.fromEntries(given));
}
