// What revive.js uses of the widget manager of a notebook in JupyterLab.
interface LabOutputs {
  length: number;
  get(index: number): { data: Record<string, any>; toJSON(): object };
  set(index: number, output: object): void;
}
interface LabManager {
  [mark: symbol]: true;
  context?: { model: { dirty: boolean; cells: Iterable<{ outputs?: LabOutputs }> } };
  restoredStatus: boolean;
  restored: { connect(slot: () => void): void };
  has_model(id: string): boolean;
  get_model(id: string): Promise<{ views: Record<string, unknown> }>;
}
// What the type check takes for granted: a script knows which elements its own page has.
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Element {
  tabIndex: number;
  hidden: boolean;
  disabled?: boolean;
  closest(selectors: string): any;
  setAttribute(name: string, value: string | number | boolean): void;
}
interface NonElementParentNode {
  getElementById(id: string): any;
}
interface Document {
  getElementById(id: string): any;
}
