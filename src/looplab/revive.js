const VIEW = "application/vnd.jupyter.widget-view+json";
const DEAD = "Error displaying widget: model not found";
// every script of a notebook asks for it, and each is a module of its own
const WATCHED = Symbol.for("looplab: lost outputs are drawn again");

/**
 * Draw again what JupyterLab called lost too early.
 *
 * When a kernel answers before JupyterLab expects it, a notebook's widgets are restored twice at
 * once, and the first to end, which has read the kernel alone, says that all are there: an output
 * drawn before the other has read the notebook stays an error for good. So whenever widgets were
 * restored, an output that shows nothing of a model that is there is set anew to what it holds.
 *
 * @param {LabManager} manager - only that of a notebook in JupyterLab has a `context`
 */
export function revive(manager) {
  if (!manager.context || WATCHED in manager) return;
  manager[WATCHED] = true;
  const { model } = manager.context;
  const drawAgain = async () => {
    const dead = [...document.querySelectorAll(".jp-OutputArea-output")].some(
      (output) => output.textContent === DEAD,
    );
    if (!dead) return;
    const lost = [];
    for (const { outputs } of model.cells)
      for (let i = 0; i < (outputs?.length ?? 0); i++) {
        const output = outputs.get(i);
        if (await isLost(manager, output.data[VIEW]?.model_id)) lost.push({ outputs, i, output });
      }
    // Without a pause: another announcement, and whoever works, would take ours for a change.
    const { dirty } = model;
    for (const { outputs, i, output } of lost)
      if (outputs.get(i) === output) outputs.set(i, output.toJSON());
    model.dirty = dirty;
  };
  manager.restored.connect(drawAgain);
  // A script takes its time to start: the last of the announcements may be over by then.
  if (manager.restoredStatus) drawAgain();
}

/**
 * Whether a widget is there and nothing shows it.
 *
 * @param {LabManager} manager
 * @param {string | undefined} id
 */
async function isLost(manager, id) {
  if (!id || !manager.has_model(id)) return false;
  const { views } = await manager.get_model(id);
  return Object.keys(views).length === 0;
}
