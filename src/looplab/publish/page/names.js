// The page in other names: words of its text give way to those that the course lists for them, as it
// opens and whenever something new is said. What is computed, kept and handed in stays as it is.

const SPOKEN = ["alt", "aria-label", "aria-valuetext", "placeholder", "title"];
// Code keeps its names, and a source its title.
const KEPT = "pre, code, script, style, textarea, [data-own-names], .ll-references";

const spelt = (word) =>
  word
    .replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
    .replace(/[-–]/g, "[-–]")
    .replace(/^[a-z]/, (letter) => `[${letter}${letter.toUpperCase()}]`)
    .replace(/ /g, "\\s+");

// What renames a text: the longest word first, in the plural too, with a capital where it had one.
export function renaming(names) {
  const words = Object.keys(names).sort((one, other) => other.length - one.length);
  const any = words.map((word) => `(${spelt(word)})`).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\d_])(?:${any})(s?)(?![\\p{L}\\d_])`, "gu");
  return (text) => text.replace(pattern, (found, ...groups) => {
    const word = words[groups.findIndex((group) => group !== undefined)];
    const name = names[word] + groups[words.length];
    return found[0] === word[0] ? name : name[0].toUpperCase() + name.slice(1);
  });
}

function renamePage() {
  const renamed = renaming(JSON.parse(document.getElementById("looplab-names").textContent));

  function renameOne(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      const name = renamed(node.data);
      if (name !== node.data && !node.parentElement?.closest(KEPT)) node.data = name;
    } else if (node.nodeType === Node.ELEMENT_NODE && !node.closest(KEPT)) {
      for (const spoken of SPOKEN) {
        const text = node.getAttribute(spoken);
        if (text !== null && renamed(text) !== text) node.setAttribute(spoken, renamed(text));
      }
    }
  }

  function renameAll(root) {
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = nodes.currentNode; node; node = nodes.nextNode()) renameOne(node);
  }

  renameAll(document.documentElement);
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") addedNodes.forEach(renameAll);
      else renameOne(target);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SPOKEN,
  });
  document.documentElement.dataset.names = "other";
}

if (typeof document !== "undefined") renamePage();
