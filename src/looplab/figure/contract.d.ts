// What contract.py declares, for the type check: tests/typescript.py writes this file.

export interface ControlRecord {
  label: string;
  help: string;
  low: number;
  high: number;
  trait: "value" | "index";
  unit: string;
  format: string;
  options?: string[];
  own?: boolean;
}

export interface NumberRecord {
  name: string;
  label: string;
  style: string;
  unit: string;
}

export interface ParameterRecord {
  label: string;
  value: string | number;
  format: string;
  unit: string;
  status: string;
  source: string;
}

export interface ProgramRecord {
  name: string;
  key: string;
  kind: "formula" | "discrete" | "continuous";
  given: string[];
  draws: string[];
  states: [string, number, number][];
  named: ([string, number, (string | number | any[])[]])[];
  following: ([string, number, (string | number | any[])[]])[];
}

export interface OutRecord {
  name: string;
  statistic: "mean" | "each";
  of: number;
}

export interface RunRecord {
  kind: "run";
  reads: string[];
  program: number;
  parameters: (string | number)[];
  seed: string | number;
  wanted: string[];
  outs: OutRecord[];
  steps: number;
  learners: number;
  every: number;
}

export interface IntegrateRecord {
  kind: "integrate";
  reads: string[];
  program: number;
  parameters: (string | number)[];
  wanted: string[];
  outs: OutRecord[];
  steps: number;
  step: number;
  every: number;
}

export interface SideRecord {
  at: number;
  values: number[];
}

export interface StageRecord {
  steps: number;
  learners: number;
  last: number;
  stride: number;
}

export interface StagesRecord {
  fine: StageRecord;
  coarse: StageRecord;
}

export interface MapRecord {
  kind: "map";
  name: string;
  reads: string[];
  program: number;
  parameters: (string | number)[];
  x: SideRecord;
  y: SideRecord;
  seed: number;
  wanted: string[];
  stages: StagesRecord;
  known: number[];
  known_at: number[];
}

export interface FormulaRecord {
  kind: "formula";
  reads: string[];
  program: number;
  parameters: (string | number)[];
  wanted: string[];
  outs: string[];
}

export interface OwnRecord {
  kind: "own";
  name: string;
  reads: string[];
  student: string;
  count: number;
}

export interface PickRecord {
  kind: "pick";
  name: string;
  reads: string[];
  of: string;
  at: string | number;
  size: number;
}

export interface RowRecord {
  kind: "row";
  name: string;
  reads: string[];
  among: [string, number[]][];
}

export interface OptionsRecord {
  kind: "options";
  name: string;
  reads: string[];
  of: string;
  count: number;
}

export interface MovingRecord {
  kind: "moving";
  name: string;
  reads: string[];
  of: string;
  window: number;
}

export interface HistogramRecord {
  kind: "histogram";
  name: string;
  reads: string[];
  of: string;
  edges: string;
  where: string | null;
}

export interface KeptRecord {
  kind: "kept";
  name: string;
  reads: string[];
  id: string;
  columns: [string, string][];
}

export interface EitherRecord {
  kind: "either";
  name: string;
  reads: string[];
  of: string[];
  at: string | number;
  upto: string | number | null;
}

export interface TallyRecord {
  kind: "tally";
  name: string;
  reads: string[];
  of: string;
  where: string[];
}

export interface MeanRecord {
  kind: "mean";
  name: string;
  reads: string[];
  of: string;
  where: string[];
}

export interface SlopeRecord {
  at: number;
  low: number;
  high: number;
}

export interface AlongRecord {
  kind: "along";
  name: string;
  reads: string[];
  program: number;
  parameters: (string | number)[];
  columns: string[];
  first: string;
  counted: string;
  x: SideRecord;
  y: SideRecord;
  over: SideRecord;
  slope: SlopeRecord;
  known: string | null;
  stride: number;
  wanted: string[];
}

export interface ArtistRecord {
  ids: string[];
  kind: "line" | "points" | "band" | "tiles" | "bars" | "text" | "shape";
  channels: Record<string, string | string[]>;
  axes: number | null;
  sides?: [number, number, number][];
  across?: boolean;
  template?: string;
  reads?: string[];
  at?: [number, number];
}

export interface Spec {
  id: string;
  title: string;
  svg: string;
  caption: string;
  stamp?: string;
  description: string;
  template: string;
  words: Record<string, [string, string[]]>;
  numbers: NumberRecord[];
  columns: [string, string][];
  still: ([string, (string | number)[]])[];
  constants: Record<string, number | number[]>;
  controls: [string, ControlRecord][];
  presets: [string, Record<string, number>][];
  defaults: Record<string, number>;
  parameters: ParameterRecord[];
  sources: (RunRecord | IntegrateRecord | MapRecord | FormulaRecord | OwnRecord | PickRecord | RowRecord | OptionsRecord | MovingRecord | HistogramRecord | KeptRecord | EitherRecord | TallyRecord | MeanRecord | AlongRecord)[];
  programs: ProgramRecord[];
  beforehand: ProgramRecord[];
  axes: ([["linear" | "log", number, number], ["linear" | "log", number, number]])[];
  artists: ArtistRecord[];
}

export type SourceRecord = RunRecord | IntegrateRecord | MapRecord | FormulaRecord | OwnRecord | PickRecord | RowRecord | OptionsRecord | MovingRecord | HistogramRecord | KeptRecord | EitherRecord | TallyRecord | MeanRecord | AlongRecord;

export type AxisRecord = ["linear" | "log", number, number];
