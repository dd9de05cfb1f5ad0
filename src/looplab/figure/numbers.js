// Numbers in words and whole numbers: the browser's half of numbers.py and rounding.py. What is
// rounded is the number to twelve significant digits, since the last bits of a sum differ between
// NumPy and the browser; ties go to the even neighbour. The shared cases: tests/test_numbers.py.

import { say } from "../language/language.js";

const [DECIMAL_MARK, GROUP_MARK] = [say("decimal-mark"), say("group-mark")];

// From this power of ten on, a number is written with it: nobody counts so many zeros.
const POWER = 15;

const steady = (value) => Number(value.toPrecision(12));

// The nearest whole number, and the largest that is not above.
export function nearest(value) {
  const number = steady(value);
  const below = Math.floor(number);
  const apart = number - below;
  return apart > 0.5 || (apart === 0.5 && below % 2 !== 0) ? below + 1 : below;
}
export const wholePart = (value) => Math.floor(steady(value));

// In a format such as ".2f", "+.2f", ".0%" or "d", with a true minus sign; "": at most five digits.
// From 10¹⁵ on with three digits and a power of ten, whatever the format.
export function format(value, style = "") {
  const [, plus, digits, kind] = /^(\+?)(?:(?:\.(\d+))?([f%d]))?$/.exec(style);
  if (Number.isNaN(value)) return "–";
  const [mantissa, power] = Math.abs(value).toExponential(11).split("e");
  let text = "∞";
  let some = true;
  let raised = "";
  if (Number.isFinite(value)) {
    const exponent = Number(power) + (kind === "%" ? 2 : 0);
    const all = BigInt(mantissa.replace(".", ""));
    const places = digits ? Number(digits) : kind === "d" ? 0 : kind ? 6 : Math.max(0, 4 - exponent);
    if (exponent >= POWER) {
      const three = String(evenly(all, -9)); // or, rounded up, a fourth: a zero
      text = `${three[0]}.${three.slice(1)}`.replace(/\.?0+$/, "");
      const tens = String(exponent + three.length - 3);
      raised = ` × 10${tens.replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])}`;
    } else {
      const units = evenly(all, exponent - 11 + places);
      some = units !== 0n;
      const written = String(units).padStart(places + 1, "0");
      text = places ? `${written.slice(0, -places)}.${written.slice(-places)}` : written;
      if (!kind && places) text = text.replace(/\.?0+$/, "");
    }
  }
  const sign = value < 0 && some ? "−" : plus;
  return sign + inMarks(text) + raised + (kind === "%" ? "%" : "");
}

// With the marks of the language: groups of three from five digits on.
function inMarks(text) {
  const [whole, decimals] = text.split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, GROUP_MARK) : whole;
  return decimals === undefined ? grouped : grouped + DECIMAL_MARK + decimals;
}

// All digits of a number as it was written, with the marks of the language.
export const inDigits = (value) => String(value).replace("-", "−").replace(".", DECIMAL_MARK);

// `digits` times ten to the `power`, as a whole number.
function evenly(digits, power) {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const unit = 10n ** BigInt(-power);
  const whole = digits / unit;
  const twice = 2n * (digits % unit);
  return twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole;
}
