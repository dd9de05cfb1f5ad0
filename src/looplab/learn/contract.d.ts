// What contract.py declares, for the type check: tests/typescript.py writes this file.

export interface FeedbackRecord {
  feedback: string;
  idea: string;
}

export interface AnswerRecord {
  from?: number;
  below?: number;
  feedback: string;
  idea: string;
  id: string;
  text: string;
  right?: boolean;
  accepted?: boolean;
  at?: Record<string, number>;
  shows?: Record<string, number>;
}

export interface KnownRecord {
  feedback: string;
  idea: string;
  value: number;
  within?: number;
}

export interface ItemRecord {
  id: string;
  text: string;
  truth: string;
  at: Record<string, number>;
}

export interface SwapRecord {
  feedback: string;
  idea: string;
  above: string;
  below: string;
}

export interface ScaleRecord {
  low: number;
  high: number;
  step: number;
}

export interface OutcomesRecord {
  close: FeedbackRecord;
  high: FeedbackRecord;
  low: FeedbackRecord;
}

export interface VerdictsRecord {
  right: FeedbackRecord;
  wrong: FeedbackRecord;
}

export interface ElementRecord {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
}

export interface PredictionRecord {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "predict";
  at: Record<string, number>;
  opens?: Record<string, number>;
  setting?: string;
  reveal: string;
  see: string;
}

export interface ChoicePrediction {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "predict";
  at: Record<string, number>;
  opens?: Record<string, number>;
  setting?: string;
  reveal: string;
  see: string;
  kind: "choice";
  answers: AnswerRecord[];
  in_order?: boolean;
  truth?: string;
}

export interface NumberPrediction {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "predict";
  at: Record<string, number>;
  opens?: Record<string, number>;
  setting?: string;
  reveal: string;
  see: string;
  kind: "number";
  truth: string;
  format: string;
  unit?: string;
  scale: ScaleRecord;
  close: number;
  control?: string;
  outcomes: OutcomesRecord;
  accepts: KnownRecord[];
  mistakes: KnownRecord[];
}

export interface RankingPrediction {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "predict";
  at: Record<string, number>;
  opens?: Record<string, number>;
  setting?: string;
  reveal: string;
  see: string;
  kind: "ranking";
  format: string;
  unit?: string;
  items: ItemRecord[];
  swaps: SwapRecord[];
  outcomes: VerdictsRecord;
}

export interface CurvePrediction {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "predict";
  at: Record<string, number>;
  opens?: Record<string, number>;
  setting?: string;
  reveal: string;
  see: string;
  kind: "curve";
  truth: string;
  x: string;
  format: string;
  unit?: string;
  close: number;
  places: number[];
  scale: ScaleRecord;
  x_label: string;
  outcomes: OutcomesRecord;
}

export interface ChoiceCheck {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "check";
  kind: "choice";
  answers: AnswerRecord[];
  in_order?: boolean;
}

export interface NumberCheck {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "check";
  kind: "number";
  answer: number;
  tolerance: number;
  unit: string;
  outcomes: VerdictsRecord;
  accepts: KnownRecord[];
  mistakes: KnownRecord[];
}

export interface NumberPart {
  kind: "number";
  id: string;
  question: string;
  unit?: string;
  low: number;
  high: number;
}

export interface ChoicePart {
  kind: "choice";
  id: string;
  question: string;
  answers: [string, string][];
}

export interface TaskRecord {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "task";
  kind: "task";
  questions: (NumberPart | ChoicePart)[];
}

export interface RungRecord {
  name: string;
  text: string;
}

export interface LadderRecord {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "hints";
  kind: "ladder";
  rungs: RungRecord[];
}

export interface AskedRecord {
  id: string;
  options: string[];
  task?: string;
}

export interface NotesRecord {
  id: string;
  question: string;
  notes: string;
  lesson: string;
  student: number | null;
  element: "notes";
  kind: "notes";
  asked: AskedRecord[];
}

export interface EntryRecord {
  value: number | any[];
  within?: number;
  feedback: string;
}

export interface ExerciseRecord {
  id: string;
  question: string;
  quantity?: string;
  given?: Record<string, number[]>;
  answer: number | any[];
  tolerance: number;
  right: string;
  accepts: EntryRecord[];
  mistakes: EntryRecord[];
}
