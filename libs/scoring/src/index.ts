export { score, type Claim, type Comparison, type Score } from './score';
export { type Span } from './evidence';
export { scoreTable } from './score-table';
export { isOnSimulated } from './simulated';
export { isSameTechnique, namesTechnique } from './technique';
export { truthOfLabels, type LabelRecord } from './truth-of-labels';
