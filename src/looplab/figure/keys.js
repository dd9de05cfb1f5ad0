// Keys pressed in what is ours are ours. Without this, JupyterLab's one-key commands would answer:
// x cuts a cell, d d deletes it, b adds one, m turns it into text, Enter edits it.

const KEEPING = ".ll-living, .ll-figure, .ll-learn";

function keepKey(event) {
  if (!event.target.closest?.(KEEPING)) return;
  // With Ctrl or Cmd a letter means the notebook, such as to save it, unless it edits a text.
  const typing = event.target.matches("textarea, input[type=text]") && "acvxyz".includes(event.key.toLowerCase());
  if ((event.ctrlKey || event.metaKey) && event.key.length === 1 && !typing) return;
  event.stopPropagation();
}

// JupyterLab listens at the document; whatever is drawn, now or later, lies below the body.
export function keepKeys() {
  if (globalThis.looplabKeepsKeys) return;
  globalThis.looplabKeepsKeys = true;
  document.body.addEventListener("keydown", keepKey);
}
