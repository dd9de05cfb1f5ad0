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
